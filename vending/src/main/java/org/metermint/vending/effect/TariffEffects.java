package org.metermint.vending.effect;

import java.util.function.Consumer;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.ledger.Progress;

/** What other prices would have made of past sales. */
public interface TariffEffects {
    /**
     * Prices the sales of a period by a version, as if it had begun with the period. Each sale keeps what it stored of its
     * account: facts, debts, and the rate tables that it used; a table that it did not use has the figure in force then.
     * An account begins the period at the position that its first sale stored, and goes on from the one that the version
     * makes. Sales that were refused or taken back are left out.
     *
     * <p>It reads as of one instant, without locks, and keeps the sales of a few accounts in memory.
     *
     * @param each gets every account with a sale, in no particular order of numbers
     * @throws org.metermint.vending.refusal.RefusedException if the draft is not in the utility's currency, or there is no
     *     sale to look at
     */
    Effect of(UtilityId utility, Question question, Consumer<CustomerEffect> each, Progress progress);
}
