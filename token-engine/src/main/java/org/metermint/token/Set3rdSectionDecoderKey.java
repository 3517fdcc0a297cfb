package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * Set3rdSectionDecoderKey under a 128-bit key, class 2, subclass 8: the third token of a set of four.
 *
 * @param supplyGroupLow SGCLO: the lower 12 bits of the new supply group code
 * @param keyWord the second 32 bits of the new key
 */
public record Set3rdSectionDecoderKey(int supplyGroupLow, KeyWord keyWord) implements KeyChangeToken {
    static final Layout<Set3rdSectionDecoderKey> LAYOUT = Layout.of(
            Set3rdSectionDecoderKey.class,
            Layout.Place.of(TokenClass.METER_SPECIFIC_MANAGEMENT, 8).underKeysOf(128),
            Set3rdSectionDecoderKey::new,
            bits("SGCLO", 12, Set3rdSectionDecoderKey::supplyGroupLow, Integer::longValue, bits -> (int) bits),
            bits("NKMO2", 32, Set3rdSectionDecoderKey::keyWord, KeyWord::bits, KeyWord::ofBits));

    public Set3rdSectionDecoderKey {
        Layout.requireBits("SGCLO", 12, supplyGroupLow);
    }

    @Override
    public Layout<Set3rdSectionDecoderKey> layout() {
        return LAYOUT;
    }

    @Override
    public int section() {
        return 3;
    }
}
