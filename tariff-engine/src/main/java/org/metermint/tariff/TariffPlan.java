package org.metermint.tariff;

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
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A tariff version prepared for pricing: the coefficients of its levies and the courses of its blocks, found once. It
 * is immutable to whoever uses it, may be used by many threads, and prices as {@link Pricing} does.
 */
public final class TariffPlan {
    private static final int PRICE_DECIMALS = 10;

    /** A plan with the figures of rate tables in it. */
    private record Resolved(List<RateVersion> rates, TariffPlan plan) {}

    private final Tariff tariff;
    private final Tariff figures;
    private final Coefficients coefficients;
    private final List<Course> courses;
    private final List<String> tables;

    /** What the tables last said; found again if they say something else. */
    private volatile @Nullable Resolved resolved;

    private TariffPlan(Tariff tariff, Tariff figures) {
        this.tariff = tariff;
        this.figures = figures;
        this.tables = tables(figures);
        this.coefficients = Coefficients.of(figures.levies(), figures.charges(), figures.deductions());
        this.courses = courses(figures.energy());
    }

    /** Prepares a version. */
    public static TariffPlan of(Tariff tariff) {
        return new TariffPlan(tariff, tariff);
    }

    /** The version that this prices by. */
    public Tariff tariff() {
        return tariff;
    }

    /**
     * Prices a purchase.
     *
     * @param circumstances what is known beside tariff and position
     * @param position the account's position, in the month of the purchase or an earlier one
     * @param purchase money or units
     * @param at when the original request was received, also if its answer is given again later
     * @param zone the utility's zone, whose calendar counts
     * @return an assessment, or a refusal if the purchase cannot be priced
     */
    public PricingResult assess(
            Circumstances circumstances, AccountPosition position, Purchase purchase, Instant at, ZoneId zone) {
        if (at.isBefore(tariff.effectiveFrom())) {
            return new Refusal(
                    Refusal.Code.TARIFF_NOT_IN_FORCE,
                    "tariff " + tariff.id() + " version " + tariff.version() + " prices from " + tariff.effectiveFrom()
                            + " on, the purchase is of " + at);
        }
        YearMonth month = YearMonth.from(LocalDate.ofInstant(at, zone));
        if (month.isBefore(position.month())) {
            return new Refusal(
                    Refusal.Code.MONTH_BEFORE_POSITION,
                    "the purchase falls into " + month + ", the position counts " + position.month() + " already");
        }
        if (purchase instanceof Purchase.Free free) {
            return free(circumstances.facts(), before(position, month), free, at, zone);
        }
        if (tables.isEmpty()) {
            return assessByFigures(circumstances.with(List.of()), before(position, month), purchase, at, zone);
        }
        Resolved known;
        try {
            known = resolved(circumstances.rates(), at);
        } catch (IllegalArgumentException e) {
            return new Refusal(Refusal.Code.RATE_MISSING, String.valueOf(e.getMessage()));
        }
        return known.plan.assessByFigures(circumstances.with(known.rates), before(position, month), purchase, at, zone);
    }

    private PricingResult free(
            AccountFacts facts, AccountPosition before, Purchase.Free free, Instant at, ZoneId zone) {
        if (tariff.energy() instanceof TimeOfUse) {
            return new Refusal(
                    Refusal.Code.ACCOUNT_UNFIT,
                    "tariff " + tariff.id() + " sells credit in money, and free units are units");
        }
        BigDecimal units = BigDecimal.valueOf(free.tenths(), 1);
        BigDecimal after = switch (tariff.continuity().freeUnits()) {
            case APART -> before.units();
            case COUNTED -> before.units().add(units);
        };
        if (free.tenths() <= 0 || after.compareTo(AccountPosition.MAX_UNITS) > 0) {
            return new Refusal(
                    free.tenths() <= 0 ? Refusal.Code.UNITS_NOT_POSITIVE : Refusal.Code.UNITS_ABOVE_MAXIMUM,
                    "free units of " + free.tenths() + " tenths are not above 0, or lead beyond "
                            + AccountPosition.MAX_UNITS + " in a month");
        }
        return new Assessment(
                tariff,
                before,
                free,
                at,
                zone,
                0,
                units.setScale(AccountPosition.DECIMALS),
                free.tenths(),
                units.setScale(
                        tariff.rounding().displayDecimals(), tariff.rounding().displayUnits()),
                List.of(),
                List.of(),
                new AccountPosition(before.month(), after, before.charges(), before.lifelineLossPaid(), at),
                new Circumstances(facts, List.of(), 0, List.of()),
                List.of());
    }

    private PricingResult assessByFigures(
            Circumstances circumstances, AccountPosition before, Purchase purchase, Instant at, ZoneId zone) {
        Optional<Course> course = course(circumstances.facts(), LocalDate.ofInstant(at, zone));
        if (course.isEmpty() && !(figures.energy() instanceof TimeOfUse)) {
            return new Refusal(
                    Refusal.Code.ACCOUNT_UNFIT,
                    "the account is in no usage class of tariff " + tariff.id() + "; put it into one");
        }
        return new Assessor(this, course.orElse(null), circumstances, before, purchase, at, zone).assess();
    }

