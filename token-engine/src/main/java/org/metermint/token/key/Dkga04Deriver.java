package org.metermint.token.key;

import java.nio.charset.StandardCharsets;
import javax.security.auth.Destroyable;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;

/**
 * DKGA04 for many meters under one vending key: the first bits of HMAC-SHA-256 over 49 octets that name the key
 * (IEC 62055-41; the feedback mode of NIST SP 800-108 in a single step).
 *
 * <pre>
 * 04  02 "04"  02 base date  02 cipher  02 tariff index  00
 * 04  06 supply group  01 key type  01 key revision  12 meter PAN  length of the key in bits (32 bits)
 * </pre>
 *
 * A pair of digits in quotes and every named field are ASCII characters behind one octet with their number.
 *
 * <p><b>Not thread-safe</b>: one for each thread. {@link #compute} allocates nothing; what it found stands in
 * {@link #keyHigh} and {@link #keyLow} until the next call. It holds a copy of the vending key until {@link #destroy}.
 */
public final class Dkga04Deriver implements Destroyable {
    private static final byte[] TEMPLATE = ("\4"
                    + ("\2" + "04" + "\2" + "??" + "\2" + "??" + "\2" + "??")
                    + "\0"
                    + "\4"
                    + ("\6" + "??????" + "\1" + "?" + "\1" + "?" + "\22" + "??????????????????")
                    + "\0\0\0?")
            .getBytes(StandardCharsets.US_ASCII);

    private static final int BASE_DATE = HmacSha256.messageOffset() + 5;
    private static final int ALGORITHM = HmacSha256.messageOffset() + 8;
    private static final int TARIFF_INDEX = HmacSha256.messageOffset() + 11;
    private static final int SUPPLY_GROUP = HmacSha256.messageOffset() + 16;
    private static final int KEY_TYPE = HmacSha256.messageOffset() + 23;
    private static final int KEY_REVISION = HmacSha256.messageOffset() + 25;
    private static final int METER_PAN = HmacSha256.messageOffset() + 27;
    private static final int KEY_BITS = HmacSha256.messageOffset() + 48;

    private final HmacSha256 hmac;
    private final boolean commonKeys;
    private long keyHigh;
    private long keyLow;
    private boolean destroyed;

    /**
     * A deriver of default and unique keys.
     *
     * @throws IllegalArgumentException if the vending key has not 160 bits
     * @throws IllegalStateException if the vending key is destroyed
     */
    public Dkga04Deriver(VendingKey vendingKey) {
        this(vendingKey, false);
    }

    private Dkga04Deriver(VendingKey vendingKey, boolean commonKeys) {
        KeyDerivation.DKGA04.requireVendingKey(vendingKey);
        this.hmac = HmacSha256.of(vendingKey, TEMPLATE.length);
        this.commonKeys = commonKeys;
        System.arraycopy(TEMPLATE, 0, hmac.message(), HmacSha256.messageOffset(), TEMPLATE.length);
    }

    /**
     * A deriver of common keys too. No published token proves what DKGA04 puts in the place of the meter for them: here
     * the issuer number followed by zeros, the check digit among them.
     *
     * @throws IllegalArgumentException if the vending key has not 160 bits
     * @throws IllegalStateException if the vending key is destroyed
     */
    public static Dkga04Deriver withUnprovenCommonKeys(VendingKey vendingKey) {
        return new Dkga04Deriver(vendingKey, true);
    }

    /**
     * The key of a meter.
     *
     * @throws IllegalArgumentException as {@link #compute}
     * @throws IllegalStateException if this deriver is destroyed
     */
    public DecoderKey derive(DecoderKeyIdentity identity) {
        compute(identity);
        return DecoderKey.of(identity.algorithm(), keyHigh, keyLow);
    }

    /**
     * Computes the key of a meter and allocates nothing; read it from {@link #keyHigh} and {@link #keyLow}.
     *
     * @throws IllegalArgumentException if it is an initialisation key, a common key that this deriver was not made for,
     *     or a key for EA09
     * @throws IllegalStateException if this deriver is destroyed
     */
    public void compute(DecoderKeyIdentity identity) {
        if (destroyed) {
            throw new IllegalStateException("the deriver is destroyed");
        }
        KeyDerivation.DKGA04.requireDerivable(identity);
        boolean common = identity.type() == KeyType.DCTK;
        if (common && !commonKeys) {
            throw new IllegalArgumentException(
                    "no published token proves what DKGA04 makes of key type 3 (DCTK); derive"
                            + " common keys by DKGA02, or ask for unproven ones by name");
        }
        writeNumber(BASE_DATE, 2, identity.baseDate().year() % 100);
        writeNumber(ALGORITHM, 2, identity.algorithm().number());
        writeNumber(TARIFF_INDEX, 2, identity.tariffIndex().value());
        writeNumber(SUPPLY_GROUP, 6, identity.supplyGroup().value());
        writeNumber(KEY_TYPE, 1, identity.type().number());
        writeNumber(KEY_REVISION, 1, identity.revision().value());
        writePan(identity.pan(), common);
        boolean wide = identity.algorithm().keyBits() == 128;
        hmac.message()[KEY_BITS] = (byte) identity.algorithm().keyBits();
        hmac.compute();
        keyHigh = wide ? hmac.first() : 0;
        keyLow = wide ? hmac.second() : hmac.first();
    }

    private void writeNumber(int offset, int digits, int number) {
        byte[] message = hmac.message();
        int rest = number;
        for (int i = offset + digits - 1; i >= offset; i--) {
            int tenth = rest / 10;
            message[i] = (byte) ('0' + rest - tenth * 10);
            rest = tenth;
        }
    }

    private void writePan(MeterPan pan, boolean common) {
        byte[] message = hmac.message();
        String digits = pan.digits();
        int kept = common ? pan.iin().length() : digits.length();
        for (int i = 0; i < digits.length(); i++) {
            message[METER_PAN + i] = (byte) (i < kept ? digits.charAt(i) : '0');
        }
    }

    /** The first 64 of 128 bits of the key computed last; 0 for a key of 64 bits. */
    public long keyHigh() {
        return keyHigh;
    }

    /** The last 64 bits of the key computed last. */
    public long keyLow() {
        return keyLow;
    }

    /** Overwrites the copy of the vending key, and the key computed last, with zeros; from then on it refuses all use. */
    @Override
    public void destroy() {
        destroyed = true;
        hmac.destroy();
        keyHigh = 0;
        keyLow = 0;
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public String toString() {
        return "Dkga04Deriver";
    }
}
