package org.metermint.vending.shift;

import org.metermint.vending.sale.PaymentType;

/**
 * What a shift sold for one means of payment, in minor units; it never changes after closing.
 *
 * @param sales number of sales and of payments towards debts
 * @param sold their tenders, also of those that were undone
 * @param undone the tenders of sales that were undone while the shift was open, also sales of earlier shifts
 */
public record ShiftTotal(PaymentType payment, long sales, long sold, long undone) {
    /** What should have been taken. */
    public long net() {
        return sold - undone;
    }
}
