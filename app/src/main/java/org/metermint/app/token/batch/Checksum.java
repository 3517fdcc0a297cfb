package org.metermint.app.token.batch;

/**
 * The CRC of tokens over any octets, bit by bit. The engine computes it for whole tokens only, and fast; the operation
 * {@code crc} serves whoever checks a CRC of their own, on octets that no token has to hold.
 */
final class Checksum {
    private static final int POLYNOMIAL = 0xA001;

    private Checksum() {}

    /** The 16 bits as they stand in a token, low octet first. */
    static int of(byte[] octets) {
        int register = 0xFFFF;
        for (byte octet : octets) {
            register ^= octet & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                register = (register & 1) == 1 ? register >>> 1 ^ POLYNOMIAL : register >>> 1;
            }
        }
        return (register & 0xFF) << 8 | register >>> 8;
    }
}
