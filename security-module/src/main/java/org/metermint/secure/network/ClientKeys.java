package org.metermint.secure.network;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;
import org.metermint.secure.network.wire.NodeStatus;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

/**
 * The vending keys of a module on the other end: those that it tells in its status, as our own server does, or those of
 * the configuration for hardware that tells none.
 *
 * @param keys by name
 */
record ClientKeys(List<VendingKeyInfo> keys) {
    private static final Pattern NAME = Pattern.compile("metermint\\.vk\\.(\\d{6})\\.(\\d)\\.(\\d)");
    /** Which type a module means by supply group and revision alone, since the interface has no key type. */
    private static final List<KeyType> PRECEDENCE = List.of(KeyType.DUTK, KeyType.DDTK, KeyType.DCTK);

    ClientKeys {
        keys = keys.stream().sorted(Comparator.comparing(VendingKeyInfo::name)).toList();
    }

    /** The status does not say what it should. */
    static final class UnfitStatusException extends Exception {
        private static final long serialVersionUID = 1;

        UnfitStatusException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * The keys of a module.
     *
     * @param configured those that it must hold if it tells its keys, or the only ones that are known if it does not
     * @throws UnfitStatusException if an entry cannot be read, or a key is another than the configured one
     */
    static ClientKeys of(List<NodeStatus> nodes, List<VendingKeyInfo> configured) throws UnfitStatusException {
        List<VendingKeyInfo> told = new ArrayList<>();
        for (NodeStatus node : nodes) {
            for (Map.Entry<String, String> entry : node.info().entrySet()) {
                Matcher name = NAME.matcher(entry.getKey());
                if (name.matches()) {
                    told.add(read(name, entry.getValue()));
                }
            }
        }
        if (told.isEmpty()) {
            return new ClientKeys(configured);
        }
        for (VendingKeyInfo wanted : configured) {
            requireSame(wanted, told);
        }
        return new ClientKeys(told);
    }

    private static void requireSame(VendingKeyInfo wanted, List<VendingKeyInfo> told) throws UnfitStatusException {
        for (VendingKeyInfo key : told) {
            boolean other = !key.keyCheckValue().equalsIgnoreCase(wanted.keyCheckValue())
                    || key.baseDate() != wanted.baseDate();
            if (key.name().equals(wanted.name()) && other) {
                throw new UnfitStatusException(
                        "the vending key of " + key.name() + " has check value " + key.keyCheckValue()
                                + " and base date "
                                + key.baseDate().year() + "; " + wanted.keyCheckValue() + " and "
                                + wanted.baseDate().year() + " are configured",
                        null);
            }
        }
    }

    private static VendingKeyInfo read(Matcher name, String facts) throws UnfitStatusException {
        Map<String, String> members = new HashMap<>();
        for (String member : facts.split(";", -1)) {
            int equals = member.indexOf('=');
            if (equals > 0) {
                members.put(member.substring(0, equals), member.substring(equals + 1));
            }
        }
        try {
            return new VendingKeyInfo(
                    new SupplyGroupCode(Integer.parseInt(name.group(1))),
                    new KeyRevisionNumber(Integer.parseInt(name.group(2))),
                    KeyType.ofNumber(Integer.parseInt(name.group(3))),
                    BaseDate.ofYear(Integer.parseInt(required(members, "base"))),
                    new KeyExpiryNumber(Integer.parseInt(required(members, "ken"))),
                    Instant.parse(required(members, "from")),
                    KeyGeneration.valueOf(required(members, "alg")),
                    required(members, "kcv"),
                    Boolean.parseBoolean(required(members, "testOnly")),
                    instant(members, "expired"),
                    instant(members, "destroyed"));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new UnfitStatusException("the status entry " + name.group() + " cannot be read", e);
        }
    }

    private static String required(Map<String, String> members, String member) {
        String value = members.get(member);
        if (value == null) {
            throw new IllegalArgumentException("member " + member + " is missing");
        }
        return value;
    }

    private static @Nullable Instant instant(Map<String, String> members, String member) {
        String value = members.get(member);
        return value == null ? null : Instant.parse(value);
    }

    Optional<VendingKeyInfo> find(VendingKeyName name) {
        return keys.stream()
                .filter(key -> key.name().equals(name) && key.destroyedAt() == null)
                .findFirst();
    }

    /** The key that the module takes for a supply group and revision. */
    Optional<VendingKeyInfo> meant(SupplyGroupCode group, KeyRevisionNumber revision) {
        return keys.stream()
                .filter(key -> key.destroyedAt() == null
                        && key.supplyGroup().equals(group)
                        && key.revision().equals(revision))
                .min(Comparator.comparingInt(key -> PRECEDENCE.indexOf(key.type())));
    }

    /** The key of a supply group and revision with a check value, though it may be gone by now. */
    Optional<VendingKeyInfo> told(int group, int revision, String checkValue) {
        return keys.stream()
                .filter(key -> key.supplyGroup().value() == group
                        && key.revision().value() == revision
                        && key.keyCheckValue().equalsIgnoreCase(checkValue))
                .findFirst();
    }
}
