package org.metermint.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One purchase being priced. */
final class Assessor {
    private static final BigDecimal TENTH = BigDecimal.valueOf(1, 1);

    private final Tariff tariff;
    private final TariffPlan plan;
    private final Coefficients coefficients;

    /** Null if energy is not sold by units. */
    private final @Nullable Course course;

    private final Circumstances circumstances;
    private final AccountPosition before;
    private final Purchase purchase;
    private final Instant at;
    private final ZoneId zone;
    private final Dues dues;
    private final BigDecimal reserve;

    Assessor(
            TariffPlan plan,
            @Nullable Course course,
            Circumstances circumstances,
            AccountPosition before,
            Purchase purchase,
            Instant at,
            ZoneId zone) {
        this.plan = plan;
        this.tariff = plan.figures();
        this.coefficients = plan.coefficients();
        this.course = course;
        this.circumstances = circumstances;
        this.before = before;
        this.purchase = purchase;
        this.at = at;
        this.zone = zone;
        this.dues = Dues.of(tariff, circumstances, before, LocalDate.ofInstant(at, zone));
        this.reserve = reserve();
    }

    private BigDecimal reserve() {
        long tenths = tariff.deductions().leastTenths();
        if (tenths == 0 || course == null || dues.isEmpty()) {
            return BigDecimal.ZERO;
        }
        BigDecimal cost = course.cost(before.units(), before.lifelineLossPaid(), BigDecimal.valueOf(tenths, 1));
        return cost == null ? BigDecimal.ZERO : cost;
    }

    PricingResult assess() {
        return switch (purchase) {
            case Purchase.Tender tender -> assessTender(tender);
            case Purchase.Units units -> assessUnits(units.tenths());
            case Purchase.Free free -> throw new IllegalArgumentException(free + " is not priced");
        };
    }

    private PricingResult assessTender(Purchase.Tender tender) {
        if (!tender.currency().equals(tariff.currency())) {
            return new Refusal(
                    Refusal.Code.CURRENCY_MISMATCH,
                    "tender is in another currency than " + tariff.currency() + " of tariff " + tariff.id());
        }
        if (tender.minorUnits() <= 0) {
            return new Refusal(Refusal.Code.TENDER_NOT_POSITIVE, "tender of " + tender.minorUnits() + " minor units");
        }
        return fill(BigDecimal.valueOf(tender.minorUnits()));
    }

    /** Finds the payment for these units: the most that is not above their price and still buys them all. */
    private PricingResult assessUnits(long tenths) {
        if (tenths <= 0) {
            return new Refusal(Refusal.Code.UNITS_NOT_POSITIVE, "units of " + tenths + " tenths");
        }
        BigDecimal units = BigDecimal.valueOf(tenths, 1);
        BigDecimal price = course == null ? null : course.cost(before.units(), before.lifelineLossPaid(), units);
        if (course == null || price == null) {
            return new Refusal(
                    Refusal.Code.UNITS_ABOVE_MAXIMUM,
                    "tariff " + tariff.id() + " sells no " + units + " " + tariff.unit() + " here");
        }
        if (price.signum() == 0) {
            return new Refusal(Refusal.Code.UNITS_WITHOUT_PRICE, units + " " + tariff.unit() + " cost nothing here");
        }
        BigDecimal oneStepLess = course.cost(before.units(), before.lifelineLossPaid(), units.subtract(TENTH));
        return fill(payment(price, oneStepLess == null ? BigDecimal.ZERO : oneStepLess));
    }

    /** The payment that leaves at most one price for energy and more than another, as far as there is one. */
    private BigDecimal payment(BigDecimal most, BigDecimal moreThan) {
        if (dues.isEmpty()) {
            BigDecimal minorUnits =
                    most.movePointRight(tariff.minorDigits()).divide(coefficients.netOfPayment(), 0, RoundingMode.DOWN);
            BigDecimal left = minorUnits.movePointLeft(tariff.minorDigits()).multiply(coefficients.netOfPayment());
            return left.compareTo(moreThan) <= 0 ? minorUnits.add(BigDecimal.ONE) : minorUnits;
        }
        long greatest = tariff.limits().maxTender();
        long[] thresholds = dues.charges().stream()
                .mapToLong(due -> due.charge().aboveTender())
                .filter(above -> above > 0 && above < greatest)
                .sorted()
                .toArray();
        for (long threshold : thresholds) {
            long best = payment(most, moreThan, threshold); // without the charge, if that buys them
            if (best <= threshold) {
                return BigDecimal.valueOf(best);
            }
        }
        return BigDecimal.valueOf(payment(most, moreThan, greatest));
    }

