package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * Set2ndSectionDecoderKey, class 2, subclass 4: the second token of a key change set.
 *
 * @param expiryLow KENLO: the lower four bits of the new key expiry number
 * @param tariffIndex the new tariff index
 * @param keyWord NKLO: the last 32 bits of the new key
 */
public record Set2ndSectionDecoderKey(int expiryLow, TariffIndex tariffIndex, KeyWord keyWord)
        implements KeyChangeToken {
    static final Layout<Set2ndSectionDecoderKey> LAYOUT = Layout.of(
            Set2ndSectionDecoderKey.class,
            Layout.Place.of(TokenClass.METER_SPECIFIC_MANAGEMENT, 4),
            Set2ndSectionDecoderKey::new,
            bits("KENLO", 4, Set2ndSectionDecoderKey::expiryLow, Integer::longValue, bits -> (int) bits),
            bits(
                    "TI",
                    8,
                    Set2ndSectionDecoderKey::tariffIndex,
                    TariffIndex::value,
                    bits -> new TariffIndex((int) bits)),
            bits("NKLO", 32, Set2ndSectionDecoderKey::keyWord, KeyWord::bits, KeyWord::ofBits));

    public Set2ndSectionDecoderKey {
        Layout.requireBits("KENLO", 4, expiryLow);
    }

    @Override
    public Layout<Set2ndSectionDecoderKey> layout() {
        return LAYOUT;
    }

    @Override
    public int section() {
        return 2;
    }
}
