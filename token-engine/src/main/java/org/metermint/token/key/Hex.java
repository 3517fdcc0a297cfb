package org.metermint.token.key;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Keys as hexadecimal text: errors tell where, never what. */
final class Hex {
    private Hex() {}

    static byte[] parse(String field, String hex, int... lengths) {
        if (Arrays.stream(lengths).noneMatch(length -> length == hex.length())) {
            String wanted = Arrays.stream(lengths).mapToObj(Integer::toString).collect(Collectors.joining(" or "));
            throw new IllegalArgumentException(
                    field + " has " + hex.length() + " hexadecimal digits; it needs " + wanted);
        }
        byte[] octets = new byte[hex.length() / 2];
        for (int i = 0; i < hex.length(); i++) {
            char c = hex.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw new IllegalArgumentException(
                        field + " has a character at position " + (i + 1) + " that is no hexadecimal digit");
            }
            octets[i / 2] |= (byte) (digit << (i % 2 == 0 ? 4 : 0));
        }
        return octets;
    }
}
