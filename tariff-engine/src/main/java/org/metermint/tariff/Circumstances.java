package org.metermint.tariff;

import java.util.List;
import java.util.Objects;

/**
 * What a purchase meets beside tariff and position.
 *
 * @param facts what the register knows of the account
 * @param debts what the account owes beside energy and charges
 * @param channelFee what the channel takes off the payment for itself, in minor units, 0 to 1,000,000,000,000,000
 * @param rates versions of rate tables, past and present; pricing takes those in force
 */
public record Circumstances(AccountFacts facts, List<Debt> debts, long channelFee, List<RateVersion> rates) {
    /** Nothing known, owed or taken. */
    public static final Circumstances NONE = new Circumstances(AccountFacts.NONE, List.of(), 0, List.of());

    public Circumstances {
        Objects.requireNonNull(facts, "facts");
        debts = List.copyOf(debts);
        Checks.inRange("channelFee", channelFee, 0, Limits.MAX_TENDER);
        rates = List.copyOf(rates);
    }

    /** What is owed once some of it was recovered. */
    Circumstances after(List<DebtPaid> paid) {
        List<Debt> left = debts.stream().map(debt -> debt.after(paid)).toList();
        return new Circumstances(facts, left, channelFee, rates);
    }

    /** The same with other rate tables. */
    Circumstances with(List<RateVersion> others) {
        return new Circumstances(facts, debts, channelFee, others);
    }
}
