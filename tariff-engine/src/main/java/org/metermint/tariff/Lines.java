package org.metermint.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of a settled and filled payment: each rounded by itself, the balancing one by subtraction.
 *
 * <p>Places: 0 is energy, the levies follow, then the loss of a lifeline, then the charges. The fee and the debts are
 * whole minor units already. All figures are numerators over the denominator of the fill times the coefficients' n.
 */
final class Lines {
    private final Tariff tariff;
    private final Coefficients coefficients;
    private final Fill fill;
    private final Settlement settlement;
    private final Dues dues;
    private final int levies;
    private final BigDecimal denominator;
    private final BigDecimal payment;
    private final BigDecimal[] charges;
    private final BigDecimal[] taken;
    private final long[] debts;
    private final long[] amounts;
    private final int balancing;

    Lines(
            Tariff tariff,
            Coefficients coefficients,
            Fill fill,
            Settlement settlement,
            Dues dues,
            long tender,
            boolean empty) {
        this.tariff = tariff;
        this.coefficients = coefficients;
        this.fill = fill;
        this.settlement = settlement;
        this.dues = dues;
        this.levies = tariff.levies().size();
        this.denominator = fill.denominator().multiply(coefficients.one());
        this.payment = tariff.major(tender).multiply(fill.denominator());
        this.taken = settlement.charges();
        this.debts = settlement.debts();
        this.charges = new BigDecimal[taken.length];
        for (int i = 0; i < taken.length; i++) {
            charges[i] =
                    taken[i].multiply(fill.denominator()).add(fill.lossCharges().get(i));
        }
        this.amounts = new long[levies + 2 + taken.length];
        this.balancing = balancing(empty);
        round(tender);
    }

    /** What was taken of each charge in the end, at its published amount in major units. */
    BigDecimal[] charges() {
        return taken;
    }

    List<DebtPaid> debts() {
        List<DebtPaid> paid = new ArrayList<>(debts.length);
        for (int i = 0; i < debts.length; i++) {
            Debt debt = dues.debts().get(i);
            if (debts[i] > 0) {
                paid.add(new DebtPaid(debt.reference(), debts[i], debt.balance() - debts[i]));
            }
        }
        return paid;
    }

    private int loss() {
        return levies + 1;
    }

    private int charge(int place) {
        return levies + 2 + place;
    }

    /** The place of the balancing line; one past the end means the debt that was taken last. */
    private int balancing(boolean empty) {
        if (empty) {
            return settlement.lastDebt() >= 0 ? amounts.length : charge(settlement.lastCharge());
        }
        if (tariff.rounding().balance() == Rounding.Balance.LAST_LEVY) {
            for (int levy = levies; levy > 0; levy--) {
                if (tariff.levies().get(levy - 1).kind() != Levy.Kind.REBATE && !closesCharge(levy)) {
                    return levy;
                }
            }
        }
        return 0;
    }

    /** Whether a levy is contained in a charge, and so found with it by subtraction. */
    private boolean closesCharge(int levy) {
        return tariff.levies().get(levy - 1).rule() == ChargeRule.PERCENT_INCLUDED
                && coefficients.amounts().get(levy - 1).only() >= 0;
    }

    /**
     * Rounds every line but the balancing one, none beyond what is left of the tender: rounding up several lines of
     * a payment of one minor unit must not ask for more than was paid.
     */
    private void round(long tender) {
        long left = tender - dues.fee() - settlement.debtSum();
        for (int place = amounts.length - 1; place > levies; place--) {
            left -= round(place, left);
        }
        for (int levy = 1; levy <= levies; levy++) {
            if (tariff.levies().get(levy - 1).kind() == Levy.Kind.REBATE) {
                left -= round(levy, left);
            }
        }
        for (int place = 0; place <= levies; place++) {
            boolean done = place > 0 && tariff.levies().get(place - 1).kind() == Levy.Kind.REBATE;
            if (!done) {
                left -= round(place, left);
            }
        }
        balance(left);
    }

    private long round(int place, long left) {
        if (place == balancing) {
            return 0;
        }
        amounts[place] = Math.min(left, rounded(place));
        return amounts[place];
    }

