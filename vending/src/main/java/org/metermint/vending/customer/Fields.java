package org.metermint.vending.customer;

/** Checks of text from outside. The messages name field and bound, never the value: it may be personal. */
final class Fields {
    private Fields() {}

    static String text(String field, String value, int max) {
        if (value.isBlank() || value.length() > max) {
            throw new IllegalArgumentException(
                    field + " has " + value.strip().length() + " characters; it needs 1.." + max);
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(field + " holds a control character; remove it");
        }
        if (value.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            throw new IllegalArgumentException(field + " holds half a character (an unpaired surrogate); remove it");
        }
        return value;
    }

    /** A phone number as '+' and digits; spaces, dashes and brackets are left out. */
    static String phone(String value) {
        StringBuilder digits = new StringBuilder("+");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= '0' && c <= '9') {
                digits.append(c);
            } else if (c != ' ' && c != '-' && c != '(' && c != ')' && !(c == '+' && i == 0)) {
                throw new IllegalArgumentException("phone has an unexpected character at position " + (i + 1)
                        + "; write it as + and digits, country code first");
            }
        }
        if (digits.length() < 7 || digits.length() > 16) {
            throw new IllegalArgumentException(
                    "phone has " + (digits.length() - 1) + " digits; it needs 6..15, country code first");
        }
        return digits.toString();
    }
}
