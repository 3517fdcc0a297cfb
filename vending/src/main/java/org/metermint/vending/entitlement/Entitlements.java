package org.metermint.vending.entitlement;

import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.vendor.ClientIdentity;

/**
 * Who is entitled to free units. The units themselves are sales that cost nothing, alone or along with the first sale of
 * a month; see {@link org.metermint.vending.sale}.
 */
public interface Entitlements {
    /**
     * Records a list without accounts. The same again gives the list that is there.
     *
     * @param by administrator or finance
     * @throws org.metermint.vending.refusal.RefusedException if the client may not, or there is another list of that
     *     reference
     */
    EntitlementList record(ClientIdentity by, String reference, EntitlementList.Terms terms);

    /**
     * Puts an account on a list that nobody has decided about.
     *
     * @param account number of the account
     * @param tenths of the units of a month, 0 to {@value Entitlement#MOST_TENTHS}
     * @return whether it was not there already
     * @throws org.metermint.vending.refusal.RefusedException if there is no such list or account, the list is decided, or
     *     the account stands on it with something else
     */
    boolean add(UtilityId utility, String list, String account, long tenths, YearMonth first, Optional<YearMonth> last);

    /**
     * Lets a list hold: from now on its accounts have what it gives them, and nothing of an earlier one.
     *
     * @param by finance, and not who recorded it
     * @throws org.metermint.vending.refusal.RefusedException if the client may not, there is no such list, nobody is on
     *     it, or it was rejected
     */
    EntitlementList approve(ClientIdentity by, String reference);

    /** Decides that a list shall not hold. */
    EntitlementList reject(ClientIdentity by, String reference);

    Optional<EntitlementList> find(UtilityId utility, String reference);

    /** All lists, the newest first. */
    List<EntitlementList> all(UtilityId utility);

    /** What the list gives that holds for an account, if one does. */
    Optional<Entitlement> of(UtilityId utility, String account);

    /** What was taken in a month of the utility's zone, by list; lists of which nobody took anything are left out. */
    List<Claim> claims(UtilityId utility, YearMonth month);
}
