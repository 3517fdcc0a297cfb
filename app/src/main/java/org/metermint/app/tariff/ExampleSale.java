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
import java.util.Optional;
import org.metermint.tariff.AccountFacts;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Charge;
import org.metermint.tariff.ChargeState;
import org.metermint.tariff.Circumstances;
import org.metermint.tariff.Debt;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Levy;
import org.metermint.tariff.Limits;
import org.metermint.tariff.PricingResult;
import org.metermint.tariff.Purchase;
import org.metermint.tariff.RateVersion;
import org.metermint.tariff.Refusal;
import org.metermint.tariff.Tariff;
import org.metermint.tariff.TariffPlan;
import tools.jackson.databind.JsonNode;

/**
 * The sale that an example describes: the tariff of its file with what the example gives put in, the account as it
 * stands, and the day.
 */
final class ExampleSale {
    /** A day in a month of 31, after all published tariffs began. */
    private static final LocalDate DAY = LocalDate.of(2026, 3, 15);

    /** A purchase that pricing refuses; the message says why. */
    static final class RefusedPurchase extends Exception {
        private static final long serialVersionUID = 1;

        RefusedPurchase(Refusal refusal) {
            super(refusal.code() + ": " + refusal.detail());
        }
    }

    private final Example example;
    private final Draft draft;
    private final Optional<LocalDate> day;
    private final Map<String, BigDecimal> rates = new HashMap<>();
    private final List<Debt> debts = new ArrayList<>();
    private final Map<String, BigDecimal> owed = new HashMap<>();
    private Optional<BigDecimal> fee = Optional.empty();
    private boolean chargesAreDue;

    ExampleSale(Example example) {
        this(example, example.day());
    }

    ExampleSale(Example example, Optional<LocalDate> day) {
        this.example = example;
        this.day = day;
        this.draft = example.file().draft(day, example.isTrue(Given.PREPAID));
        draft.sellsAnything();
        chargesAreDue = new ExampleTerms(example, draft, rates).put();
        if (!example.kind().equals("receipt")) {
            leaveOutUnknownLevies();
        }
        putDebts();
    }

    /** A levy whose rate neither the file nor the example tells is no part of the example. */
    private void leaveOutUnknownLevies() {
        for (Levy levy : List.copyOf(draft.levies().values())) {
            if (levy.table() != null && !rates.containsKey(levy.table())) {
                draft.remove(levy.code());
            }
        }
    }

    private void putDebts() {
        Optional<BigDecimal> balance = example.figure(Given.DEBT);
        if (balance.isEmpty()) {
            return;
        }
        Optional<BigDecimal> percent = example.figure(Given.DEBT_PERCENT);
        Optional<BigDecimal> taken = example.figure(Given.DEBT_TAKEN).map(amount -> BigDecimal.valueOf(minor(amount)));
        Debt.Method method = percent.isPresent()
                ? Debt.Method.PERCENT_OF_PURCHASE
                : taken.isPresent() ? Debt.Method.FIXED_PER_PURCHASE : Debt.Method.ALL_AT_ONCE;
        debts.add(debt(
                "DEBT", minor(balance.get()), method, percent.or(() -> taken).orElse(BigDecimal.ZERO)));
    }

