package org.metermint.vending.sale;

import org.metermint.tariff.Assessment;
import org.metermint.token.MeterPan;
import org.metermint.vending.money.Money;
import org.metermint.vending.refusal.Refusal;

/** What a sale would be at this moment. Nothing is written, and nothing is promised: the next sale may change it. */
public sealed interface TrialAnswer {
    /**
     * The sale would be made.
     *
     * @param account number of the account
     * @param tender what would be paid
     * @param keyChangeTokens how many key change tokens would come before the credit token, 0 if none
     */
    record Priced(
            MeterPan meter, String account, Money tender, Assessment assessment, SaleCredit credit, int keyChangeTokens)
            implements TrialAnswer {}

    /** The sale would be refused. */
    record Refused(Refusal refusal) implements TrialAnswer {}
}
