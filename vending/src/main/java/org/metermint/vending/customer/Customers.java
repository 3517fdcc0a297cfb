package org.metermint.vending.customer;

import java.util.List;
import java.util.Optional;
import org.metermint.tariff.AccountFacts;
import org.metermint.token.MeterPan;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.vendor.ClientIdentity;

/** The customers and accounts of a utility. */
public interface Customers {
    /**
     * Registers a customer. An equal one that is there already is left as it is.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the number is taken by another
     */
    Customer register(UtilityId utility, Customer customer);

    /**
     * Registers an account. An equal one that is there already is left as it is; its position and debts, which sales
     * move on, do not count in that comparison.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the number is taken by another account, the meter
     *     belongs to another account, or customer, meter, supply group or tariff are not registered
     */
    Account register(UtilityId utility, Account account);

    /**
     * Changes what a tariff may need to know of an account; its next purchases are priced by it.
     *
     * @return the account as it is now
     * @throws org.metermint.vending.refusal.RefusedException if there is no such account
     */
    Account change(UtilityId utility, String number, AccountFacts facts);

    /**
     * Gives an account another meter. The month's position, charges, debts and free units belong to the account and stay;
     * the old meter is blocked for vending and keeps its sales. The same again changes nothing.
     *
     * @param meter registered, and of no other account
     * @param reason 1 to 200 characters
     * @throws org.metermint.vending.refusal.RefusedException if the client is no administrator, there is no such account or
     *     meter, or the meter belongs to another account
     */
    Account replaceMeter(ClientIdentity by, String number, MeterPan meter, String reason);

    /**
     * Replaces name, phone and address of a customer by nothing, for good. The number stays, and so do accounts and
     * sales, which never held any of the three. Erasing again changes nothing.
     *
     * @return what is left
     * @throws org.metermint.vending.refusal.RefusedException if there is no such customer
     */
    Customer erase(UtilityId utility, String number);

    Optional<Customer> customer(UtilityId utility, String number);

    Optional<Account> account(UtilityId utility, String number);

    Optional<Account> accountOf(UtilityId utility, MeterPan meter);

    /**
     * Finds supply points by whatever a customer can name: meter number, customer or account number, phone, or the
     * beginning of the name, in this order; the first kind that finds something answers.
     *
     * @param limit the most to return, 1..100
     */
    List<SupplyPoint> find(UtilityId utility, String text, int limit);
}
