package org.metermint.token;

/**
 * The checksum of a token (IEC 62055-41, CRC): CRC-16 with the polynomial x^16 + x^15 + x^2 + 1, reflected, starting
 * from all ones, over seven octets: the class, then the 48 bits of subclass and payload. It is stored low octet first.
 * Credit in currency appends an octet 01 (CRC_C), so that a meter for units never takes it for its own.
 *
 * <p>A CRC is linear, so each of the six octets adds its own share whatever the others are, and six look-ups without
 * any dependence on each other give the sum.
 */
final class Crc {
    private static final int POLYNOMIAL = 0xA001;
    private static final int OCTETS = Layout.BITS / 8;

    /** What one octet does to the register when it is shifted through. */
    private static final char[] STEP = new char[256];
    /** SHARE[i][v]: what octet i, counted from the most significant, adds to the final CRC if it is v. */
    private static final char[][] SHARE = new char[OCTETS][256];
    /** The final CRC of each class with 48 zero bits. */
    private static final char[] START = new char[4];

    static {
        for (int v = 0; v < 256; v++) {
            int crc = v;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
            }
            STEP[v] = (char) crc;
        }
        for (int i = 0; i < OCTETS; i++) {
            for (int v = 0; v < 256; v++) {
                SHARE[i][v] = (char) zeros(STEP[v], OCTETS - 1 - i);
            }
        }
        for (int c = 0; c < START.length; c++) {
            START[c] = (char) zeros(step(0xFFFF, c), OCTETS);
        }
    }

    private Crc() {}

    private static int step(int crc, int octet) {
        return (crc >>> 8) ^ STEP[(crc ^ octet) & 0xFF];
    }

    private static int zeros(int crc, int octets) {
        int result = crc;
        for (int i = 0; i < octets; i++) {
            result = step(result, 0);
        }
        return result;
    }

    /** The 16-bit CRC field of a token with this class, subclass and payload. */
    static int of(int tokenClass, long subclassAndPayload) {
        return stored(register(tokenClass, subclassAndPayload));
    }

    /** The 16-bit CRC_C field of a token of credit in currency. */
    static int ofCurrency(int tokenClass, long subclassAndPayload) {
        return stored(step(register(tokenClass, subclassAndPayload), 1));
    }

    private static int register(int tokenClass, long bits) {
        return START[tokenClass]
                ^ SHARE[0][(int) (bits >>> 40) & 0xFF]
                ^ SHARE[1][(int) (bits >>> 32) & 0xFF]
                ^ SHARE[2][(int) (bits >>> 24) & 0xFF]
                ^ SHARE[3][(int) (bits >>> 16) & 0xFF]
                ^ SHARE[4][(int) (bits >>> 8) & 0xFF]
                ^ SHARE[5][(int) bits & 0xFF];
    }

    private static int stored(int crc) {
        return Character.reverseBytes((char) crc);
    }
}
