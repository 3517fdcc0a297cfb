package org.metermint.secure.network;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;
import org.metermint.token.BaseDate;

/**
 * The vending keys that a pool stands for. Members that hold a key of one name must hold the same one: the check value
 * tells it, and identifiers must count from the same base date. A check value that was configured decides; for other
 * keys the first member that tells one does, and what was once agreed stays.
 */
final class KeyAgreement {
    private record Agreed(String checkValue, BaseDate baseDate, String by) {}

    private final Map<VendingKeyName, String> configured;
    private final Map<VendingKeyName, Agreed> agreed = new HashMap<>();

    KeyAgreement(Map<VendingKeyName, String> configured) {
        this.configured = configured;
    }

    /** Holds a member's keys against what is agreed, and agrees to what is new; the difference in words if there is one. */
    synchronized Optional<String> difference(String member, List<VendingKeyInfo> keys) {
        for (VendingKeyInfo key : keys) {
            Optional<String> difference = difference(member, key);
            if (difference.isPresent()) {
                return difference;
            }
        }
        for (VendingKeyInfo key : keys) {
            agreed.putIfAbsent(key.name(), new Agreed(key.keyCheckValue(), key.baseDate(), member));
        }
        return Optional.empty();
    }

    private Optional<String> difference(String member, VendingKeyInfo key) {
        String expected = configured.get(key.name());
        if (expected != null && !expected.equalsIgnoreCase(key.keyCheckValue())) {
            return Optional.of("its vending key of " + key.name() + " has check value " + key.keyCheckValue() + ", and "
                    + expected + " is configured; put the right key into the module, or correct the configuration");
        }
        Agreed others = agreed.get(key.name());
        if (others == null || others.by().equals(member)) {
            return Optional.empty();
        }
        if (!others.checkValue().equalsIgnoreCase(key.keyCheckValue())) {
            return Optional.of("its vending key of " + key.name() + " has check value " + key.keyCheckValue()
                    + ", that of module " + others.by() + " has " + others.checkValue()
                    + "; find out which one came from the key management centre, and mend the other module");
        }
        if (others.baseDate() != key.baseDate()) {
            return Optional.of("its vending key of " + key.name() + " counts from "
                    + key.baseDate().year()
                    + ", that of module " + others.by() + " from "
                    + others.baseDate().year()
                    + "; find out which base date came with the key, and mend the other module");
        }
        return Optional.empty();
    }
}
