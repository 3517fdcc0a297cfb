package org.metermint.vending.debt;

import java.util.Optional;

/**
 * What an account owes beside energy. Without terms it is recorded and no more: purchases leave it alone, and it is not
 * in the books.
 *
 * @param reference names the debt within its account: 1 to 40 printable characters
 * @param original minor units once owed, 0 to 1,000,000,000,000,000
 * @param balance minor units still owed, from 0 to the original
 * @param terms how purchases recover it, once it is in the books
 */
public record Debt(String reference, long original, long balance, Optional<DebtTerms> terms) {
    /** The most that can be owed, in minor units. */
    public static final long MOST = 1_000_000_000_000_000L;

    public Debt {
        if (reference.isBlank() || reference.length() > 40 || reference.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "debt reference of " + reference.length() + " characters is not 1..40 printable ones");
        }
        if (original < 0 || original > MOST) {
            throw new IllegalArgumentException("debt of " + original + " minor units is outside 0.." + MOST);
        }
        if (balance < 0 || balance > original) {
            throw new IllegalArgumentException(
                    "debt balance " + balance + " is outside 0.." + original + ", what was once owed");
        }
    }

    /** A debt that is recorded and no more. */
    public Debt(String reference, long balance) {
        this(reference, balance, balance, Optional.empty());
    }
}
