package org.metermint.vending.sale;

import java.util.Optional;
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
     * @param credit what the credit token would carry; nothing if what is due used the payment up
     * @param keyChangeTokens how many key change tokens would come before the credit token, 0 if none
     * @param free the free units that would come along, if any
     */
    record Priced(
            MeterPan meter,
            String account,
            Money tender,
            Assessment assessment,
            SaleCredit credit,
            int keyChangeTokens,
            Optional<Assessment> free)
            implements TrialAnswer {}

    /** The sale would be refused. */
    record Refused(Refusal refusal) implements TrialAnswer {}
}
