package org.metermint.vending.receipt;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What receipts tell of the customer. */
public enum CustomerDetails {
    /** The name, and the address if one is known: a tax invoice often asks for both. */
    NAME_AND_ADDRESS,
    NAME,
    /** The name as {@link #masked} leaves it: the customer knows it again, and a finder of the paper does not. */
    MASKED,
    NONE;

    private static final Pattern LETTER = Pattern.compile("\\X");
    private static final String STARS = "***";

    /** From this length on the last letter of a name is shown: of a shorter one it would tell too much. */
    private static final int LONG = 4;

    /**
     * A name as initials and the ends of its last word, of whatever script: {@code Thandi Dlamini} is {@code T. D***i}, and
     * {@code 王小明} is {@code 王***}. The stars are always three, so that they tell no length; a word of one letter is a star.
     */
    public static String masked(String name) {
        String[] words = name.strip().split("[\\s\\p{Z}]+", -1);
        List<String> masked = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            List<String> letters =
                    LETTER.matcher(words[i]).results().map(MatchResult::group).toList();
            if (letters.size() < 2) {
                masked.add("*");
            } else if (i < words.length - 1) {
                masked.add(letters.getFirst() + ".");
            } else {
                masked.add(letters.getFirst() + STARS + (letters.size() < LONG ? "" : letters.getLast()));
            }
        }
        return String.join(" ", masked);
    }
}
