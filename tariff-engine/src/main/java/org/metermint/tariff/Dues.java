package org.metermint.tariff;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is due on a day besides energy: each charge as it has added up, and the debts in the order of their recovery.
 *
 * @param charges in the tariff's order
 * @param debts by priority and age
 * @param fee of the channel, in minor units
 * @param today the day of the purchase
 */
record Dues(List<Due> charges, List<Debt> debts, long fee, LocalDate today) {
    /**
     * One charge.
     *
     * @param periods that fell due since it was counted last
     * @param amount of a period now
     * @param due everything, in major units
     * @param collectable what of it may be collected at once
     */
    record Due(Charge charge, long periods, BigDecimal amount, BigDecimal due, BigDecimal collectable) {}

    static Dues of(Tariff tariff, Circumstances circumstances, AccountPosition position, LocalDate today) {
        List<Due> charges = new ArrayList<>(tariff.charges().size());
        boolean lifeline = tariff.energy() instanceof Energy.Lifeline within
                && position.units().compareTo(within.upTo()) <= 0;
        for (Charge charge : tariff.charges()) {
            charges.add(due(charge, circumstances.facts(), position, lifeline, today));
        }
        List<Debt> debts = circumstances.debts().size() < 2
                ? circumstances.debts()
                : circumstances.debts().stream().sorted(Debt.ORDER).toList();
        return new Dues(charges, debts, circumstances.channelFee(), today);
    }

    private static Due due(
            Charge charge, AccountFacts facts, AccountPosition position, boolean lifeline, LocalDate today) {
        ChargeState state = position.charges().get(charge.code());
        long periods = charge.periods(state, facts.since(), today);
        BigDecimal full = charge.amount(facts);
        BigDecimal saving = charge.lifelineSaving();
        // months without a purchase are within the lifeline; the loss pays the difference of the month that crosses it
        BigDecimal each = full.subtract(saving);
        BigDecimal due = each.multiply(BigDecimal.valueOf(periods));
        if (!lifeline && periods > 0) {
            due = due.add(saving);
        }
        if (state != null) {
            due = due.add(state.due());
        }
        BigDecimal amount = lifeline ? each : full;
        BigDecimal collectable =
                charge.maxPeriods() == 0 ? due : due.min(amount.multiply(BigDecimal.valueOf(charge.maxPeriods())));
        return new Due(charge, periods, amount, due, collectable);
    }

    /** Whether nothing is due whatever is paid. */
    boolean isEmpty() {
        return fee == 0
                && debts.isEmpty()
                && charges.stream().allMatch(due -> due.due().signum() == 0);
    }

    /** How far charges are counted and what stays due, after some of each was taken. */
    Map<String, ChargeState> after(Map<String, ChargeState> before, BigDecimal[] taken) {
        if (charges.isEmpty()) {
            return before;
        }
        Map<String, ChargeState> after = new TreeMap<>(before);
        for (int i = 0; i < taken.length; i++) {
            Charge charge = charges.get(i).charge();
            BigDecimal left = charges.get(i).due().subtract(taken[i]).max(BigDecimal.ZERO);
            ChargeState state = before.get(charge.code());
            if (charge.period() == Charge.Period.PURCHASE && left.signum() == 0) {
                after.remove(charge.code());
            } else {
                LocalDate through = charge.through(today);
                boolean later = state != null && state.through().isAfter(through);
                after.put(charge.code(), new ChargeState(later && state != null ? state.through() : through, left));
            }
        }
        return after;
    }

    /**
     * Charges that stand somewhere now, with what was collected of these dues put back.
     *
     * @param after how they stood once these were collected
     */
    Map<String, ChargeState> dueAgain(Map<String, ChargeState> after, Map<String, ChargeState> now) {
        Map<String, ChargeState> again = new TreeMap<>(now);
        for (Due due : charges) {
            String code = due.charge().code();
            ChargeState left = after.get(code);
            BigDecimal taken = left == null ? due.due() : due.due().subtract(left.due());
            if (due.charge().period() == Charge.Period.PURCHASE) {
                taken = taken.subtract(due.amount());
            }
            if (taken.signum() > 0) {
                ChargeState state = now.get(code);
                again.put(
                        code,
                        state == null
                                ? new ChargeState(due.charge().through(today), taken)
                                : new ChargeState(state.through(), state.due().add(taken)));
            }
        }
        return again;
    }
}
