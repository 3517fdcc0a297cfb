package org.metermint.vending.sale;

import org.metermint.tariff.Assessment;

/** A sale that issued its tokens, as somebody looks back at it. It is read when it is asked, by whichever thread. */
public interface PastSale {
    /** Number of the account. */
    String account();

    /** Whether it was taken back in the books. */
    boolean reversed();

    /** Whether its token carries money, and not units. */
    boolean inCurrency();

    /** How it was priced. */
    Assessment assessment();
}
