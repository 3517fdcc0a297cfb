package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * Set4thSectionDecoderKey under a 128-bit key, class 2, subclass 9: the fourth token of a set of four.
 *
 * @param supplyGroupHigh SGCHO: the upper 12 bits of the new supply group code
 * @param keyWord the third 32 bits of the new key
 */
public record Set4thSectionDecoderKey(int supplyGroupHigh, KeyWord keyWord) implements KeyChangeToken {
    static final Layout<Set4thSectionDecoderKey> LAYOUT = Layout.of(
            Set4thSectionDecoderKey.class,
            Layout.Place.of(TokenClass.METER_SPECIFIC_MANAGEMENT, 9).underKeysOf(128),
            Set4thSectionDecoderKey::new,
            bits("SGCHO", 12, Set4thSectionDecoderKey::supplyGroupHigh, Integer::longValue, bits -> (int) bits),
            bits("NKMO1", 32, Set4thSectionDecoderKey::keyWord, KeyWord::bits, KeyWord::ofBits));

    public Set4thSectionDecoderKey {
        Layout.requireBits("SGCHO", 12, supplyGroupHigh);
    }

    @Override
    public Layout<Set4thSectionDecoderKey> layout() {
        return LAYOUT;
    }

    @Override
    public int section() {
        return 4;
    }
}