    /** The plan with the figures in force; throws if there are none, or none that make a tariff. */
    private Resolved resolved(List<RateVersion> rates, Instant at) {
        List<RateVersion> used = new ArrayList<>(tables.size());
        for (String table : tables) {
            used.add(inForce(rates, table, at)
                    .orElseThrow(() -> new IllegalArgumentException("rate table " + table + " of tariff " + tariff.id()
                            + " has no version in force at " + at)));
        }
        Resolved known = resolved;
        if (known == null || !known.rates.equals(used)) {
            known = new Resolved(List.copyOf(used), new TariffPlan(tariff, resolve(used)));
            resolved = known;
        }
        return known;
    }

    /** The version of a table that holds at an instant: of those begun the one that began last. */
    private static Optional<RateVersion> inForce(List<RateVersion> rates, String table, Instant at) {
        RateVersion found = null;
        for (RateVersion rate : rates) {
            boolean begun = rate.table().equals(table) && !rate.effectiveFrom().isAfter(at);
            if (begun
                    && (found == null
                            || rate.effectiveFrom().isAfter(found.effectiveFrom())
                            || (rate.effectiveFrom().equals(found.effectiveFrom())
                                    && rate.version() > found.version()))) {
                found = rate;
            }
        }
        return Optional.ofNullable(found);
    }

    private Tariff resolve(List<RateVersion> rates) {
        Map<String, BigDecimal> figure = new HashMap<>();
        rates.forEach(rate -> figure.put(rate.table(), rate.rate()));
        List<Levy> levies = figures.levies().stream()
                .map(levy -> levy.table() == null
                        ? levy
                        : new Levy(
                                levy.code(),
                                levy.label(),
                                levy.kind(),
                                levy.rule(),
                                figure.getOrDefault(levy.table(), levy.rate()),
                                levy.base()))
                .toList();
        Energy energy = switch (figures.energy()) {
            case Energy.Blocks(List<Block> blocks) -> new Energy.Blocks(resolve(blocks, figure));
            case Energy.Lifeline(BigDecimal upTo, BigDecimal price, List<Block> blocks) ->
                new Energy.Lifeline(upTo, price, resolve(blocks, figure));
            case Energy.Classes(List<Energy.UsageClass> classes) ->
                new Energy.Classes(classes.stream()
                        .map(each ->
                                new Energy.UsageClass(each.name(), each.averageUpTo(), resolve(each.blocks(), figure)))
                        .toList());
            case TimeOfUse time -> time;
        };
        return figures.with(energy, levies);
    }

    private static List<Block> resolve(List<Block> blocks, Map<String, BigDecimal> figure) {
        return blocks.stream()
                .map(block -> block.table() == null
                        ? block
                        : new Block(block.above(), figure.getOrDefault(block.table(), block.price())))
                .toList();
    }

    /** The rate tables that a version names, each once. */
    private static List<String> tables(Tariff tariff) {
        TreeSet<String> tables = new TreeSet<>();
        for (Levy levy : tariff.levies()) {
            if (levy.table() != null) {
                tables.add(levy.table());
            }
        }
        List<Block> blocks = switch (tariff.energy()) {
            case Energy.Blocks each -> each.blocks();
            case Energy.Lifeline lifeline -> lifeline.blocks();
            case Energy.Classes classes ->
                classes.classes().stream()
                        .flatMap(each -> each.blocks().stream())
                        .toList();
            case TimeOfUse time -> List.of();
        };
        for (Block block : blocks) {
            if (block.table() != null) {
                tables.add(block.table());
            }
        }
        return List.copyOf(tables);
    }

    private AccountPosition before(AccountPosition position, YearMonth month) {
        AccountPosition before = position.in(month);
        Instant last = before.lastPurchase();
        boolean reset = tariff.continuity().onChange() == Continuity.OnChange.RESET
                && last != null
                && last.isBefore(tariff.effectiveFrom());
        return reset ? before.reset() : before;
    }

    private List<Course> courses(Energy energy) {
        return switch (energy) {
            case Energy.Blocks each -> List.of(Course.of(each.blocks(), coefficients));
            case Energy.Lifeline lifeline -> List.of(Course.of(lifeline, figures.charges(), coefficients));
            case Energy.Classes classes ->
                classes.classes().stream()
                        .map(each -> Course.of(each.blocks(), coefficients))
                        .toList();
            case TimeOfUse time -> List.of();
        };
    }

