package org.metermint.vending.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.MonthDay;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.tariff.AccountFacts;
import org.metermint.tariff.Block;
import org.metermint.tariff.Charge;
import org.metermint.tariff.ChargeRule;
import org.metermint.tariff.Continuity;
import org.metermint.tariff.Debt.Method;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Levy;
import org.metermint.tariff.Limits;
import org.metermint.tariff.Line;
import org.metermint.tariff.RateVersion;
import org.metermint.tariff.Tariff;
import org.metermint.tariff.TimeOfUse;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.debt.DebtTerms;
import org.metermint.vending.effect.Effect.Bucket;
import org.metermint.vending.effect.Effect.Change;
import org.metermint.vending.effect.Effect.Count;
import org.metermint.vending.effect.Effect.LineTotal;
import org.metermint.vending.effect.Effect.Refused;
import org.metermint.vending.ledger.Progress;
import org.metermint.vending.meter.MeterCredit;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.tariff.PublishedTariffs;
import org.metermint.vending.tariff.TariffJson;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;

/** Past sales priced again: by what sold them, and by something else. */
@Tag("database")
class TariffEffectsTest {
    private static final LocalDate FIRST = LocalDate.parse("2026-03-01");
    private static final LocalDate LAST = LocalDate.parse("2026-04-30");

    private final SaleFixture desk = new SaleFixture();
    private final List<CustomerEffect> customers = new ArrayList<>();
    private int requests;

    @AfterEach
    void close() {
        desk.close();
    }

    private Effect effect(String tariff, Tariff draft) {
        customers.clear();
        return desk.vending
                .tariffEffects()
                .of(desk.utility, new Question(tariff, draft, FIRST, LAST, Map.of()), customers::add, Progress.UNHEARD);
    }

    private static Tariff tariff(String id, Energy energy, List<Levy> levies, Charge... charges) {
        return SaleFixture.tariff(id, energy, levies, List.of(charges), Deductions.STANDARD, Continuity.STANDARD);
    }

    private static Tariff flat(String price) {
        return tariff("dwellings", Energy.blocks(List.of(Block.of("0", price))), List.of());
    }

    private static Tariff limited(Tariff tariff, Limits limits) {
        return new Tariff(
                tariff.id(),
                tariff.version(),
                tariff.name(),
                tariff.currency(),
                tariff.minorDigits(),
                tariff.unit(),
                Instant.parse("2030-01-01T00:00:00Z"),
                tariff.energy(),
                tariff.levies(),
                tariff.charges(),
                tariff.deductions(),
                tariff.continuity(),
                tariff.rounding(),
                limits);
    }

    private MeterPan meter(Tariff tariff) {
        desk.vending.tariffs().add(desk.utility, tariff);
        return desk.meter(SaleFixture.GROUP, 1, tariff.id());
    }

    private String number(MeterPan meter) {
        return desk.vending
                .customers()
                .accountOf(desk.utility, meter)
                .orElseThrow()
                .number();
    }

    private SaleAnswer buy(MeterPan meter, SaleRequest.Amount amount) {
        return desk.vending
                .saleDesk()
                .sell(
                        desk.client,
                        new SaleRequest(
                                "r-" + ++requests,
                                meter.drn().digits(),
                                amount,
                                PaymentType.CASH,
                                Optional.empty(),
                                Optional.empty()));
    }

    private Sale sold(MeterPan meter, String tender) {
        return ((Sold) buy(meter, new SaleRequest.Tender(new BigDecimal(tender), "ZAR"))).sale();
    }

