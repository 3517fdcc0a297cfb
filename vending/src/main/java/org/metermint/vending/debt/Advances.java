package org.metermint.vending.debt;

import java.math.BigDecimal;
import java.util.Optional;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.vendor.ClientIdentity;

/**
 * Units that were in a meter when it was installed, or that somebody got in an emergency: a debt in units, valued by the
 * account's tariff when it is recorded. No token is made and the month's position stays: the units are in the meter.
 */
public interface Advances {
    /** What their ledger account is called: {@code debt/ADVANCE}. */
    String TYPE = "ADVANCE";

    /**
     * Values units and puts them into the books as a debt of the type {@value #TYPE}. The same units under the same
     * reference again are what they were.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the client may not, there is no such account, its tariff
     *     prices no units, or something else stands under the reference
     */
    AdvancedUnits record(ClientIdentity by, NewAdvance advance);

    Optional<AdvancedUnits> find(UtilityId utility, String account, String reference);

    /**
     * Units in advance, and how purchases recover them: a percentage of each, from today on.
     *
     * @param account number of the account
     * @param reference of the debt within its account, 1 to 40 printable characters
     * @param units above 0, in tenths, up to 1,000,000
     * @param label what receipts say, 1 to 80 characters
     * @param priority lower ones are recovered first, 0 to 1,000
     * @param percent of each purchase, above 0 and up to 100
     */
    record NewAdvance(
            String account, String reference, BigDecimal units, String label, int priority, BigDecimal percent) {}
}
