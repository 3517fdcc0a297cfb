package org.metermint.tariff;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/**
 * In which order a payment is used up before it buys energy, and how much of it.
 *
 * @param order items in the order in which money is taken: {@value #FEE} (of the channel), {@value #CHARGES} (those that
 *     are not named by themselves), codes of charges, {@value #DEBTS}, and codes of levies of the payment; what stands
 *     before such a levy is no part of its base. What is not named follows at the end as the default order has it;
 *     levies of the payment that are not named have the whole payment as base
 * @param chargesPercent greatest share of the payment that charges take together, 0 to 100
 * @param debtsPercent greatest share of the payment that debts take together, 0 to 100
 * @param leastTenths energy that charges and debts must leave to the customer, in tenths; what it keeps them from
 *     taking stays due; 0 for none
 * @param whenNothingLeft what becomes of a payment that deductions use up
 */
public record Deductions(
        List<String> order,
        BigDecimal chargesPercent,
        BigDecimal debtsPercent,
        long leastTenths,
        WhenNothingLeft whenNothingLeft) {
    /** Names the channel's fee in the order. */
    public static final String FEE = "FEE";

    /** Names all charges that the order does not name by themselves. */
    public static final String CHARGES = "CHARGES";

    /** Names the debts in the order, and on receipts. */
    public static final String DEBTS = "DEBTS";

    /** The fee, charges and debts, before energy; no caps; nothing left is refused. */
    public static final Deductions STANDARD = new Deductions(
            List.of(FEE, CHARGES, DEBTS), BigDecimal.valueOf(100), BigDecimal.valueOf(100), 0, WhenNothingLeft.REFUSE);

    /** What becomes of a payment of which deductions leave nothing. */
    public enum WhenNothingLeft {
        /** The purchase is refused. */
        REFUSE,
        /** The payment is taken for what is due, and the receipt has no token. */
        RECEIPT_WITHOUT_TOKEN
    }

    public Deductions {
        order = complete(order);
        Checks.decimal("deductions chargesPercent", chargesPercent, BigDecimal.valueOf(100), 6);
        Checks.decimal("deductions debtsPercent", debtsPercent, BigDecimal.valueOf(100), 6);
        Checks.inRange("deductions leastTenths", leastTenths, 0, Limits.TOKEN_MAX_TENTHS);
        Objects.requireNonNull(whenNothingLeft, "deductions whenNothingLeft");
    }

    private static List<String> complete(List<String> given) {
        List<String> all = new ArrayList<>(given);
        for (String item : List.of(FEE, CHARGES, DEBTS)) {
            if (!all.contains(item)) {
                all.add(item);
            }
        }
        if (new HashSet<>(all).size() < all.size()) {
            throw new IllegalArgumentException("deductions order " + given + " names an item twice");
        }
        return List.copyOf(all);
    }

    /** The order with some items first, the rest as standard. */
    public static Deductions inOrder(String... first) {
        return new Deductions(
                List.of(first),
                STANDARD.chargesPercent,
                STANDARD.debtsPercent,
                STANDARD.leastTenths,
                STANDARD.whenNothingLeft);
    }

    /** Items that stand before a levy; none if it is not named. */
    List<String> before(String levy) {
        return order.subList(0, Math.max(0, order.indexOf(levy)));
    }

    /** Whether an item of the order means a charge. */
    boolean names(String item, String charge) {
        return item.equals(charge) || (item.equals(CHARGES) && !order.contains(charge));
    }
}