    /** Blocks, a lifeline, classes and a rate table, with charges, levies and limits. */
    private List<Tariff> tariffs() {
        Levy tax = tax("15");
        Levy fuel =
                new Levy("FUEL", "Fuel", Levy.Kind.LEVY, ChargeRule.PER_UNIT, BigDecimal.ZERO, List.of(), "FUEL_COST");
        desk.vending
                .tariffs()
                .add(
                        desk.utility,
                        new RateVersion("FUEL_COST", 1, Instant.parse("2026-01-01T00:00:00Z"), new BigDecimal("0.3")));
        desk.vending
                .tariffs()
                .add(
                        desk.utility,
                        new RateVersion("FUEL_COST", 2, Instant.parse("2026-04-01T00:00:00Z"), new BigDecimal("0.45")));
        return List.of(
                PublishedTariffs.load(PublishedTariffs.INCLINING),
                tariff(
                        "blocks",
                        Energy.blocks(List.of(Block.of("0", "1.2"), Block.of("60", "2.7"), Block.of("200", "1.9"))),
                        List.of(tax, fuel),
                        Charge.of("RENT", "Rent", Charge.Period.MONTH, "12.50"),
                        Charge.of("STAMP", "Stamp", Charge.Period.PURCHASE, "0.20")),
                tariff(
                        "lifeline",
                        new Energy.Lifeline(
                                new BigDecimal("50"),
                                new BigDecimal("0.4"),
                                List.of(Block.of("0", "1.1"), Block.of("150", "1.6"))),
                        List.of(tax),
                        Charge.of("DAILY", "By day", Charge.Period.DAY, "0.35")),
                tariff(
                        "classes",
                        new Energy.Classes(List.of(
                                new Energy.UsageClass("small", new BigDecimal("100"), List.of(Block.of("0", "1"))),
                                new Energy.UsageClass("large", null, List.of(Block.of("0", "1.8"))))),
                        List.of(tax)));
    }

