package org.metermint.benchmarks;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.metermint.tariff.AccountFacts;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Block;
import org.metermint.tariff.ChargeRule;
import org.metermint.tariff.Circumstances;
import org.metermint.tariff.Debt;
import org.metermint.tariff.Levy;
import org.metermint.tariff.Limits;
import org.metermint.tariff.PricingResult;
import org.metermint.tariff.Purchase;
import org.metermint.tariff.Rounding;
import org.metermint.tariff.Tariff;
import org.metermint.tariff.TariffPlan;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Whole assessments, lines and all: six blocks, three levies (two added, one of them on the other, and one per unit), two
 * debts. Purchases of 5 to 500 at positions of 0 to 1,200 units, so that many go over a block's end.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 10, time = 2)
@Fork(3)
public class PricingRate {
    private static final int CASES = 4_096;
    private static final long SEED = 5;
    private static final Instant AT = Instant.parse("2026-03-15T10:00:00Z");
    private static final ZoneId ZONE = ZoneId.of("Africa/Johannesburg");

    private final TariffPlan plan = TariffPlan.of(tariff());
    private final Circumstances[] circumstances = new Circumstances[CASES];
    private final AccountPosition[] positions = new AccountPosition[CASES];
    private final Purchase[] tenders = new Purchase[CASES];
    private final Purchase[] units = new Purchase[CASES];
    private int next;

    /** Draws the cases. */
    public PricingRate() {
        Random random = new Random(SEED);
        for (int i = 0; i < CASES; i++) {
            circumstances[i] = new Circumstances(AccountFacts.NONE, debts(random), 0, List.of());
            positions[i] = new AccountPosition(YearMonth.of(2026, 3), BigDecimal.valueOf(random.nextInt(12_000), 1));
            tenders[i] = new Purchase.Tender(500 + random.nextInt(49_500), "ZAR");
            units[i] = new Purchase.Units(10 + random.nextInt(1_500));
        }
    }

    private static List<Debt> debts(Random random) {
        LocalDate since = LocalDate.of(2025, 6, 1);
        return List.of(
                new Debt(
                        "arrears",
                        "Arrears",
                        100_000,
                        1 + random.nextInt(100_000),
                        2,
                        since,
                        Debt.Method.PERCENT_OF_PURCHASE,
                        new BigDecimal("20"),
                        since,
                        0),
                new Debt(
                        "fine",
                        "Fine",
                        20_000,
                        1 + random.nextInt(20_000),
                        1,
                        since,
                        Debt.Method.FIXED_PER_PURCHASE,
                        new BigDecimal("100"),
                        since,
                        0));
    }

    private static Tariff tariff() {
        return new Tariff(
                "six-blocks",
                1,
                "Six blocks",
                "ZAR",
                2,
                "kWh",
                Instant.EPOCH,
                List.of(
                        Block.of("0", "1.1745"),
                        Block.of("50", "1.5102"),
                        Block.of("150", "1.9377"),
                        Block.of("350", "2.4021"),
                        Block.of("600", "2.9833"),
                        Block.of("900", "3.5519")),
                List.of(
                        new Levy(
                                "EXCISE",
                                "Excise",
                                Levy.Kind.LEVY,
                                ChargeRule.PERCENT_ADDED,
                                new BigDecimal("3"),
                                List.of(Levy.ENERGY)),
                        new Levy(
                                "FUND",
                                "Fund",
                                Levy.Kind.LEVY,
                                ChargeRule.PER_UNIT,
                                new BigDecimal("0.035"),
                                List.of()),
                        new Levy(
                                "VAT",
                                "VAT",
                                Levy.Kind.TAX,
                                ChargeRule.PERCENT_ADDED,
                                new BigDecimal("15"),
                                List.of(Levy.ENERGY, "EXCISE"))),
                Rounding.STANDARD,
                Limits.STANDARD);
    }

    private PricingResult assess(Purchase[] purchases) {
        next = (next + 1) % CASES;
        PricingResult result = plan.assess(circumstances[next], positions[next], purchases[next], AT, ZONE);
        if (!(result instanceof Assessment)) {
            throw new IllegalStateException("refused: " + result);
        }
        return result;
    }

    /** For money. */
    @Benchmark
    public PricingResult forMoney() {
        return assess(tenders);
    }

    /** For units: the payment that buys them is found first. */
    @Benchmark
    public PricingResult forUnits() {
        return assess(units);
    }
}
