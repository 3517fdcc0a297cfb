package org.metermint.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * Prices a purchase: a pure function of tariff version, position, purchase and time.
 *
 * <p>Blocks are marginal over the units bought in a calendar month. A payment is filled into them from the position
 * on, at the price of each block with all its levies, until nothing is left; the units so found are exact, and are
 * issued rounded up to a tenth. Every levy is then computed from the exact figures and rounded by itself, and the
 * balancing line takes the rest, so that the lines sum to the payment whatever the rounding. A purchase by units is
 * the inverse: the payment is the price of the units, rounded down to minor units, and is priced like any other.
 *
 * <p>All arithmetic is exact; each figure of an assessment is rounded once. Nothing here reads a clock, a default zone
 * or any other state.
 */
public final class Pricing {
    private static final BigDecimal TENTH = BigDecimal.valueOf(1, 1);
    private static final int PRICE_DECIMALS = 10;

    private Pricing() {}

    /**
     * Prices a purchase.
     *
     * @param tariff the tariff version
     * @param position the account's position, in the month of the purchase or an earlier one
     * @param purchase money or units
     * @param at when the request was received
     * @param zone the utility's zone, whose calendar month counts
     * @return an assessment, or a refusal if the purchase cannot be priced
     */
    public static PricingResult assess(
            Tariff tariff, AccountPosition position, Purchase purchase, Instant at, ZoneId zone) {
        if (at.isBefore(tariff.effectiveFrom())) {
            return new Refusal(
                    Refusal.Code.TARIFF_NOT_IN_FORCE,
                    "tariff " + tariff.id() + " version " + tariff.version() + " prices from " + tariff.effectiveFrom()
                            + " on, the purchase is of " + at);
        }
        YearMonth month = YearMonth.from(at.atZone(zone));
        if (month.isBefore(position.month())) {
            return new Refusal(
                    Refusal.Code.MONTH_BEFORE_POSITION,
                    "the purchase falls into " + month + ", the position counts " + position.month() + " already");
        }
        return new Pricer(tariff, position.in(month), purchase, at, zone).assess();
    }

    /**
     * The price of units from a position on, with all levies, in major units at {@value #PRICE_DECIMALS} decimals, half
     * up.
     *
     * @param position units already bought this month, at least 0
     * @param units units to price, at least 0
     */
    public static BigDecimal price(Tariff tariff, BigDecimal position, BigDecimal units) {
        Checks.decimal("position", position, AccountPosition.MAX_UNITS, AccountPosition.DECIMALS);
        Checks.decimal("units", units, AccountPosition.MAX_UNITS, AccountPosition.DECIMALS);
        Coefficients coefficients = Coefficients.of(tariff.levies());
        return Fill.scaledPrice(tariff, coefficients, position, units)
                .divide(coefficients.scale(), PRICE_DECIMALS, RoundingMode.HALF_UP);
    }

    /** One purchase being priced. */
    private static final class Pricer {
        private final Tariff tariff;
        private final AccountPosition before;
        private final Purchase purchase;
        private final Instant at;
        private final ZoneId zone;
        private final Coefficients coefficients;

        Pricer(Tariff tariff, AccountPosition before, Purchase purchase, Instant at, ZoneId zone) {
            this.tariff = tariff;
            this.before = before;
            this.purchase = purchase;
            this.at = at;
            this.zone = zone;
            this.coefficients = Coefficients.of(tariff.levies());
        }

        PricingResult assess() {
            return switch (purchase) {
                case Purchase.Tender tender -> assessTender(tender);
                case Purchase.Units units -> assessUnits(units.tenths());
            };
        }

        private PricingResult assessTender(Purchase.Tender tender) {
            if (!tender.currency().equals(tariff.currency())) {
                return new Refusal(
                        Refusal.Code.CURRENCY_MISMATCH,
                        "tender is in another currency than " + tariff.currency() + " of tariff " + tariff.id());
            }
            if (tender.minorUnits() <= 0) {
                return new Refusal(
                        Refusal.Code.TENDER_NOT_POSITIVE, "tender of " + tender.minorUnits() + " minor units");
            }
            return fill(BigDecimal.valueOf(tender.minorUnits()));
        }

        /** Finds the payment for these units: the most that is not above their price and still buys them all. */
        private PricingResult assessUnits(long tenths) {
            if (tenths <= 0) {
                return new Refusal(Refusal.Code.UNITS_NOT_POSITIVE, "units of " + tenths + " tenths");
            }
            BigDecimal units = BigDecimal.valueOf(tenths, 1);
            BigDecimal price = scaledPrice(units);
            if (price.signum() == 0) {
                return new Refusal(
                        Refusal.Code.UNITS_WITHOUT_PRICE, units + " " + tariff.unit() + " cost nothing here");
            }
            BigDecimal minorUnits =
                    price.movePointRight(tariff.minorDigits()).divide(coefficients.scale(), 0, RoundingMode.DOWN);
            BigDecimal oneStepLess = scaledPrice(units.subtract(TENTH));
            if (minorUnits
                            .movePointLeft(tariff.minorDigits())
                            .multiply(coefficients.scale())
                            .compareTo(oneStepLess)
                    <= 0) {
                minorUnits = minorUnits.add(BigDecimal.ONE);
            }
            return fill(minorUnits);
        }

        private BigDecimal scaledPrice(BigDecimal units) {
            return Fill.scaledPrice(tariff, coefficients, before.units(), units);
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
            Fill fill = Fill.of(tariff, coefficients, before.units(), tariff.major(tender));
            BigDecimal exact = fill.units().divide(fill.denominator(), AccountPosition.DECIMALS, RoundingMode.UP);
            BigDecimal issued = exact.setScale(1, RoundingMode.UP);
            BigDecimal counted = tariff.rounding().position() == Rounding.Position.ISSUED ? issued : exact;
            BigDecimal after = before.units().add(counted);

            BigDecimal least = BigDecimal.valueOf(tariff.limits().minTenths(), 1);
            BigDecimal most = BigDecimal.valueOf(tariff.limits().maxTenths(), 1);
            BigDecimal bought =
                    purchase instanceof Purchase.Units units ? BigDecimal.valueOf(units.tenths(), 1) : exact;
            if (bought.compareTo(least) < 0) {
                return new Refusal(
                        Refusal.Code.UNITS_BELOW_MINIMUM,
                        bought + " " + tariff.unit() + " are less than " + least + ", the least of one purchase");
            }
            if (issued.compareTo(most) > 0 || after.compareTo(AccountPosition.MAX_UNITS) > 0) {
                return new Refusal(
                        Refusal.Code.UNITS_ABOVE_MAXIMUM,
                        issued + " " + tariff.unit() + " are more than " + most + " in one purchase, or than "
                                + AccountPosition.MAX_UNITS + " in a month");
            }
            return new Assessment(
                    tariff,
                    before,
                    purchase,
                    at,
                    zone,
                    tender,
                    exact,
                    issued.unscaledValue().longValueExact(),
                    shown(fill),
                    steps(fill, exact, issued),
                    new Lines(tariff, coefficients, fill, tender).list(),
                    new AccountPosition(before.month(), after));
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
                        tariff.blocks().get(portion.block()).price()));
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
}
