package org.metermint.vending.sale.internal;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;

/**
 * What is known of the module's vending keys. The facts of a key never change, so that the module is asked only for a
 * key that was not seen yet; whether a key may still be used is the module's to say when it issues.
 */
final class VendingKeys {
    private record Name(SupplyGroupCode group, KeyRevisionNumber revision, KeyType type) {}

    private final SecurityModule module;
    private final Map<Name, VendingKeyInfo> seen = new ConcurrentHashMap<>();

    VendingKeys(SecurityModule module) {
        this.module = module;
    }

    /**
     * The vending key behind a meter's key.
     *
     * @throws RefusedException if the module cannot be asked
     */
    Optional<VendingKeyInfo> of(MeterKeyState state) {
        Name name = new Name(state.supplyGroup(), state.revision(), state.type());
        VendingKeyInfo known = seen.get(name);
        if (known == null) {
            ask();
            known = seen.get(name);
        }
        return Optional.ofNullable(known);
    }

    private void ask() {
        try {
            for (VendingKeyInfo key : module.vendingKeys()) {
                seen.put(new Name(key.supplyGroup(), key.revision(), key.type()), key);
            }
        } catch (SecurityModuleException e) {
            throw new RefusedException(
                    RefusalCode.SECURITY_MODULE_UNAVAILABLE, "the security module answered " + e.kind());
        }
    }
}
