package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.metermint.tariff.AccountFacts;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Charge;
import org.metermint.tariff.ChargeState;
import org.metermint.tariff.Circumstances;
import org.metermint.tariff.Debt;
import org.metermint.tariff.Energy;
import org.metermint.tariff.PricingResult;
import org.metermint.tariff.Purchase;
import org.metermint.tariff.RateVersion;
import org.metermint.tariff.Refusal;
import org.metermint.tariff.Tariff;
import org.metermint.tariff.TariffPlan;

/**
 * The sale that an example describes: the tariff of its file with what the example gives put in, the account as it
 * stands, and the day.
 */
final class ExampleSale {
    /** A day in a month of 31, after all published tariffs began. */
    private static final LocalDate DAY = LocalDate.of(2026, 3, 15);

    private static final List<String> DAYS =
            List.of("days", "daysSinceLastPurchase", "daysSincePreviousPurchase", "daysSincePrevious", "daysSinceLast");
    private static final List<String> MONTHS =
            List.of("months", "monthsUnpaid", "unpaidMonths", "monthsDue", "monthsSinceLastPurchase", "monthsOwed");

    /** A purchase that pricing refuses; the message says why. */
    static final class RefusedPurchase extends Exception {
        private static final long serialVersionUID = 1;

        RefusedPurchase(Refusal refusal) {
            super(refusal.code() + ": " + refusal.detail());
        }
    }

    private final Example example;
    private final Draft draft;
    private final Map<String, BigDecimal> rates = new HashMap<>();
    private final List<Debt> debts = new ArrayList<>();
    private boolean chargesAreDue;

    ExampleSale(Example example, Draft draft) {
        this.example = example;
        this.draft = draft;
        draft.sellsAnything();
        chargesAreDue = example.isTrue("includeFixed") || example.isTrue("firstOfMonth");
        putPrices();
        putCharges();
    }

    private void putPrices() {
        if (example.has("rate")) {
            draft.price(example.given("rate"));
        }
        if (example.has("ppjPercent")) {
            rates.put("PPJ", example.given("ppjPercent"));
        }
        if (example.given().path("vatMode").asString("").equals("percent-of-payment")) {
            draft.levies().replaceAll((code, levy) -> PublishedReceipt.ofPayment(levy));
        }
        if (example.given().path("roundUnits").asString("").equals("ceil 0.1")) {
            draft.issuesTenths();
        }
    }

    /** Charges whose amounts the example gives, such as meterRent for METER_RENT. */
    private void putCharges() {
        for (Charge charge : List.copyOf(draft.charges().values())) {
            for (String given : example.given().propertyNames()) {
                if (names(given, charge.code())
                        && PublishedFile.hasFigure(example.given().path(given))) {
                    draft.add(Charge.of(
                            charge.code(),
                            charge.label(),
                            charge.period(),
                            example.given(given).toPlainString()));
                }
            }
        }
    }

    /** Whether a member such as demandCharge means a code such as DEMAND. */
    static boolean names(String member, String code) {
        String plain = code.replace("_", "");
        return member.equalsIgnoreCase(plain)
                || member.equalsIgnoreCase(plain + "charge")
                || member.equalsIgnoreCase(plain + "fee");
    }

    Draft draft() {
        return draft;
    }

    void chargesAreDue() {
        chargesAreDue = true;
    }

    /** Gives a rate table its figure. */
    void rate(String table, BigDecimal figure) {
        rates.put(table, figure);
    }

    void owes(String reference, BigDecimal taken, BigDecimal remaining) {
        long amount = minor(taken);
        debts.add(new Debt(
                reference,
                reference,
                amount + minor(remaining),
                amount + minor(remaining),
                1,
                DAY.minusYears(1),
                Debt.Method.FIXED_PER_PURCHASE,
                BigDecimal.valueOf(amount),
                DAY.minusYears(1),
                0));
    }

    long minor(BigDecimal amount) {
        return amount.movePointRight(draft.tariff().minorDigits())
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    private ZoneId zone() {
        return example.file().zone();
    }

    private Instant at() {
        Instant noon = DAY.atTime(12, 0).atZone(zone()).toInstant();
        Instant begins = draft.tariff().effectiveFrom();
        return noon.isBefore(begins) ? begins : noon;
    }

    private LocalDate today() {
        return LocalDate.ofInstant(at(), zone());
    }

    private Circumstances circumstances() {
        Tariff tariff = draft.tariff();
        String usageClass = tariff.energy() instanceof Energy.Classes classes ? usageClass(classes) : null;
        AccountFacts facts = new AccountFacts(
                usageClass,
                example.givenOrZero("averageUnits"),
                example.has("kW") ? example.given("kW") : example.givenOrZero("sanctionedLoad"),
                example.givenOrZero("phases").intValue() == 3 ? 3 : 1,
                null);
        List<RateVersion> versions = new ArrayList<>();
        rates.forEach((table, rate) -> versions.add(new RateVersion(table, 1, Instant.EPOCH, rate)));
        long fee =
                example.has("adminFee") ? minor(example.given("adminFee")) : minor(example.givenOrZero("channelFee"));
        return new Circumstances(facts, debts, fee, versions);
    }

    /** The class that the example names anywhere, or else the first. */
    private String usageClass(Energy.Classes classes) {
        for (Energy.UsageClass each : classes.classes()) {
            for (var given : example.given().properties()) {
                if (given.getValue().asString("").equalsIgnoreCase(each.name())) {
                    return each.name();
                }
            }
        }
        return classes.classes().getFirst().name();
    }

    /** The account before the purchase: charges are paid unless the example says that they are due. */
    AccountPosition position(BigDecimal unitsBefore) {
        Map<String, ChargeState> charges = new HashMap<>();
        for (Charge charge : draft.charges().values()) {
            LocalDate through = switch (charge.period()) {
                case MONTH -> month(chargesAreDue ? 1 : 0);
                case DAY -> today().minusDays(first(DAYS).intValue());
                case PURCHASE -> today();
            };
            charges.put(charge.code(), new ChargeState(through, BigDecimal.ZERO));
        }
        return new AccountPosition(YearMonth.from(today()), unitsBefore, charges, BigDecimal.ZERO, null);
    }

    private LocalDate month(int due) {
        int months = first(MONTHS).intValue();
        return YearMonth.from(today()).minusMonths(months > 0 ? months : due).atEndOfMonth();
    }

    private BigDecimal first(List<String> members) {
        return members.stream()
                .filter(example::has)
                .findFirst()
                .map(example::given)
                .orElse(BigDecimal.ZERO);
    }

    Assessment buy(AccountPosition position, BigDecimal amount) throws RefusedPurchase {
        return assess(
                position, new Purchase.Tender(minor(amount), draft.tariff().currency()));
    }

    Assessment units(AccountPosition position, BigDecimal units) throws RefusedPurchase {
        return assess(
                position,
                new Purchase.Units(
                        units.movePointRight(1).setScale(0, RoundingMode.UP).longValueExact()));
    }

    private Assessment assess(AccountPosition position, Purchase purchase) throws RefusedPurchase {
        PricingResult result = TariffPlan.of(draft.tariff()).assess(circumstances(), position, purchase, at(), zone());
        return switch (result) {
            case Assessment sold -> sold;
            case Refusal refused -> throw new RefusedPurchase(refused);
        };
    }

    /** What units cost with the charges that are due, exact. */
    BigDecimal price(AccountPosition position, BigDecimal units) {
        return TariffPlan.of(draft.tariff()).price(circumstances(), position, units, at(), zone());
    }
}
