package org.metermint.app.load;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.metermint.app.CommandFailure;

/**
 * The amounts that customers pay: whole minor units between two bounds, both included.
 *
 * @param least in minor units
 * @param most in minor units
 * @param minorDigits decimals of the currency, 0 to 4
 * @param currency three letters
 */
record Tenders(long least, long most, int minorDigits, String currency) {

    private static final Pattern RANGE =
            Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,4})?)-([0-9]{1,9}(?:\\.[0-9]{1,4})?)");
    private static final long[] POWERS = {1, 10, 100, 1_000, 10_000};

    Tenders {
        if (least < 1 || most < least || minorDigits < 0 || minorDigits > 4) {
            throw new IllegalArgumentException("tenders from " + least + " to " + most + " minor units with "
                    + minorDigits + " decimals; least must be 1 or more, most not less, decimals 0..4");
        }
        if (!currency.matches("[A-Z]{3}")) {
            throw new IllegalArgumentException("currency '" + currency + "' is not three letters A to Z");
        }
    }

    /**
     * Reads a range such as {@code 5.00-200.00}; the decimals of its bounds are those of the currency.
     *
     * @throws CommandFailure if it is none
     */
    static Tenders parse(String range, String currency) {
        Matcher bounds = RANGE.matcher(range);
        if (bounds.matches()) {
            BigDecimal least = new BigDecimal(bounds.group(1));
            BigDecimal most = new BigDecimal(bounds.group(2));
            int digits = Math.max(least.scale(), most.scale());
            try {
                return new Tenders(
                        least.movePointRight(digits).longValueExact(),
                        most.movePointRight(digits).longValueExact(),
                        digits,
                        currency);
            } catch (IllegalArgumentException e) {
                throw new CommandFailure(String.valueOf(e.getMessage()), "Give a range such as 5.00-200.00.", e);
            }
        }
        throw new CommandFailure("the tenders '" + range + "' are no range", "Give a range such as 5.00-200.00.");
    }

    /** An amount in 1/10,000 of the major unit. */
    long tenThousandths(long minor) {
        return minor * POWERS[4 - minorDigits];
    }

    /** Writes an amount in major units, such as 100.00, and says where it ends. */
    int write(long minor, byte[] into, int at) {
        int end = writeDigits(minor / POWERS[minorDigits], 1, into, at);
        if (minorDigits > 0) {
            into[end++] = '.';
            end = writeDigits(minor % POWERS[minorDigits], minorDigits, into, end);
        }
        return end;
    }

    private static int writeDigits(long value, int atLeast, byte[] into, int at) {
        int count = atLeast;
        for (long rest = value / POWERS[Math.min(4, atLeast)]; rest > 0; rest /= 10) {
            count++;
        }
        long rest = value;
        for (int i = at + count - 1; i >= at; i--) {
            into[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + count;
    }

    /** An amount in major units, as text. */
    String decimal(long minor) {
        return BigDecimal.valueOf(minor, minorDigits).toPlainString();
    }
}