    private long rounded(int place) {
        boolean subtract = tariff.rounding().balance() == Rounding.Balance.LAST_LEVY
                && place > 0
                && place <= levies
                && closesCharge(place);
        if (!subtract) {
            return rounded(numerator(place), denominator);
        }
        int charge = coefficients.amounts().get(place - 1).only();
        long rest = rounded(charges[charge], fill.denominator()) - amounts[charge(charge)];
        for (int levy = 1; levy < place; levy++) {
            if (closesCharge(levy) && coefficients.amounts().get(levy - 1).only() == charge) {
                rest -= amounts[levy];
            }
        }
        boolean last = true;
        for (int levy = place + 1; levy <= levies; levy++) {
            last &= !(closesCharge(levy) && coefficients.amounts().get(levy - 1).only() == charge);
        }
        boolean whole = fill.lossCharges().get(charge).signum() == 0;
        return last && whole ? Math.max(0, rest) : rounded(numerator(place), denominator);
    }

    private long rounded(BigDecimal numerator, BigDecimal by) {
        return numerator.signum() == 0
                ? 0
                : numerator
                        .movePointRight(tariff.minorDigits())
                        .divide(by, 0, tariff.rounding().amounts())
                        .longValueExact();
    }

    /** Gives the balancing line what is left; what a charge or debt cannot take any more goes to a levy on it. */
    private void balance(long left) {
        if (balancing <= levies) {
            amounts[balancing] = left;
            return;
        }
        if (balancing == amounts.length) {
            int debt = settlement.lastDebt();
            long more = Math.min(left, dues.debts().get(debt).balance() - debts[debt]);
            debts[debt] += more;
            giveToLevy(-1, left - more);
            return;
        }
        int place = balancing - charge(0);
        long own = rounded(numerator(balancing), denominator);
        long due = dues.charges()
                .get(place)
                .due()
                .subtract(taken[place])
                .movePointRight(tariff.minorDigits())
                .setScale(0, RoundingMode.DOWN)
                .longValueExact();
        long more = Math.min(left - own, due);
        amounts[balancing] = own + more;
        if (more > 0) {
            taken[place] = taken[place].add(tariff.major(more));
        }
        giveToLevy(place, left - own - more);
    }

    private void giveToLevy(int charge, long rest) {
        if (rest == 0) {
            return;
        }
        int to = 0;
        for (int levy = 1; levy <= levies; levy++) {
            if (charge < 0
                    || coefficients
                                    .amounts()
                                    .get(levy - 1)
                                    .charges()
                                    .get(charge)
                                    .signum()
                            != 0) {
                to = levy;
            }
        }
        amounts[to] += rest;
    }

    private BigDecimal numerator(int place) {
        if (place == 0) {
            return fill.energy().subtract(fill.lossEnergy()).multiply(coefficients.netEnergy());
        }
        if (place <= levies) {
            return numerator(coefficients.amounts().get(place - 1));
        }
        if (place == loss()) {
            BigDecimal loss = fill.lossEnergy().multiply(coefficients.netEnergy());
            for (int i = 0; i < charges.length; i++) {
                loss = loss.add(fill.lossCharges()
                        .get(i)
                        .multiply(coefficients.netCharges().get(i)));
            }
            return loss;
        }
        int charge = place - charge(0);
        return taken[charge].multiply(coefficients.netCharges().get(charge)).multiply(fill.denominator());
    }

    private BigDecimal numerator(Coefficients.Term term) {
        BigDecimal sum = product(term.energy(), fill.energy());
        sum = sum.add(product(term.units(), fill.units()));
        sum = sum.add(product(term.payment(), payment));
        if (term.fee().signum() != 0) {
            sum = sum.add(term.fee().multiply(tariff.major(dues.fee())).multiply(fill.denominator()));
        }
        if (term.debts().signum() != 0) {
            sum = sum.add(
                    term.debts().multiply(tariff.major(settlement.debtSum())).multiply(fill.denominator()));
        }
        for (int i = 0; i < charges.length; i++) {
            sum = sum.add(product(term.charges().get(i), charges[i]));
        }
        return sum;
    }

