package org.metermint.secure.network;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyName;

/**
 * Which member a request goes to: one in service that holds its keys, and of these the least busy. Among members that
 * are about equally busy a meter keeps its own, found by hashing meter and member together, since a member remembers
 * the last identifier only of meters that come to it.
 */
final class Routes {
    /** Members with so many requests more than the least busy one count as equally busy. */
    private static final int SLACK = 4;

    private final List<PoolMember> members;

    Routes(List<PoolMember> members) {
        this.members = members;
    }

    /** Requests that are meant for members and not yet with them. */
    static final class Plan {
        private final Map<PoolMember, Integer> planned = new HashMap<>();

        void add(PoolMember member, int requests) {
            planned.merge(member, requests, Integer::sum);
        }

        private int load(PoolMember member) {
            return member.inFlight() + planned.getOrDefault(member, 0);
        }
    }

    /** The member for a request that no member was asked before, leaving out those that have passed on it. */
    Optional<PoolMember> choose(IssueRequest request, Set<PoolMember> passed, Plan plan) {
        List<PoolMember> able = able(Requests.keys(request)).stream()
                .filter(member -> !passed.contains(member) && member.hasRoom())
                .toList();
        int least = able.stream().mapToInt(plan::load).min().orElse(0);
        String lane = Requests.lane(request);
        return able.stream()
                .filter(member -> plan.load(member) <= least + SLACK)
                .max(Comparator.comparingLong(member -> score(lane, member.name())));
    }

    /** The meter's own member among those in service, however busy: the same one in every life of the process. */
    Optional<PoolMember> own(IssueRequest request) {
        String lane = Requests.lane(request);
        return able(Requests.keys(request)).stream()
                .max(Comparator.comparingLong(member -> score(lane, member.name())));
    }

    /** Members in service that hold the keys, the least busy first. */
    List<PoolMember> able(Set<VendingKeyName> keys) {
        return members.stream()
                .filter(member -> member.inService() && member.holds(keys))
                .sorted(Comparator.comparingInt(PoolMember::inFlight))
                .toList();
    }

    /** Whether it is certain that no member holds the keys: all have told theirs. */
    boolean isAbsent(Set<VendingKeyName> keys) {
        return members.stream().allMatch(member -> member.keys() != null && !member.holds(keys));
    }

    /** Why no member can be asked. */
    SecurityModuleException nobody(Set<VendingKeyName> keys) {
        String names =
                keys.stream().sorted().map(VendingKeyName::toString).collect(Collectors.joining(" together with "));
        if (isAbsent(keys)) {
            return new SecurityModuleException(
                    Kind.KEY_ABSENT,
                    "no security module of the pool holds the vending key of " + names
                            + "; import it, or correct the meter's data");
        }
        String held = keys.isEmpty() ? "" : " that holds the vending key of " + names;
        return new SecurityModuleException(
                Kind.UNAVAILABLE,
                "no security module" + held + " is in service and has room; the status of the pool says why",
                new NotAskedException("no member to ask", null));
    }

    /** A hash that is the same in every process and differs between neighbours in every bit. */
    private static long score(String lane, String member) {
        long hash = 0xCBF2_9CE4_8422_2325L;
        for (int i = 0; i < lane.length(); i++) {
            hash = (hash ^ lane.charAt(i)) * 0x0000_0100_0000_01B3L;
        }
        for (int i = 0; i < member.length(); i++) {
            hash = (hash ^ member.charAt(i)) * 0x0000_0100_0000_01B3L;
        }
        hash = (hash ^ hash >>> 33) * 0xFF51_AFD7_ED55_8CCDL;
        hash = (hash ^ hash >>> 33) * 0xC4CE_B9FE_1A85_EC53L;
        return hash ^ hash >>> 33;
    }
}
