package org.metermint.token.key;

import java.nio.charset.StandardCharsets;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;

/**
 * What DKGA04 hashes: the 49 octets that name a decoder key (IEC 62055-41; the feedback mode of NIST SP 800-108 in a
 * single step). The key is the first 64 or 128 bits of the message's HMAC-SHA-256 under the vending key.
 *
 * <pre>
 * 04  02 "04"  02 base date  02 cipher  02 tariff index  00
 * 04  06 supply group  01 key type  01 key revision  12 meter PAN  length of the key in bits (32 bits)
 * </pre>
 *
 * A pair of digits in quotes and every named field are ASCII characters behind one octet with their number.
 *
 * <p>For a vending key that is in memory, {@link Dkga04Deriver} does it all. This is for one that is not: what keeps the
 * key computes the code of {@link #of}, and {@link #key} makes the decoder key of it. The message is no secret; the code is.
 */
public final class Dkga04Message {
    private static final byte[] TEMPLATE = ("\4"
                    + ("\2" + "04" + "\2" + "??" + "\2" + "??" + "\2" + "??")
                    + "\0"
                    + "\4"
                    + ("\6" + "??????" + "\1" + "?" + "\1" + "?" + "\22" + "??????????????????")
                    + "\0\0\0?")
            .getBytes(StandardCharsets.US_ASCII);

    static final int LENGTH = TEMPLATE.length;

    private static final int BASE_DATE = 5;
    private static final int ALGORITHM = 8;
    private static final int TARIFF_INDEX = 11;
    private static final int SUPPLY_GROUP = 16;
    private static final int KEY_TYPE = 23;
    private static final int KEY_REVISION = 25;
    private static final int METER_PAN = 27;
    private static final int KEY_BITS = 48;

    private Dkga04Message() {}

    /**
     * The message for a key.
     *
     * @throws IllegalArgumentException if DKGA04 gives no such key: an initialisation key, a common key, a key for EA09
     */
    public static byte[] of(DecoderKeyIdentity identity) {
        byte[] message = TEMPLATE.clone();
        write(identity, false, message, 0);
        return message;
    }

    /**
     * The key that a code stands for.
     *
     * @param code HMAC-SHA-256 of the message for this key under the vending key: 32 octets, for the caller to wipe
     * @throws IllegalArgumentException if the code has another length
     */
    public static DecoderKey key(DecoderKeyIdentity identity, byte[] code) {
        if (code.length != HmacSha256.DIGEST) {
            throw new IllegalArgumentException(
                    "code of " + code.length + " octets is not one of HMAC-SHA-256, which has " + HmacSha256.DIGEST);
        }
        long first = longAt(code, 0);
        return isWide(identity)
                ? DecoderKey.of(identity.algorithm(), first, longAt(code, Long.BYTES))
                : DecoderKey.of(identity.algorithm(), 0, first);
    }

    static boolean isWide(DecoderKeyIdentity identity) {
        return identity.algorithm().keyBits() == 128;
    }

    /** Puts what all messages have in common where {@link #write} will write. */
    static void prepare(byte[] target, int offset) {
        System.arraycopy(TEMPLATE, 0, target, offset, LENGTH);
    }

    /** Writes what tells one key from another over a prepared message. Allocates nothing. */
    static void write(DecoderKeyIdentity identity, boolean commonKeys, byte[] target, int offset) {
        KeyDerivation.DKGA04.requireDerivable(identity);
        boolean common = identity.type() == KeyType.DCTK;
        if (common && !commonKeys) {
            throw new IllegalArgumentException(
                    "no published token proves what DKGA04 makes of key type 3 (DCTK); derive"
                            + " common keys by DKGA02, or ask for unproven ones by name");
        }
        writeNumber(target, offset + BASE_DATE, 2, identity.baseDate().year() % 100);
        writeNumber(target, offset + ALGORITHM, 2, identity.algorithm().number());
        writeNumber(target, offset + TARIFF_INDEX, 2, identity.tariffIndex().value());
        writeNumber(target, offset + SUPPLY_GROUP, 6, identity.supplyGroup().value());
        writeNumber(target, offset + KEY_TYPE, 1, identity.type().number());
        writeNumber(target, offset + KEY_REVISION, 1, identity.revision().value());
        writePan(target, offset + METER_PAN, identity.pan(), common);
        target[offset + KEY_BITS] = (byte) identity.algorithm().keyBits();
    }

    private static void writeNumber(byte[] target, int offset, int digits, int number) {
        int rest = number;
        for (int i = offset + digits - 1; i >= offset; i--) {
            int tenth = rest / 10;
            target[i] = (byte) ('0' + rest - tenth * 10);
            rest = tenth;
        }
    }

    private static void writePan(byte[] target, int offset, MeterPan pan, boolean common) {
        String digits = pan.digits();
        int kept = common ? pan.iin().length() : digits.length();
        for (int i = 0; i < digits.length(); i++) {
            target[offset + i] = (byte) (i < kept ? digits.charAt(i) : '0');
        }
    }

    private static long longAt(byte[] octets, int offset) {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | (octets[offset + i] & 0xFF);
        }
        return value;
    }
}