    private static BigDecimal product(BigDecimal coefficient, BigDecimal value) {
        return coefficient.signum() == 0 || value.signum() == 0 ? BigDecimal.ZERO : coefficient.multiply(value);
    }

    List<Line> list() {
        List<Line> lines = new ArrayList<>(levies + 2);
        lines.add(energy());
        if (fill.loss().signum() != 0 || amounts[loss()] != 0) {
            lines.add(lossLine());
        }
        for (int levy = 1; levy <= levies; levy++) {
            lines.add(levy(levy));
        }
        for (int i = 0; i < taken.length; i++) {
            if (taken[i].signum() != 0 || amounts[charge(i)] != 0) {
                lines.add(chargeLine(i));
            }
        }
        if (dues.fee() != 0) {
            BigDecimal fee = tariff.major(dues.fee());
            lines.add(whole(
                    Line.Kind.FEE, Deductions.FEE, "Channel fee", ChargeRule.CHANNEL_FEE, fee, dues.fee(), false));
        }
        for (int i = 0; i < debts.length; i++) {
            if (debts[i] != 0) {
                Debt debt = dues.debts().get(i);
                boolean balances = balancing == amounts.length && i == settlement.lastDebt();
                lines.add(whole(
                        Line.Kind.DEBT,
                        debt.reference(),
                        debt.label(),
                        ChargeRule.DEBT,
                        tariff.major(debt.balance()),
                        debts[i],
                        balances));
            }
        }
        return lines;
    }

    private Line energy() {
        return new Line(
                Line.Kind.ENERGY,
                Levy.ENERGY,
                "Energy",
                ChargeRule.BLOCKS,
                shown(fill.units(), fill.denominator()),
                fill.units().signum() == 0
                        ? BigDecimal.ZERO.setScale(Line.DECIMALS)
                        : numerator(0)
                                .divide(fill.units().multiply(coefficients.one()), Line.DECIMALS, RoundingMode.HALF_UP),
                shown(numerator(0), denominator),
                amounts[0],
                balancing == 0);
    }

    private Line lossLine() {
        return new Line(
                Line.Kind.ENERGY,
                Line.LIFELINE_LOSS,
                "Lifeline lost",
                ChargeRule.LIFELINE_LOSS,
                shown(fill.loss(), fill.denominator()),
                BigDecimal.ZERO,
                shown(numerator(loss()), denominator),
                amounts[loss()],
                false);
    }

    private Line levy(int place) {
        Levy levy = tariff.levies().get(place - 1);
        return new Line(
                switch (levy.kind()) {
                    case TAX -> Line.Kind.TAX;
                    case LEVY -> Line.Kind.LEVY;
                    case REBATE -> Line.Kind.REBATE;
                },
                levy.code(),
                levy.label(),
                levy.rule(),
                shown(numerator(coefficients.bases().get(place - 1)), denominator),
                levy.rate(),
                shown(numerator(place), denominator),
                amounts[place],
                balancing == place);
    }

    private Line chargeLine(int place) {
        Dues.Due due = dues.charges().get(place);
        Charge charge = due.charge();
        return new Line(
                Line.Kind.CHARGE,
                charge.code(),
                charge.label(),
                ChargeRule.of(charge.period()),
                BigDecimal.valueOf(due.periods()),
                due.amount(),
                shown(numerator(charge(place)), denominator),
                amounts[charge(place)],
                balancing == charge(place));
    }

    private Line whole(
            Line.Kind kind, String code, String label, ChargeRule rule, BigDecimal due, long amount, boolean balances) {
        BigDecimal exact = tariff.major(amount).setScale(Line.DECIMALS);
        return new Line(kind, code, label, rule, due.setScale(Line.DECIMALS), BigDecimal.ZERO, exact, amount, balances);
    }

    private static BigDecimal shown(BigDecimal numerator, BigDecimal by) {
        return numerator.divide(by, Line.DECIMALS, RoundingMode.HALF_UP);
    }
}
