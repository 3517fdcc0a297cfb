package org.metermint.vending.vendor;

import java.time.LocalDate;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A deposit or withdrawal to be recorded.
 *
 * @param amount minor units, 1..1,000,000,000,000,000
 * @param bank the utility's account, 1..32 of a-z, 0-9 and '-'
 * @param reference the bank's reference, 1 to 64 printable ASCII characters
 * @param valueDate the day on which the bank counts it
 */
public record NewMovement(
        String vendor, MovementKind kind, long amount, String bank, String reference, LocalDate valueDate) {
    /** The bank account of a utility that has one. */
    public static final String MAIN_BANK = "main";

    private static final long MOST = 1_000_000_000_000_000L;
    private static final Pattern BANK = Pattern.compile("[a-z0-9-]{1,32}");
    private static final Pattern REFERENCE = Pattern.compile("[!-~]([ -~]{0,62}[!-~])?");

    public NewMovement {
        Objects.requireNonNull(valueDate, "valueDate");
        if (kind == MovementKind.COMMISSION) {
            throw new IllegalArgumentException("a commission is recorded by its month");
        }
        if (amount < 1 || amount > MOST) {
            throw new IllegalArgumentException("amount " + amount + " is outside 1.." + MOST + " minor units");
        }
        if (!BANK.matcher(bank).matches()) {
            throw new IllegalArgumentException("bank '" + bank + "' is not 1..32 of a-z, 0-9 and '-'");
        }
        if (!REFERENCE.matcher(reference).matches()) {
            throw new IllegalArgumentException("reference of " + reference.length()
                    + " characters is not 1..64 printable ASCII characters, without a space at either end");
        }
    }
}
