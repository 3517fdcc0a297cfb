package org.metermint.vending.effect;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.metermint.tariff.Block;
import org.metermint.tariff.Charge;
import org.metermint.tariff.ChargeRule;
import org.metermint.tariff.Continuity;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Levy;
import org.metermint.tariff.Tariff;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.effect.Effect.Change;
import org.metermint.vending.ledger.Progress;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.sale.SaleRequest;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A month of very many sales, sold by the desk and copied by SQL, and simulated. Prints how long it took. */
class TariffEffectsCapacityTest {
    private static final int SOLD = 1_000;
    private static final int METERS = 200;
    private static final int COPIES = Boolean.getBoolean("metermint.full") ? 1_000 : 5;

    private static final String COPY_ID =
            "(left(s.id::text, 19) || substr(md5(s.id::text || k), 1, 4) || '-' || substr(md5(s.id::text || k), 5, 12))::uuid";

    @Test
    void monthOfManySales_isSimulated() {
        try (SaleFixture desk = new SaleFixture()) {
            Tariff tariff = tariff("2.10");
            desk.vending.tariffs().add(desk.utility, tariff);
            sell(desk, tariff);
            copy(TestDatabase.superuser(desk.url));

            Effect same = simulate(desk, tariff);
            assertThat(same.sales()).isEqualTo((long) SOLD * COPIES);
            assertThat(same.customers()).isEqualTo((long) METERS * COPIES);
            assertThat(same.credit().after()).isEqualTo(same.credit().before());
            assertThat(same.restarted()).isZero();
            Effect dearer = simulate(desk, tariff("2.31"));
            assertThat(dearer.credit().before()).isEqualTo(same.credit().before());
            assertThat(dearer.credit().after()).isLessThan(same.credit().before());
            assertThat(dearer.lines())
                    .as("copies are alike, so that every sum is a multiple")
                    .allSatisfy(line -> assertThat(line.amount())
                            .extracting(Change::before, Change::after)
                            .allSatisfy(sum -> assertThat((Long) sum % COPIES).isZero()));
        }
    }

    /** Six blocks, three levies and a monthly charge. */
    private static Tariff tariff(String first) {
        return SaleFixture.tariff(
                "town",
                Energy.blocks(List.of(
                        Block.of("0", first),
                        Block.of("50", "2.60"),
                        Block.of("150", "3.05"),
                        Block.of("300", "3.40"),
                        Block.of("500", "3.75"),
                        Block.of("800", "4.20"))),
                List.of(
                        new Levy(
                                "DUTY",
                                "Duty",
                                Levy.Kind.LEVY,
                                ChargeRule.PERCENT_ADDED,
                                new BigDecimal("5"),
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
                                List.of(Levy.ENERGY, "DUTY"))),
                List.of(Charge.of("RENT", "Rent", Charge.Period.MONTH, "10")),
                Deductions.STANDARD,
                Continuity.STANDARD);
    }

    private static void sell(SaleFixture desk, Tariff tariff) {
        Random random = new Random(7);
        List<MeterPan> meters = new ArrayList<>();
        for (int i = 0; i < METERS; i++) {
            meters.add(desk.meter(SaleFixture.GROUP, 1, tariff.id()));
        }
        desk.clock.set("2026-03-01T06:00:00Z");
        for (int i = 0; i < SOLD; i++) {
            desk.clock.advance(Duration.ofMinutes(40));
            SaleRequest request = new SaleRequest(
                    "r-" + i,
                    meters.get(i % METERS).drn().digits(),
                    BigDecimal.valueOf(2_000 + random.nextInt(28_000), 2),
                    "ZAR",
                    PaymentType.CASH);
            assertThat(desk.vending.saleDesk().sell(desk.client, request)).isInstanceOf(Sold.class);
        }
    }

    /** Each account as many times as is wanted, with sales of its own, which stand in the table by their time. */
    private static void copy(JdbcClient sql) {
        String tail = " FROM metermint.sale s CROSS JOIN generate_series(1, %d) k".formatted(COPIES - 1);
        sql.sql("""
                INSERT INTO metermint.account (utility_id, number, customer_id, supply_group, tariff_index, tariff_id,
                    position_month, position_units)
                SELECT utility_id, number || '-' || k, customer_id, supply_group, tariff_index, tariff_id, position_month,
                    position_units
                FROM metermint.account CROSS JOIN generate_series(1, %d) k WHERE tariff_id = 'town'
                """.formatted(COPIES - 1)).update();
        Map<String, String> own =
                Map.of("id", COPY_ID, "receipt_number", "s.receipt_number + 1000000 * k", "account_id", "n.id");
        insert(
                sql,
                "sale",
                own,
                tail + " JOIN metermint.account a ON a.utility_id = s.utility_id AND a.id = s.account_id"
                        + " JOIN metermint.account n ON n.utility_id = s.utility_id AND n.number = a.number || '-' || k"
                        + " ORDER BY s.receipt_number, k");
        insert(
                sql,
                "sale_outcome",
                Map.of("sale_id", COPY_ID),
                " FROM metermint.sale_outcome o JOIN metermint.sale s ON s.id = o.sale_id AND s.receipt_number < 1000000"
                        + " CROSS JOIN generate_series(1, %d) k ORDER BY s.receipt_number, k".formatted(COPIES - 1));
        sql.sql("ANALYZE metermint.sale, metermint.sale_outcome, metermint.account")
                .update();
    }

    private static void insert(JdbcClient sql, String table, Map<String, String> own, String tail) {
        String alias = table.equals("sale") ? "s." : "o.";
        List<String> columns = sql.sql("""
                SELECT column_name FROM information_schema.columns
                WHERE table_schema = 'metermint' AND table_name = ? ORDER BY ordinal_position
                """).param(table).query(String.class).list();
        sql.sql("INSERT INTO metermint." + table + " (" + String.join(", ", columns) + ") SELECT "
                        + columns.stream()
                                .map(column -> own.getOrDefault(column, alias + column))
                                .collect(Collectors.joining(", "))
                        + tail)
                .update();
    }

    private static Effect simulate(SaleFixture desk, Tariff draft) {
        long begun = System.nanoTime();
        List<String> steps = new ArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void begin(String step, long of) {
                steps.add("%s after %d ms".formatted(step, (System.nanoTime() - begun) / 1_000_000));
            }

            @Override
            public void reach(long done) {}
        };
        Effect effect = desk.vending
                .tariffEffects()
                .of(
                        desk.utility,
                        new Question(
                                "town", draft, LocalDate.parse("2026-03-01"), LocalDate.parse("2026-03-31"), Map.of()),
                        customer -> {},
                        progress);
        System.out.printf(
                "simulation of %,d sales: %,d ms; %s%n",
                effect.sales(), (System.nanoTime() - begun) / 1_000_000, String.join(", ", steps));
        return effect;
    }
}
