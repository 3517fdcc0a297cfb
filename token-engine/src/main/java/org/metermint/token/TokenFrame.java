package org.metermint.token;

import java.util.ArrayList;
import java.util.List;

/**
 * The frame around every token (IEC 62055-41, token data elements): a 64-bit block of subclass, payload and CRC, which
 * is encrypted for classes 0 and 2, and the two class bits that are moved into it in clear.
 *
 * <pre>
 *  65 64 | 63 ................................... 0
 *  class | subclass(4)  payload(44)  CRC(16)         the block, encrypted but for class 1
 * </pre>
 *
 * The class takes the places 28 and 27 of the block, and the bits that stood there move to the top, so that the class
 * can be read without any key. Everything here is arithmetic on {@code long}; nothing allocates but results.
 */
public final class TokenFrame {
    /** Every kind of token that the standard defines, by class and subclass. */
    public static final List<Layout<?>> LAYOUTS = List.of(
            TransferCredit.LAYOUT,
            TransferCurrencyCredit.LAYOUT,
            InitiateMeterTestDisplay1.LAYOUT,
            InitiateMeterTestDisplay2.LAYOUT,
            ExtendedRead.LAYOUT,
            SetMaximumPowerLimit.LAYOUT,
            ClearCredit.LAYOUT,
            SetTariffRate.LAYOUT,
            Set1stSectionDecoderKey.LAYOUT,
            Set2ndSectionDecoderKey.LAYOUT,
            ClearTamperCondition.LAYOUT,
            SetMaximumPhasePowerUnbalanceLimit.LAYOUT,
            SetWaterMeterFactor.LAYOUT,
            Set3rdSectionSupplyGroupCode.LAYOUT,
            Set3rdSectionDecoderKey.LAYOUT,
            Set4thSectionDecoderKey.LAYOUT,
            ExtendedSet.LAYOUT);

    private static final int CLASS_SHIFT = 27;
    private static final int CRC_BITS = 16;
    private static final long PAYLOAD_MASK = (1L << (Layout.BITS - Layout.SUBCLASS_BITS)) - 1;

    /** The layouts of each class and subclass, at the index class * 16 + subclass. */
    private static final List<List<Layout<?>>> BY_PLACE = index();

    private TokenFrame() {}

    private static List<List<Layout<?>>> index() {
        List<List<Layout<?>>> index = new ArrayList<>();
        for (int i = 0; i < 4 * 16; i++) {
            index.add(new ArrayList<>());
        }
        for (Layout<?> layout : LAYOUTS) {
            layout.subclasses()
                    .forEach(subclass -> index.get(layout.tokenClass().number() * 16 + subclass)
                            .add(layout));
        }
        return index;
    }

    /** The 64-bit block of a token, before encryption: subclass, payload and the CRC that its class and subclass want. */
    public static long block(KnownToken token) {
        return block(token.tokenClass(), token.subclassAndPayload());
    }

    /**
     * The 64-bit block around 48 bits.
     *
     * @param tokenClass the class, which the CRC covers
     * @param subclassAndPayload 48 bits
     */
    public static long block(TokenClass tokenClass, long subclassAndPayload) {
        return subclassAndPayload << CRC_BITS | crc(tokenClass, subclassAndPayload);
    }

    private static long crc(TokenClass tokenClass, long subclassAndPayload) {
        int subclass = (int) (subclassAndPayload >>> (Layout.BITS - Layout.SUBCLASS_BITS));
        boolean currency = tokenClass == TokenClass.CREDIT_TRANSFER && subclass >= 4 && subclass <= 7;
        return currency
                ? Crc.ofCurrency(tokenClass.number(), subclassAndPayload)
                : Crc.of(tokenClass.number(), subclassAndPayload);
    }

    /** Whether the CRC of a decrypted block is right; if not, the key is wrong or a digit is. */
    public static boolean isAuthentic(TokenClass tokenClass, long block) {
        return (block & 0xFFFF) == crc(tokenClass, block >>> CRC_BITS);
    }

    /**
     * What an authentic block says.
     *
     * @param tokenClass the class of the token
     * @param block the decrypted block; its CRC is not looked at
     * @param keyBits length of the meter's decoder key, 64 or 128, which decides what subclass 8 of class 2 means
     * @return a token of a known kind, or a value that says why it is none
     */
    public static Token read(TokenClass tokenClass, long block, int keyBits) {
        long bits = block >>> CRC_BITS;
        int subclass = (int) (block >>> 60);
        for (Layout<?> layout : BY_PLACE.get(tokenClass.number() * 16 + subclass)) {
            if (layout.holdsUnder(keyBits)) {
                try {
                    return layout.decode(bits);
                } catch (IllegalArgumentException e) {
                    String problem = e.getMessage() == null ? "a field is out of range" : e.getMessage();
                    return new MalformedToken(tokenClass, subclass, bits & PAYLOAD_MASK, problem);
                }
            }
        }
        return UnknownToken.of(tokenClass, subclass, bits & PAYLOAD_MASK);
    }

    /** The token that carries a block: the class goes to the places 28 and 27, and what stood there to the top. */
    public static TokenNumber insertClass(TokenClass tokenClass, long block) {
        long low = (block & ~(3L << CLASS_SHIFT)) | ((long) tokenClass.number() << CLASS_SHIFT);
        return new TokenNumber((int) (block >>> CLASS_SHIFT) & 3, low);
    }

    /** The class of a token, which needs no key to be read. */
    public static TokenClass tokenClass(TokenNumber token) {
        return TokenClass.ofNumber((int) (token.low() >>> CLASS_SHIFT) & 3);
    }

    /** The 64-bit block that a token carries: encrypted for classes 0 and 2. */
    public static long extractBlock(TokenNumber token) {
        return (token.low() & ~(3L << CLASS_SHIFT)) | ((long) token.high() << CLASS_SHIFT);
    }
}