    /** The same among the tenders up to one; a greater one if none of them leaves enough. */
    private long payment(BigDecimal most, BigDecimal moreThan, long greatest) {
        long least = lastTender(moreThan, Math.min(greatest, minorUnits(moreThan)), greatest) + 1;
        long best = least > greatest ? least : lastTender(most, least - 1, greatest);
        boolean buysThem = best >= least && best <= greatest && left(best).compareTo(moreThan) > 0;
        return buysThem ? best : least;
    }

    /**
     * A tender after which one more minor unit leaves more than a price, or the greatest; {@code from} leaves no more. What
     * is due grows with the tender, if at all, so steps of what is missing come close from below; then by ever longer steps
     * until one is too far, and by halves between the last two.
     */
    private long lastTender(BigDecimal price, long from, long to) {
        long low = from;
        long high = to + 1;
        long stride = 1;
        BigDecimal leftOfLow = left(low);
        while (high - low > 1) {
            long next;
            if (high <= to) {
                next = low + (high - low) / 2;
            } else {
                long missing = minorUnits(price.subtract(leftOfLow));
                next = Math.min(to, low + Math.max(missing, stride));
                stride = missing > stride ? stride : stride * 2;
            }
            BigDecimal left = left(next);
            if (left.compareTo(price) > 0) {
                high = next;
            } else {
                low = next;
                leftOfLow = left;
            }
        }
        return low;
    }

    /** The payment that would leave so much if nothing were due, rounded down. */
    private long minorUnits(BigDecimal left) {
        return left.movePointRight(tariff.minorDigits())
                .divide(coefficients.netOfPayment(), 0, RoundingMode.DOWN)
                .min(BigDecimal.valueOf(Limits.MAX_TENDER))
                .longValueExact();
    }

    private BigDecimal left(long tender) {
        Settlement settlement = settle(tender);
        return settlement.isShort() && reserve.signum() == 0 ? BigDecimal.ZERO : settlement.left();
    }

    private Settlement settle(long tender) {
        return new Settlement(tariff, coefficients, dues, tender, reserve);
    }

    /** Prices a payment in minor units, of any size, that is not negative. */
    private PricingResult fill(BigDecimal payment) {
        Limits limits = tariff.limits();
        if (payment.compareTo(BigDecimal.valueOf(limits.minTender())) < 0) {
            return new Refusal(
                    Refusal.Code.TENDER_BELOW_MINIMUM,
                    "payment of " + payment + " minor units is less than " + limits.minTender());
        }
        if (payment.compareTo(BigDecimal.valueOf(limits.maxTender())) > 0) {
            return new Refusal(
                    Refusal.Code.TENDER_ABOVE_MAXIMUM,
                    "payment of " + payment + " minor units is more than " + limits.maxTender());
        }
        return issue(payment.longValueExact());
    }

    private PricingResult issue(long tender) {
        Settlement settlement = settle(tender);
        boolean used = settlement.isShort() && reserve.signum() == 0;
        boolean empty = used || settlement.left().signum() <= 0;
        if (empty) {
            boolean owed = settlement.lastCharge() >= 0 || settlement.lastDebt() >= 0;
            if (!owed
                    || settlement.left().signum() < 0
                    || tariff.deductions().whenNothingLeft() == Deductions.WhenNothingLeft.REFUSE) {
                return new Refusal(
                        Refusal.Code.NOTHING_LEFT,
                        "what is due leaves nothing of the payment of " + tender + " minor units for energy");
            }
            return assessed(tender, settlement, Fill.nothing(tariff.charges().size()), true);
        }
        if (course == null) {
            return assessed(
                    tender,
                    settlement,
                    Fill.credit(
                            settlement.left(), coefficients, tariff.charges().size()),
                    false);
        }
        Fill fill = Fill.of(
                course,
                before.units(),
                before.lifelineLossPaid(),
                settlement.left(),
                tariff.charges().size());
        if (fill == null) {
            return new Refusal(
                    Refusal.Code.UNITS_ABOVE_MAXIMUM,
                    "tariff " + tariff.id() + " has no price beyond its lifeline, and the payment reaches further");
        }
        return issue(tender, settlement, fill);
    }

