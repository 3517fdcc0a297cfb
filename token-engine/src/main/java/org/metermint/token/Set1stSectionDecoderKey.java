package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * Set1stSectionDecoderKey, class 2, subclass 3: the first token of a key change set, encrypted as the whole set is
 * under the key that the meter still holds.
 *
 * @param expiryHigh KENHO: the upper four bits of the new key expiry number
 * @param revision the new key revision number
 * @param rollover RO: whether the meter empties its memory of token identifiers, because the base date changes
 * @param supplyGroupFollows 3KCT: whether a third token with the supply group code belongs to a set of 64 bits
 * @param type the new key type
 * @param keyWord NKHO: the first 32 bits of the new key
 */
public record Set1stSectionDecoderKey(
        int expiryHigh,
        KeyRevisionNumber revision,
        boolean rollover,
        boolean supplyGroupFollows,
        KeyType type,
        KeyWord keyWord)
        implements KeyChangeToken {
    static final Layout<Set1stSectionDecoderKey> LAYOUT = Layout.of(
            Set1stSectionDecoderKey.class,
            Layout.Place.of(TokenClass.METER_SPECIFIC_MANAGEMENT, 3),
            Set1stSectionDecoderKey::new,
            bits("KENHO", 4, Set1stSectionDecoderKey::expiryHigh, Integer::longValue, bits -> (int) bits),
            bits(
                    "KRN",
                    4,
                    Set1stSectionDecoderKey::revision,
                    KeyRevisionNumber::value,
                    bits -> new KeyRevisionNumber((int) bits)),
            bits("RO", 1, Set1stSectionDecoderKey::rollover, flag -> flag ? 1 : 0, bits -> bits == 1),
            bits("3KCT", 1, Set1stSectionDecoderKey::supplyGroupFollows, flag -> flag ? 1 : 0, bits -> bits == 1),
            bits("KT", 2, Set1stSectionDecoderKey::type, KeyType::number, bits -> KeyType.ofNumber((int) bits)),
            bits("NKHO", 32, Set1stSectionDecoderKey::keyWord, KeyWord::bits, KeyWord::ofBits));

    public Set1stSectionDecoderKey {
        Layout.requireBits("KENHO", 4, expiryHigh);
    }

    @Override
    public Layout<Set1stSectionDecoderKey> layout() {
        return LAYOUT;
    }

    @Override
    public int section() {
        return 1;
    }
}
