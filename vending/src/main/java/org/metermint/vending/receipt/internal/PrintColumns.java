package org.metermint.vending.receipt.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * How much room letters take in lines of equal columns: East Asian letters and emoji two, marks that stand over or under
 * another letter none, all others one.
 */
final class PrintColumns {
    private static final Pattern LETTER = Pattern.compile("\\X");

    /** First and last of each range of wide letters (UAX 11, W and F), in rising order. */
    private static final int[] WIDE = {
        0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23F3, 0x25FD, 0x25FE, 0x2614, 0x2615, 0x2648, 0x2653,
        0x267F, 0x267F, 0x2693, 0x2693, 0x26A1, 0x26A1, 0x26AA, 0x26AB, 0x26BD, 0x26BE, 0x26C4, 0x26C5, 0x26CE, 0x26CE,
        0x26D4, 0x26D4, 0x26EA, 0x26EA, 0x26F2, 0x26F5, 0x26FA, 0x26FD, 0x2705, 0x2705, 0x270A, 0x270B, 0x2728, 0x2728,
        0x274C, 0x274E, 0x2753, 0x2757, 0x2795, 0x2797, 0x27B0, 0x27BF, 0x2B1B, 0x2B1C, 0x2B50, 0x2B55, 0x2E80, 0x303E,
        0x3041, 0xA4CF, 0xA960, 0xA97F, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19, 0xFE30, 0xFE6F, 0xFF00, 0xFF60,
        0xFFE0, 0xFFE6, 0x16FE0, 0x18D08, 0x1AFF0, 0x1B2FB, 0x1F000, 0x1FAFF, 0x20000, 0x3FFFD
    };

    private PrintColumns() {}

    static int width(String text) {
        return text.codePoints().map(PrintColumns::width).sum();
    }

    private static int width(int character) {
        switch (Character.getType(character)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> {
                return 0;
            }
            default -> {}
        }
        for (int i = 0; i < WIDE.length && WIDE[i] <= character; i += 2) {
            if (character <= WIDE[i + 1]) {
                return 2;
            }
        }
        return 1;
    }

    /**
     * A text as it may be printed: a name must not steer the printer nor turn the digits around, so that line breaks and
     * control characters are blanks, halves of letters are question marks, and marks of direction are gone.
     */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        for (PrimitiveIterator.OfInt all = text.codePoints().iterator(); all.hasNext(); ) {
            int character = all.nextInt();
            switch (Character.getType(character)) {
                case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    printable.append(' ');
                case Character.SURROGATE, Character.UNASSIGNED -> printable.append('?');
                default -> {
                    if (!isDirection(character)) {
                        printable.appendCodePoint(character);
                    }
                }
            }
        }
        return printable.toString();
    }

    private static boolean isDirection(int character) {
        return character == 0x61C
                || (character >= 0x200E && character <= 0x200F)
                || (character >= 0x202A && character <= 0x202E)
                || (character >= 0x2066 && character <= 0x2069);
    }

    /** A text in lines no wider than so many columns, broken between words where there are any, and never in a letter. */
    static List<String> lines(String text, int columns) {
        List<String> lines = new ArrayList<>();
        String rest = text.strip();
        while (width(rest) > columns) {
            int fits = fitting(rest, columns);
            int space = rest.lastIndexOf(' ', fits);
            int end = space > 0 ? space : fits;
            lines.add(rest.substring(0, end).strip());
            rest = rest.substring(end).strip();
        }
        lines.add(rest);
        return lines;
    }

    /** How many characters from the start fit; a letter that is wider than a line by itself is broken. */
    private static int fitting(String text, int columns) {
        int end = 0;
        int left = columns;
        for (MatchResult letter : LETTER.matcher(text).results().toList()) {
            int width = width(letter.group());
            if (width > left) {
                break;
            }
            left -= width;
            end = letter.end();
        }
        if (end > 0) {
            return end;
        }
        for (PrimitiveIterator.OfInt all = text.codePoints().iterator(); all.hasNext(); ) {
            int character = all.nextInt();
            if (width(character) > left) {
                break;
            }
            left -= width(character);
            end += Character.charCount(character);
        }
        return end;
    }
}