    private Optional<Course> course(AccountFacts facts, LocalDate today) {
        int place = figures.energy() instanceof Energy.Classes classes ? classes.place(facts) : 0;
        if (place < 0 || courses.isEmpty()) {
            return Optional.empty();
        }
        LocalDate since = facts.since();
        boolean begun = tariff.continuity().newAccount() == Continuity.NewAccount.BY_DAYS
                && since != null
                && YearMonth.from(since).equals(YearMonth.from(today))
                && since.getDayOfMonth() > 1;
        return Optional.of(
                begun && since != null
                        ? courses(shortened(figures.energy(), since)).get(place)
                        : courses.get(place));
    }

    /** Blocks in proportion to the days of the month from one on. */
    private static Energy shortened(Energy energy, LocalDate since) {
        BigDecimal days = BigDecimal.valueOf(since.lengthOfMonth() - since.getDayOfMonth() + 1L);
        BigDecimal all = BigDecimal.valueOf(since.lengthOfMonth());
        return switch (energy) {
            case Energy.Blocks each -> new Energy.Blocks(shortened(each.blocks(), days, all));
            case Energy.Lifeline each ->
                new Energy.Lifeline(
                        shortened(each.upTo(), days, all), each.price(), shortened(each.blocks(), days, all));
            case Energy.Classes each ->
                new Energy.Classes(each.classes().stream()
                        .map(one -> new Energy.UsageClass(
                                one.name(), one.averageUpTo(), shortened(one.blocks(), days, all)))
                        .toList());
            case TimeOfUse time -> time;
        };
    }

    private static List<Block> shortened(List<Block> blocks, BigDecimal days, BigDecimal all) {
        List<Block> shorter = new ArrayList<>();
        for (Block block : blocks) {
            BigDecimal above = shortened(block.above(), days, all);
            if (!shorter.isEmpty() && shorter.getLast().above().compareTo(above) == 0) {
                shorter.removeLast();
            }
            shorter.add(new Block(above, block.price(), block.table()));
        }
        return shorter;
    }

    private static BigDecimal shortened(BigDecimal above, BigDecimal days, BigDecimal all) {
        return above.multiply(days).divide(all, 1, RoundingMode.UP);
    }

    /**
     * What units cost an account with all charges that are due, and their levies, in major units at
     * {@value #PRICE_DECIMALS} decimals, half up. A charge on great payments is in it if the rest is such a payment. Debts, caps and limits are left out.
     *
     * @throws IllegalArgumentException if the tariff does not price so many units of this account at that time, saying
     *     why
     */
    public BigDecimal price(
            Circumstances circumstances, AccountPosition position, BigDecimal units, Instant at, ZoneId zone) {
        TariffPlan plan = tables.isEmpty() ? this : resolved(circumstances.rates(), at).plan;
        return plan.priceByFigures(circumstances, position, units, at, zone);
    }

    private BigDecimal priceByFigures(
            Circumstances circumstances, AccountPosition position, BigDecimal units, Instant at, ZoneId zone) {
        LocalDate today = LocalDate.ofInstant(at, zone);
        AccountPosition before = before(position, YearMonth.from(today));
        Course course = course(circumstances.facts(), today)
                .orElseThrow(() -> new IllegalArgumentException("tariff " + tariff.id() + " prices no units here"));
        BigDecimal cost = course.cost(before.units(), before.lifelineLossPaid(), units);
        if (cost == null) {
            throw new IllegalArgumentException("tariff " + tariff.id() + " has no price for so many units");
        }
        List<Dues.Due> dues = Dues.of(figures, circumstances, before, today).charges();
        BigDecimal always = cost.add(due(dues, 0));
        BigDecimal payment = payment(always);
        BigDecimal minorUnits = payment.movePointRight(figures.minorDigits());
        BigDecimal onGreatOnes = BigDecimal.ZERO;
        for (long above : dues.stream()
                .mapToLong(due -> due.charge().aboveTender())
                .distinct()
                .toArray()) {
            if (above > 0 && minorUnits.compareTo(BigDecimal.valueOf(above)) > 0) {
                onGreatOnes = onGreatOnes.add(due(dues, above));
            }
        }
        return onGreatOnes.signum() == 0 ? payment : payment(always.add(onGreatOnes));
    }

    /** What is due with its levies of the charges with one threshold, times n. */
    private BigDecimal due(List<Dues.Due> dues, long aboveTender) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < dues.size(); i++) {
            if (dues.get(i).charge().aboveTender() == aboveTender) {
                sum = sum.add(
                        dues.get(i).due().multiply(coefficients.onCharges().get(i)));
            }
        }
        return sum;
    }

    private BigDecimal payment(BigDecimal cost) {
        return cost.divide(coefficients.netOfPayment(), PRICE_DECIMALS, RoundingMode.HALF_UP);
    }

    /** The rate tables that the version takes figures from, each once. */
    public List<String> rateTables() {
        return tables;
    }

    /** The version with the figures of rate tables in it. */
    Tariff figures() {
        return figures;
    }

    Coefficients coefficients() {
        return coefficients;
    }
}
