package org.metermint.secure;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.metermint.token.SupplyGroupCode;

/**
 * What the owner of a module lets it issue, beyond what the standard forbids anyway. The module enforces it, whoever
 * asks; it lies sealed beside the keys, and each change of it stands in the record of what the module did.
 *
 * @param clients who may ask; nobody else may
 * @param limits at most one for a supply group and kind
 * @param inhibitFrom from when nothing is issued any more; null for never
 * @param maxAhead how far a token identifier may lie ahead of the module's clock
 */
public record IssuePolicy(
        List<ClientPolicy> clients,
        List<IssueLimit> limits,
        @Nullable Instant inhibitFrom,
        Duration maxAhead) {
    /** What holds if nobody says otherwise: a month, so that a meter taken over from a system whose clock ran ahead can buy. */
    public static final Duration STANDARD_MAX_AHEAD = Duration.ofDays(31);

    public IssuePolicy {
        clients = List.copyOf(clients);
        limits = List.copyOf(limits);
        requireDistinct("client", clients.stream().map(ClientPolicy::name).toList());
        requireDistinct(
                "limit",
                limits.stream()
                        .map(limit -> limit.kind() + (limit.supplyGroup() == null ? "" : " of " + limit.supplyGroup()))
                        .toList());
        if (maxAhead.isNegative()) {
            throw new IllegalArgumentException("identifiers may be ahead by " + maxAhead + ", which is below 0");
        }
    }

    private static void requireDistinct(String what, Collection<?> names) {
        Set<Object> seen = new HashSet<>();
        for (Object name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException(what + " " + name + " stands twice in the policy; give it once");
            }
        }
    }

    /** The policy of a new module: its own process may ask for everything, without limit. */
    public static IssuePolicy standard() {
        return new IssuePolicy(
                List.of(new ClientPolicy(
                        ClientName.LOCAL, Set.copyOf(Arrays.asList(TokenKind.values())), null, 0, null)),
                List.of(),
                null,
                STANDARD_MAX_AHEAD);
    }

    /** What a client may ask for; empty if it is unknown. */
    public Optional<ClientPolicy> client(ClientName name) {
        for (ClientPolicy client : clients) {
            if (client.name().equals(name)) {
                return Optional.of(client);
            }
        }
        return Optional.empty();
    }

    /** The limit for a kind of token and a supply group, null for tokens of none. */
    public Optional<IssueLimit> limit(TokenKind kind, @Nullable SupplyGroupCode group) {
        IssueLimit ofAllGroups = null;
        for (IssueLimit limit : limits) {
            SupplyGroupCode of = limit.supplyGroup();
            if (limit.kind() == kind && of == null) {
                ofAllGroups = limit;
            } else if (limit.kind() == kind && of != null && of.equals(group)) {
                return Optional.of(limit);
            }
        }
        return Optional.ofNullable(ofAllGroups);
    }
}