    private static Debt debt(String reference, long balance, Debt.Method method, BigDecimal value) {
        LocalDate before = DAY.minusYears(30);
        return new Debt(reference, reference, balance, balance, 1, before, method, value, before, 0);
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

    boolean hasRate(String table) {
        return rates.containsKey(table);
    }

    /** What the channel keeps. */
    void fee(BigDecimal amount) {
        fee = Optional.of(fee.orElse(BigDecimal.ZERO).add(amount));
    }

    /** So much of a monthly charge is due in all: this month's, and what was left of earlier ones. */
    void owesOf(String charge, BigDecimal amount) {
        owed.put(charge, amount);
    }

    void owes(String reference, BigDecimal taken, BigDecimal remaining) {
        long amount = minor(taken);
        debts.removeIf(debt -> debt.reference().equals(reference));
        debts.add(
                debt(reference, amount + minor(remaining), Debt.Method.FIXED_PER_PURCHASE, BigDecimal.valueOf(amount)));
    }

    long minor(BigDecimal amount) {
        BigDecimal minor = amount.movePointRight(draft.minorDigits()).setScale(0, RoundingMode.HALF_UP);
        if (minor.abs().compareTo(BigDecimal.valueOf(Limits.MAX_TENDER)) > 0) {
            throw new IllegalArgumentException("amount " + amount.toPlainString() + " is more than "
                    + BigDecimal.valueOf(Limits.MAX_TENDER, draft.minorDigits()).toPlainString()
                    + ", the greatest payment");
        }
        return minor.longValueExact();
    }

    private ZoneId zone() {
        return example.file().zone();
    }

    private Instant at() {
        Instant noon = day.orElse(DAY).atTime(12, 0).atZone(zone()).toInstant();
        Instant begins = draft.effectiveFrom();
        return noon.isBefore(begins) ? begins : noon;
    }

    LocalDate today() {
        return LocalDate.ofInstant(at(), zone());
    }

    private Circumstances circumstances() {
        AccountFacts facts = new AccountFacts(
                draft.energy() instanceof Energy.Classes classes ? usageClass(classes) : null,
                example.figureOrZero(Given.AVERAGE),
                example.figureOrZero(Given.LOAD),
                example.node(Given.PHASES)
                                .map(node -> node.asString("").matches("(?i)3|three.*"))
                                .orElse(false)
                        ? 3
                        : 1,
                null);
        List<RateVersion> versions = new ArrayList<>();
        rates.forEach((table, rate) -> versions.add(new RateVersion(table, 1, Instant.EPOCH, rate)));
        return new Circumstances(facts, debts, minor(fee.orElseGet(() -> example.figureOrZero(Given.FEE))), versions);
    }

    /** The class that the example names, in full or by a part of its name; or else the first. */
    private String usageClass(Energy.Classes classes) {
        for (Energy.UsageClass each : classes.classes()) {
            for (JsonNode given : example.given()) {
                if (Given.plain(given.asString("")).equals(Given.plain(each.name()))) {
                    return each.name();
                }
            }
        }
        String part =
                Given.plain(example.node(Given.CLASS).orElse(example.given()).asString(""));
        return classes.classes().stream()
                .map(Energy.UsageClass::name)
                .filter(name -> !part.isEmpty() && Given.plain(name).contains(part))
                .findFirst()
                .orElse(classes.classes().getFirst().name());
    }

    /** Units that the month's free electricity takes of the blocks before any is paid for. */
    BigDecimal freeUnits() {
        return example.figureOrZero(Given.FREE_UNITS);
    }

    /** The account before the purchase: charges are paid unless the example says that they are due. */
    AccountPosition position(BigDecimal unitsBefore) {
        Map<String, ChargeState> charges = new HashMap<>();
        for (Charge charge : draft.charges().values()) {
            LocalDate through = switch (charge.period()) {
                case MONTH -> YearMonth.from(today()).minusMonths(monthsDue()).atEndOfMonth();
                case DAY -> today().minusDays(example.figureOrZero(Given.DAYS).longValue());
                case PURCHASE -> today();
            };
            BigDecimal before = owed.getOrDefault(charge.code(), charge.amount())
                    .subtract(charge.amount())
                    .max(BigDecimal.ZERO);
            charges.put(charge.code(), new ChargeState(through, owed.isEmpty() ? BigDecimal.ZERO : before));
        }
        return new AccountPosition(
                YearMonth.from(today()), unitsBefore.add(freeUnits()), charges, BigDecimal.ZERO, null);
    }

    /** Months that are due: those that are told, or those that were skipped and the one that begins, or that one. */
    private long monthsDue() {
        long told = example.figureOrZero(Given.MONTHS).longValue();
        long skipped = example.figureOrZero(Given.MONTHS_SKIPPED).longValue();
        return told > 0 ? told : skipped > 0 ? skipped + 1 : chargesAreDue ? 1 : 0;
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
        Tariff tariff = draft.tariff();
        return TariffPlan.of(tariff).price(circumstances(), position, units, at(), zone());
    }
}
