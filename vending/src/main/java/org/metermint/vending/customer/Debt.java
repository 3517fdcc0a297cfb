package org.metermint.vending.customer;

/**
 * What an account owes beside energy.
 *
 * @param reference names the debt within its account, 1 to 40 characters
 * @param balance minor units still owed, not negative
 */
public record Debt(String reference, long balance) {
    public Debt {
        Fields.text("debt reference", reference, 40);
        if (balance < 0) {
            throw new IllegalArgumentException("debt balance " + balance + " is negative; a debt is 0 or more");
        }
    }
}
