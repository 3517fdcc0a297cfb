package org.metermint.token.decode;

import java.time.Duration;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.cipher.Ea07Tables;

/**
 * How a decoder was built; it never changes.
 *
 * @param algorithm the cipher
 * @param ea07Tables the substitution tables, which only EA07 uses
 * @param manufacturerCode the number of its maker, which a class 1 token may name
 * @param checksKeyExpiry whether it compares token identifiers with the key expiry number, as it should
 * @param takesSupplyGroup whether it knows key change sets of three tokens for 64-bit keys
 * @param takesCommonKey whether it takes credit under a common key (DCTK), as only meters for magnetic cards do
 * @param keyChangeLimit how long a key change set may take from its first token to its last
 */
public record DecoderFacts(
        EncryptionAlgorithm algorithm,
        Ea07Tables ea07Tables,
        int manufacturerCode,
        boolean checksKeyExpiry,
        boolean takesSupplyGroup,
        boolean takesCommonKey,
        Duration keyChangeLimit) {
    /** How long a set may take unless a maker says otherwise. */
    public static final Duration USUAL_KEY_CHANGE_LIMIT = Duration.ofMinutes(10);

    public DecoderFacts {
        if (manufacturerCode < 0 || manufacturerCode > 9_999) {
            throw new IllegalArgumentException("manufacturer code " + manufacturerCode + " is outside 0..9999");
        }
        if (keyChangeLimit.isNegative() || keyChangeLimit.isZero()) {
            throw new IllegalArgumentException("key change limit " + keyChangeLimit + " is not above zero");
        }
    }

    /** A keypad meter with everything that the second edition of the scheme asks for. */
    public static DecoderFacts of(EncryptionAlgorithm algorithm, Ea07Tables ea07Tables, int manufacturerCode) {
        return new DecoderFacts(algorithm, ea07Tables, manufacturerCode, true, true, false, USUAL_KEY_CHANGE_LIMIT);
    }
}
