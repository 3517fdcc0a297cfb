package org.metermint.vending.vendor;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A vendor to be registered: its terms are named from the beginning.
 *
 * @param code 1..32 of a-z, 0-9 and '-'
 * @param name 1 to 120 characters
 * @param creditLine how far below zero the balance may fall, 0..1,000,000,000,000,000 minor units
 * @param commissionPlan code of a plan that is there
 */
public record NewVendor(String code, String name, VendorKind kind, long creditLine, Optional<String> commissionPlan) {
    private static final Pattern CODE = Pattern.compile("[a-z0-9-]{1,32}");

    /** The ledger calls the cost of commission {@code commission/expense}: a vendor of that code would share it. */
    public static final String RESERVED = "expense";

    /** The longest credit line, in minor units. */
    public static final long MOST_CREDIT = 1_000_000_000_000_000L;

    public NewVendor {
        if (!CODE.matcher(code).matches()) {
            throw new IllegalArgumentException("code '" + code + "' is not 1..32 of a-z, 0-9 and '-'");
        }
        if (code.equals(RESERVED)) {
            throw new IllegalArgumentException("code '" + RESERVED + "' is the name of an account of the books");
        }
        if (name.isBlank() || name.length() > 120) {
            throw new IllegalArgumentException("name of " + name.length() + " characters is outside 1..120");
        }
        requireCreditLine(creditLine);
    }

    /**
     * Checks a credit line.
     *
     * @throws IllegalArgumentException if it is outside 0..{@value #MOST_CREDIT} minor units
     */
    public static void requireCreditLine(long minor) {
        if (minor < 0 || minor > MOST_CREDIT) {
            throw new IllegalArgumentException(
                    "credit_line " + minor + " is outside 0.." + MOST_CREDIT + " minor units");
        }
    }
}