    @Test
    void versionThatSold_changesNothingForAnybody() {
        Random random = new Random(20_260_301);
        List<Tariff> tariffs = tariffs();
        List<MeterPan> meters = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            meters.add(meter(tariffs.get(i % tariffs.size())));
        }
        int sales = 0;
        List<Sale> undone = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            MeterPan meter = meters.get(random.nextInt(meters.size()));
            desk.clock.advance(Duration.ofMinutes(1 + random.nextInt(300)));
            switch (random.nextInt(12)) {
                case 0 -> owe(meter, "d-" + i, random);
                case 1 -> know(meter, random);
                default -> {}
            }
            SaleRequest.Amount amount = random.nextInt(4) == 0
                    ? new SaleRequest.Units(BigDecimal.valueOf(1 + random.nextInt(1_500), 1))
                    : new SaleRequest.Tender(BigDecimal.valueOf(1_000 + random.nextInt(40_000), 2), "ZAR");
            if (buy(meter, amount) instanceof Sold(Sale sale)) {
                sales++;
                if (random.nextInt(25) == 0) {
                    undone.add(sale);
                }
            }
            if (!undone.isEmpty() && random.nextInt(10) == 0) {
                desk.reverse(undone.removeFirst());
                sales--;
            }
        }
        assertThat(sales).as("most are sold").isGreaterThan(250);
        assertThat(desk.clock.instant()).isBefore(Instant.parse("2026-05-01T00:00:00Z"));

        long seen = 0;
        for (Tariff tariff : tariffs) {
            Effect effect = effect(tariff.id(), tariff);
            seen += effect.sales();
            assertThat(effect.refused()).as(tariff.id()).isEmpty();
            assertThat(effect.unlike()).isEqualTo(new Count(0, 0));
            assertThat(effect.lines())
                    .as(tariff.id())
                    .allSatisfy(line -> assertThat(line.amount().after())
                            .as(line.toString())
                            .isEqualTo(line.amount().before()));
            assertThat(effect.lines().stream()
                            .mapToLong(line -> line.amount().before())
                            .sum())
                    .isEqualTo(effect.tender().before());
            assertThat(customers).isNotEmpty().allSatisfy(customer -> {
                assertThat(customer.creditAfter()).as(customer.toString()).isEqualTo(customer.creditBefore());
                assertThat(customer.costAfter()).as(customer.toString()).isEqualTo(customer.costBefore());
                assertThat(customer.refused()).isZero();
            });
            assertThat(effect.worst()).isEmpty();
            assertThat(effect.best()).isEmpty();
            assertThat(effect.spread().median()).isEqualTo(OptionalInt.of(0));
        }
        assertThat(seen).isEqualTo(sales);
    }

    private void owe(MeterPan meter, String reference, Random random) {
        desk.vending
                .debts()
                .put(
                        new ClientIdentity(desk.utility, "office", "office", Role.FINANCE),
                        number(meter),
                        reference,
                        1_000 + random.nextInt(20_000),
                        new DebtTerms(
                                "ARREARS",
                                "Arrears",
                                random.nextInt(3),
                                LocalDate.parse("2025-06-01"),
                                Method.PERCENT_OF_PURCHASE,
                                BigDecimal.valueOf(5 + random.nextInt(30)),
                                LocalDate.parse("2025-06-01")));
    }

    private void know(MeterPan meter, Random random) {
        desk.vending
                .customers()
                .change(
                        desk.utility,
                        number(meter),
                        new AccountFacts(null, BigDecimal.valueOf(random.nextInt(200)), BigDecimal.ZERO, 1, null));
    }

    @Test
    void priceTwiceAsHigh_halvesTheUnits_andDoublesWhatUnitsCost() {
        Tariff sold = flat("2");
        MeterPan one = meter(sold);
        MeterPan other = meter(sold);
        sold(one, "100");
        sold(one, "60");
        sold(other, "50");
        buy(other, new SaleRequest.Units(new BigDecimal("10")));
        desk.reverse(sold(other, "70"));

        Effect effect = effect("dwellings", limited(flat("4"), sold.limits()));

        assertThat(effect.sales()).isEqualTo(4);
        assertThat(effect.customers()).isEqualTo(2);
        assertThat(customers)
                .containsExactlyInAnyOrder(
                        new CustomerEffect(number(one), 2, 160_00, 800, 400, 0, 0, 0),
                        new CustomerEffect(number(other), 2, 50_00, 250, 125, 20_00, 40_00, 0));
        assertThat(effect.credit()).isEqualTo(new Change(1_150, 625));
        assertThat(effect.byUnits()).isEqualTo(new Effect.Units(1, new Change(20_00, 40_00)));
        assertThat(effect.tender()).isEqualTo(new Change(230_00, 250_00));
        assertThat(effect.lines())
                .containsExactly(new LineTotal(Line.Kind.ENERGY, Levy.ENERGY, "Energy", new Change(230_00, 250_00)));
        assertThat(effect.reversed()).isEqualTo(new Count(1, 70_00));
        assertThat(effect.spread().median()).isEqualTo(OptionalInt.of(-50_00));
        assertThat(effect.spread().buckets()).containsExactly(new Bucket(-50_00, -49_90, 2));
        assertThat(effect.worst()).extracting(CustomerEffect::hundredths).containsOnly(OptionalInt.of(-50_00));
        assertThat(effect.best()).isEmpty();
    }

    @Test
    void blocks_areFilledFromTheirBeginning_byTheUnitsThatTheOtherPriceWouldHaveSold() {
        MeterPan meter = meter(flat("2"));
        sold(meter, "100");
        desk.clock.advance(Duration.ofDays(1));
        sold(meter, "100");
        desk.clock.set("2026-04-02T10:00:00Z");
        sold(meter, "40");

        Effect effect = effect(
                "dwellings",
                tariff("other", Energy.blocks(List.of(Block.of("0", "1"), Block.of("50", "4"))), List.of()));

        assertThat(effect.restarted()).isZero();
        // March: 50 at 1 and 12.5 at 4, then 25 at 4; April: 40 at 1
        assertThat(customers)
                .containsExactly(new CustomerEffect(number(meter), 3, 240_00, 1_200, 625 + 250 + 400, 0, 0, 0));
        assertThat(customers.getFirst().hundredths()).isEqualTo(OptionalInt.of(6_25));
    }

    @Test
    void levies_areToldApart_andDebtsStandByThemselves() {
        Levy tax = tax("25");
        MeterPan meter = meter(tariff("taxed", Energy.blocks(List.of(Block.of("0", "2"))), List.of(tax)));
        owe(meter, "old", new Random(1));
        Sale sale = sold(meter, "100");
        long debt = sale.assessment().lines().stream()
                .filter(line -> line.kind() == Line.Kind.DEBT)
                .mapToLong(Line::amount)
                .sum();
        assertThat(debt).isPositive();

        Effect effect = effect("taxed", tariff("taxed", Energy.blocks(List.of(Block.of("0", "2"))), List.of()));

        long rest = 100_00 - debt;
        long energy = sale.assessment().energy();
        assertThat(effect.lines())
                .extracting(LineTotal::kind, LineTotal::code, LineTotal::amount)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Line.Kind.ENERGY, Levy.ENERGY, new Change(energy, rest)),
                        org.assertj.core.groups.Tuple.tuple(Line.Kind.TAX, "VAT", new Change(rest - energy, 0)),
                        org.assertj.core.groups.Tuple.tuple(Line.Kind.DEBT, "", new Change(debt, debt)));
    }

    @Test
    void salesThatTheOtherPriceRefuses_areCountedByReason_andAreInNoOtherFigure() {
        Tariff sold = flat("2");
        MeterPan meter = meter(sold);
        sold(meter, "20");
        sold(meter, "100");
        Limits dear = new Limits(
                50_00,
                sold.limits().maxTender(),
                sold.limits().minTenths(),
                sold.limits().maxTenths());

        Effect effect = effect("dwellings", limited(sold, dear));

        assertThat(effect.refused()).containsExactly(new Refused("TENDER_BELOW_MINIMUM", new Count(1, 20_00)));
        assertThat(effect.sales()).isOne();
        assertThat(effect.tender()).isEqualTo(new Change(100_00, 100_00));
        assertThat(customers).containsExactly(new CustomerEffect(number(meter), 1, 100_00, 500, 500, 0, 0, 1));
    }

    @Test
    void unlikeUnits_areLeftOut_andCounted() {
        MeterPan meter = meter(flat("2"));
        sold(meter, "20");
        Tariff water = TariffJson.parse(TariffJson.write(flat("2")).replace("kWh", "m3"));
        Effect effect = effect("dwellings", water);
        assertThat(effect.unlike()).isEqualTo(new Count(1, 20_00));
        assertThat(effect.sales()).isZero();
        assertThat(effect.spread().median()).isEmpty();
        assertThat(customers).isEmpty();
    }

    @Test
    void moneyOnTheToken_isTheCredit_ofMetersThatPriceByThemselves() {
        Energy times = new TimeOfUse(
                List.of(new TimeOfUse.Season("all", MonthDay.of(1, 1))),
                Arrays.stream(DayOfWeek.values()).collect(Collectors.toMap(Function.identity(), day -> "any")),
                Map.of(),
                List.of(new TimeOfUse.Period("all", "any", "any", LocalTime.MIN, new BigDecimal("2"))));
        Tariff sold = tariff("times", times, List.of(tax("25")));
        desk.vending.tariffs().add(desk.utility, sold);
        MeterPan meter = desk.bareMeter(SaleFixture.GROUP, 1, MeterCredit.CURRENCY);
        desk.account(meter, SaleFixture.GROUP, "times");
        sold(meter, "100");

        assertThat(effect("times", sold).credit()).isEqualTo(new Change(80_00, 80_00));
        assertThat(effect("times", tariff("times", times, List.of(tax("100")))).credit())
                .as("half of it is tax")
                .isEqualTo(new Change(80_00, 50_00));
        assertThat(effect("times", flat("2")).unlike())
                .as("units in place of money")
                .isEqualTo(new Count(1, 100_00));
    }

    private static Levy tax(String percent) {
        return new Levy(
                "VAT", "VAT", Levy.Kind.TAX, ChargeRule.PERCENT_ADDED, new BigDecimal(percent), List.of(Levy.ENERGY));
    }

    @Test
    void figureOfATable_standsInForItsVersions() {
        desk.vending
                .tariffs()
                .add(
                        desk.utility,
                        new RateVersion("FUEL_COST", 1, Instant.parse("2026-01-01T00:00:00Z"), BigDecimal.ONE));
        Levy fuel =
                new Levy("FUEL", "Fuel", Levy.Kind.LEVY, ChargeRule.PER_UNIT, BigDecimal.ZERO, List.of(), "FUEL_COST");
        Tariff tariff = tariff("fuel", Energy.blocks(List.of(Block.of("0", "1"))), List.of(fuel));
        sold(meter(tariff), "100");
        assertThat(effect("fuel", tariff).credit()).isEqualTo(new Change(500, 500));
        Question dearer = new Question("fuel", tariff, FIRST, LAST, Map.of("FUEL_COST", new BigDecimal("3")));
        assertThat(desk.vending
                        .tariffEffects()
                        .of(desk.utility, dearer, customers::add, Progress.UNHEARD)
                        .credit())
                .isEqualTo(new Change(500, 250));
    }

    @Test
    void questionsThatCannotBeAnswered_areRefused_sayingWhy() {
        assertThatThrownBy(() -> new Question("dwellings", flat("2"), LAST, FIRST, Map.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("2026-04-30")
                .hasMessageContaining("exchange them");
        meter(flat("2"));
        assertRefused(RefusalCode.NOT_FOUND, "sold nothing from 2026-03-01 to 2026-04-30", flat("3"));
        assertRefused(
                RefusalCode.CURRENCY_MISMATCH,
                "USD",
                TariffJson.parse(TariffJson.write(flat("2")).replace("ZAR", "USD")));
    }

    private void assertRefused(RefusalCode code, String detail, Tariff draft) {
        assertThatThrownBy(() -> effect("dwellings", draft))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(code))
                .hasMessageContaining(detail);
    }
}