    private PricingResult issue(long tender, Settlement settlement, Fill fill) {
        BigDecimal exact = exact(fill);
        BigDecimal issued = exact.setScale(1, RoundingMode.UP);
        BigDecimal least = BigDecimal.valueOf(tariff.limits().minTenths(), 1);
        BigDecimal most = BigDecimal.valueOf(tariff.limits().maxTenths(), 1);
        BigDecimal bought = purchase instanceof Purchase.Units units ? BigDecimal.valueOf(units.tenths(), 1) : exact;
        if (bought.compareTo(least) < 0 && fill.loss().signum() == 0) {
            return new Refusal(
                    Refusal.Code.UNITS_BELOW_MINIMUM,
                    bought + " " + tariff.unit() + " are less than " + least + ", the least of one purchase");
        }
        if (issued.compareTo(most) > 0
                || before.units().add(counted(exact, issued)).compareTo(AccountPosition.MAX_UNITS) > 0) {
            return new Refusal(
                    Refusal.Code.UNITS_ABOVE_MAXIMUM,
                    issued + " " + tariff.unit() + " are more than " + most + " in one purchase, or than "
                            + AccountPosition.MAX_UNITS + " in a month");
        }
        return assessed(tender, settlement, fill, false);
    }

    private static BigDecimal exact(Fill fill) {
        return fill.units().divide(fill.denominator(), AccountPosition.DECIMALS, RoundingMode.UP);
    }

    private BigDecimal counted(BigDecimal exact, BigDecimal issued) {
        return tariff.rounding().position() == Rounding.Position.ISSUED ? issued : exact;
    }

    private Assessment assessed(long tender, Settlement settlement, Fill fill, boolean empty) {
        Tariff named = plan.tariff();
        BigDecimal exact = course == null || empty ? BigDecimal.ZERO.setScale(AccountPosition.DECIMALS) : exact(fill);
        BigDecimal issued = exact.setScale(1, RoundingMode.UP);
        Lines lines = new Lines(tariff, coefficients, fill, settlement, dues, tender, empty);
        List<Line> list = lines.list();
        return new Assessment(
                named,
                before,
                purchase,
                at,
                zone,
                tender,
                exact,
                issued.unscaledValue().longValueExact(),
                shown(fill),
                steps(fill, exact, issued),
                list,
                after(lines, fill, counted(exact, issued)),
                circumstances,
                lines.debts());
    }

    private AccountPosition after(Lines lines, Fill fill, BigDecimal counted) {
        BigDecimal paid = before.lifelineLossPaid();
        BigDecimal loss = fill.loss();
        if (course != null && loss.signum() > 0) {
            paid = paid.add(loss.divide(fill.denominator(), AccountPosition.MONEY_DECIMALS, RoundingMode.UP))
                    .min(course.toll());
        }
        return new AccountPosition(
                before.month(), before.units().add(counted), dues.after(before.charges(), lines.charges()), paid, at);
    }

    private BigDecimal shown(Fill fill) {
        Rounding rounding = tariff.rounding();
        return fill.units().divide(fill.denominator(), rounding.displayDecimals(), rounding.displayUnits());
    }

    private List<Step> steps(Fill fill, BigDecimal exactUnits, BigDecimal issuedUnits) {
        List<Step> steps = new ArrayList<>(fill.portions().size());
        BigDecimal exact = exactUnits;
        BigDecimal issued = issuedUnits;
        for (Fill.Portion portion : fill.portions()) {
            boolean last = steps.size() == fill.portions().size() - 1;
            BigDecimal units = portion.units();
            steps.add(new Step(
                    portion.block() + 1,
                    last ? exact : units.setScale(AccountPosition.DECIMALS),
                    receiptScale(last ? issued : units),
                    course == null ? BigDecimal.ZERO : course.price(portion.block())));
            exact = exact.subtract(units);
            issued = issued.subtract(units);
        }
        return steps;
    }

    private static BigDecimal receiptScale(BigDecimal units) {
        BigDecimal stripped = units.stripTrailingZeros();
        return stripped.scale() < 1 ? stripped.setScale(1) : stripped;
    }
}
