package org.metermint.vending.receipt.internal;

import java.text.Normalizer;

/** The default alphabet of short messages with its extension (3GPP TS 23.038, 6.2.1). */
final class GsmAlphabet {
    /** Septets in one message. */
    static final int MESSAGE = 160;

    private static final String BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    /** Each is sent as an escape and a character. */
    private static final String EXTENSION = "\f^{}\\[~]|€";

    private GsmAlphabet() {}

    /**
     * How many septets a text takes.
     *
     * @throws IllegalArgumentException if it has a character that the alphabet lacks
     */
    static int septets(String text) {
        int septets = 0;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (BASIC.indexOf(character) >= 0) {
                septets++;
            } else if (EXTENSION.indexOf(character) >= 0) {
                septets += 2;
            } else {
                throw new IllegalArgumentException(
                        "character U+%04X is not of the GSM alphabet".formatted((int) character));
            }
        }
        return septets;
    }

    /** A text in this alphabet: what it lacks loses its accents, or becomes a question mark. */
    static String fold(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        text.codePoints().forEach(character -> folded.append(folded(Character.toString(character))));
        return folded.toString();
    }

    /** Whether a text has a letter or digit left that this alphabet can write: a row of question marks is no name. */
    static boolean carries(String text) {
        return fold(text).codePoints().anyMatch(Character::isLetterOrDigit);
    }

    private static String folded(String character) {
        if (has(character)) {
            return character;
        }
        String bare = Normalizer.normalize(character, Normalizer.Form.NFKD).replaceAll("\\p{M}+", "");
        return !bare.isEmpty() && has(bare) ? bare : "?";
    }

    private static boolean has(String text) {
        return text.chars().allMatch(character -> BASIC.indexOf(character) >= 0 || EXTENSION.indexOf(character) >= 0);
    }
}
