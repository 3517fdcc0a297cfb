package org.metermint.secure.network;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;

/**
 * How the module names itself, in the form of STS modules: {@code SMID.1:Vendor:serial:timestamp:uid:crc}. The serial
 * number is the id of the module and its record; the time is that of nothing in particular, since a software module is
 * not made; uid is the first half of the id; the CRC (CCITT, initial FFFF) is over all that stands before it.
 *
 * @param moduleId a UUID
 */
record ModuleIdentity(String moduleId) {
    private static final String VENDOR = "Metermint";
    private static final String TEST_VENDOR = "Metermint-TEST-ONLY";
    private static final String NO_TIME = "19700101T000000Z";

    /** The name on a token, or in the status; on tokens under public test keys it says so. */
    String text(boolean testOnly) {
        long uid = UUID.fromString(moduleId).getMostSignificantBits();
        String body = String.format(
                Locale.ROOT, "SMID.1:%s:%s:%s:%016X", testOnly ? TEST_VENDOR : VENDOR, moduleId, NO_TIME, uid);
        return body + String.format(Locale.ROOT, ":%04X", crc(body));
    }

    private static int crc(String text) {
        int crc = 0xFFFF;
        for (byte octet : text.getBytes(StandardCharsets.US_ASCII)) {
            crc ^= octet << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
            }
        }
        return crc & 0xFFFF;
    }
}
