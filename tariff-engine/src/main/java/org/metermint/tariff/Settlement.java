package org.metermint.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * What a payment gives to charges, debts and the channel before it buys energy: in the tariff's order, each with its
 * levies, as far as caps, the energy that must be left and the money itself allow.
 */
final class Settlement {
    /** Places of what is no charge. */
    static final int NONE = -1;

    private final Tariff tariff;
    private final Coefficients coefficients;
    private final Dues dues;
    private final long tender;
    private final BigDecimal[] charges;
    private final long[] debts;
    private long debtSum;
    private BigDecimal left;
    private BigDecimal spare;
    private BigDecimal chargesCap;
    private long debtsCap;
    private boolean isShort;
    private int lastCharge = NONE;
    private int lastDebt = NONE;

    /**
     * Settles a payment.
     *
     * @param reserve what must be left for energy, times the coefficients' n
     */
    Settlement(Tariff tariff, Coefficients coefficients, Dues dues, long tender, BigDecimal reserve) {
        this.tariff = tariff;
        this.coefficients = coefficients;
        this.dues = dues;
        this.tender = tender;
        this.charges = new BigDecimal[dues.charges().size()];
        Arrays.fill(charges, BigDecimal.ZERO);
        this.debts = new long[dues.debts().size()];
        BigDecimal payment = tariff.major(tender);
        Deductions rules = tariff.deductions();
        this.left = payment.multiply(coefficients.netOfPayment());
        this.chargesCap = share(payment, rules.chargesPercent());
        this.debtsCap = share(payment, rules.debtsPercent())
                .movePointRight(tariff.minorDigits())
                .longValueExact();
        if (dues.fee() != 0) {
            left = left.subtract(tariff.major(dues.fee()).multiply(coefficients.onFee()));
        }
        this.spare = left.subtract(reserve);
        if (charges.length > 0 || debts.length > 0) {
            rules.order().forEach(this::take);
        }
    }

    private BigDecimal share(BigDecimal payment, BigDecimal percent) {
        return payment.multiply(percent).movePointLeft(2).setScale(tariff.minorDigits(), RoundingMode.DOWN);
    }

    private void take(String item) {
        if (item.equals(Deductions.DEBTS)) {
            for (int i = 0; i < debts.length; i++) {
                takeDebt(i);
            }
            return;
        }
        for (int i = 0; i < charges.length; i++) {
            if (tariff.deductions().names(item, dues.charges().get(i).charge().code())) {
                takeCharge(i);
            }
        }
    }

    private void takeCharge(int place) {
        Dues.Due due = dues.charges().get(place);
        if (due.charge().aboveTender() > 0 && tender <= due.charge().aboveTender()) {
            return;
        }
        BigDecimal wanted = due.collectable().min(chargesCap);
        if (wanted.signum() == 0) {
            return;
        }
        BigDecimal factor = coefficients.onCharges().get(place);
        BigDecimal taken = afforded(wanted, factor);
        if (taken.signum() > 0 || (lastCharge == NONE && lastDebt == NONE)) {
            lastCharge = place;
            lastDebt = NONE;
            charges[place] = taken;
            chargesCap = chargesCap.subtract(taken);
            spend(taken.multiply(factor));
        }
    }

    private void takeDebt(int place) {
        long wanted = Math.min(dues.debts().get(place).wanted(tender, dues.today()), debtsCap);
        if (wanted == 0) {
            return;
        }
        BigDecimal taken = afforded(tariff.major(wanted), coefficients.onDebts());
        if (taken.signum() > 0 || (lastCharge == NONE && lastDebt == NONE)) {
            lastCharge = NONE;
            lastDebt = place;
            debts[place] = taken.movePointRight(tariff.minorDigits()).longValueExact();
            debtSum += debts[place];
            debtsCap -= debts[place];
            spend(taken.multiply(coefficients.onDebts()));
        }
    }

    private void spend(BigDecimal money) {
        left = left.subtract(money);
        spare = spare.subtract(money);
    }

    /** All that is wanted, or what the money reaches for, in whole minor units. */
    private BigDecimal afforded(BigDecimal wanted, BigDecimal factor) {
        if (wanted.multiply(factor).compareTo(spare) <= 0) {
            return wanted;
        }
        isShort = true;
        return spare.signum() <= 0 ? BigDecimal.ZERO : spare.divide(factor, tariff.minorDigits(), RoundingMode.DOWN);
    }

    /** Money left for energy, times the coefficients' n. */
    BigDecimal left() {
        return left;
    }

    /** Whether the money ended before all was taken that caps allow. */
    boolean isShort() {
        return isShort;
    }

    /** What was taken of each charge, at its published amount in major units. */
    BigDecimal[] charges() {
        return charges;
    }

    /** What was recovered of each debt, in minor units. */
    long[] debts() {
        return debts;
    }

    long debtSum() {
        return debtSum;
    }

    /** The place of the charge that was taken last, if no debt was after it. */
    int lastCharge() {
        return lastCharge;
    }

    /** The place of the debt that was taken last, if no charge was after it. */
    int lastDebt() {
        return lastDebt;
    }
}
