package org.metermint.secure;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TokenIdentifier;

/**
 * What may be known of a vending key. Supply group, revision and type name it.
 *
 * @param activeFrom the first instant at which tokens may be issued under it
 * @param keyCheckValue six hexadecimal digits that tell keys apart and give nothing of the key away
 * @param expiredAt when it was expired by hand, before its expiry number; null if it was not
 * @param destroyedAt when its octets were destroyed; null if they are there
 * @param testOnly whether it is one of the public test keys, which everybody knows; must show wherever its tokens do
 */
public record VendingKeyInfo(
        SupplyGroupCode supplyGroup,
        KeyRevisionNumber revision,
        KeyType type,
        BaseDate baseDate,
        KeyExpiryNumber expiry,
        Instant activeFrom,
        KeyGeneration algorithm,
        String keyCheckValue,
        boolean testOnly,
        @Nullable Instant expiredAt,
        @Nullable Instant destroyedAt) {

    /** A key that nobody expired or destroyed by hand. */
    public VendingKeyInfo(
            SupplyGroupCode supplyGroup,
            KeyRevisionNumber revision,
            KeyType type,
            BaseDate baseDate,
            KeyExpiryNumber expiry,
            Instant activeFrom,
            KeyGeneration algorithm,
            String keyCheckValue,
            boolean testOnly) {
        this(supplyGroup, revision, type, baseDate, expiry, activeFrom, algorithm, keyCheckValue, testOnly, null, null);
    }

    /** Supply group, revision and type. */
    public VendingKeyName name() {
        return new VendingKeyName(supplyGroup, revision, type);
    }

    /** Where the key is in its life at an instant. */
    public KeyStatus status(Instant now) {
        if (destroyedAt != null) {
            return KeyStatus.DESTROYED;
        }
        if (expiredAt != null || !now.isBefore(expiresAt())) { // by hand is for good, whatever a clock says later
            return KeyStatus.EXPIRED;
        }
        return now.isBefore(activeFrom) || now.isBefore(baseDate.start()) ? KeyStatus.LOADED : KeyStatus.ACTIVE;
    }

    /** From when no token is issued under this key: the end of its last minute, or earlier if it was expired by hand. */
    public Instant expiresAt() {
        Instant end = new TokenIdentifier(expiry.value() << 16 | 0xFFFF)
                .time(baseDate)
                .plusSeconds(60);
        return expiredAt != null && expiredAt.isBefore(end) ? expiredAt : end;
    }
}
