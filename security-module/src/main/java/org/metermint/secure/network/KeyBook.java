package org.metermint.secure.network;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.KeyStatus;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

/**
 * The vending keys of the module at one instant. The interface names a key by supply group and revision alone; where the
 * module holds several types under them, the unique key is meant before the default and the common one.
 *
 * @param keys with those that were destroyed, of which tokens may still tell
 * @param now decides what is active
 */
record KeyBook(List<VendingKeyInfo> keys, Instant now) {
    private static final List<KeyType> PRECEDENCE = List.of(KeyType.DUTK, KeyType.DDTK, KeyType.DCTK);

    static KeyBook of(SecurityModule module, Instant now) throws SecurityModuleException {
        return new KeyBook(module.vendingKeys(), now);
    }

    /** The key of a supply group and revision. */
    VendingKeyInfo require(SupplyGroupCode group, KeyRevisionNumber revision) throws ApiException {
        return keys.stream()
                .filter(key -> key.supplyGroup().equals(group) && key.revision().equals(revision))
                .filter(key -> key.status(now) != KeyStatus.DESTROYED)
                .min(Comparator.comparingInt(key -> PRECEDENCE.indexOf(key.type())))
                .orElseThrow(
                        () -> ErrorCode.KEYSTORE_NOT_FOUND.with(group, revision, "the module holds none; import it"));
    }

    /** The key of a name, which is known from a token that was issued under it. */
    Optional<VendingKeyInfo> find(VendingKeyName name) {
        return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }

    /**
     * The newest revision that may follow a key in a meter: active now, of the same supply group, fit for the meter's
     * cipher, and activated later, or at the same time under a higher number.
     */
    Optional<VendingKeyInfo> newerThan(VendingKeyInfo current, EncryptionAlgorithm algorithm) {
        Comparator<VendingKeyInfo> byAge = Comparator.comparing(VendingKeyInfo::activeFrom)
                .thenComparingInt(key -> key.revision().value());
        return keys.stream()
                .filter(key -> key.supplyGroup().equals(current.supplyGroup()))
                .filter(key -> key.type() == current.type() && key.status(now) == KeyStatus.ACTIVE)
                .filter(key -> algorithm == EncryptionAlgorithm.EA07 || key.algorithm() == KeyGeneration.DKGA04)
                .max(byAge)
                .filter(newest -> byAge.compare(newest, current) > 0);
    }
}
