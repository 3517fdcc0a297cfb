package org.metermint.vending.sale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.vending.SaleFixture.GROUP;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.MonthDay;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Energy.UsageClass;
import org.metermint.tariff.Levy;
import org.metermint.tariff.Line;
import org.metermint.tariff.RateVersion;
import org.metermint.tariff.Tariff;
import org.metermint.tariff.TimeOfUse;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.meter.MeterCredit;
import org.metermint.vending.receipt.Paper;
import org.metermint.vending.receipt.Receipt;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleAnswer.Refused;
import org.metermint.vending.sale.SaleAnswer.Sold;

/** Sales by what the register knows of an account, and by rate tables. */
@Tag("database")
class AccountFactsTest {
    private static final Energy TWO_A_UNIT = Energy.blocks(List.of(Block.of("0", "2")));

    private final SaleFixture desk = new SaleFixture();

    @AfterEach
    void close() {
        desk.close();
    }

    @Test
    void classOfTheAccount_decidesThePrice_fromTheNextPurchaseOn() {
        MeterPan meter = meter(tariff(
                "classes",
                new Energy.Classes(List.of(
                        new UsageClass("small", new BigDecimal("100"), List.of(Block.of("0", "1"))),
                        new UsageClass("large", null, List.of(Block.of("0", "4"))))),
                List.of(),
                List.of(),
                Continuity.STANDARD));
        Sale byAverage = sold("r-1", meter, "40");
        assertThat(byAverage.assessment().issuedTenths()).isEqualTo(400);

        know(meter, new AccountFacts(null, new BigDecimal("250"), BigDecimal.ZERO, 1, null));
        assertThat(sold("r-2", meter, "40").assessment().issuedTenths()).isEqualTo(100);

        know(meter, new AccountFacts("small", new BigDecimal("250"), BigDecimal.ZERO, 1, null));
        Sale byName = sold("r-3", meter, "40");
        assertThat(byName.assessment().issuedTenths()).isEqualTo(400);
        assertThat(kept(byName).assessment().again())
                .as("what was known is kept with the sale")
                .isEqualTo(byName.assessment());
        assertThat(kept(byAverage).assessment().again()).isEqualTo(byAverage.assessment());

        know(meter, new AccountFacts("medium", BigDecimal.ZERO, BigDecimal.ZERO, 1, null));
        assertThat(refusal("r-4", meter)).isEqualTo(RefusalCode.TARIFF_UNFIT);
    }

    @Test
    void loadAndPhases_multiplyAndChooseCharges_sinceTheAccountWasOpened() {
        MeterPan meter = meter(tariff(
                "demand",
                TWO_A_UNIT,
                List.of(),
                List.of(
                        new Charge(
                                "DEMAND",
                                "Demand",
                                Charge.Period.MONTH,
                                Charge.Per.KILOWATT,
                                new BigDecimal("5"),
                                null,
                                null,
                                0,
                                0),
                        new Charge(
                                "RENT",
                                "Rent",
                                Charge.Period.MONTH,
                                Charge.Per.PHASES,
                                new BigDecimal("10"),
                                new BigDecimal("25"),
                                null,
                                0,
                                0)),
                Continuity.STANDARD));
        know(meter, new AccountFacts(null, BigDecimal.ZERO, new BigDecimal("3.5"), 3, LocalDate.parse("2026-02-10")));

        assertThat(amounts(sold("r-1", meter, "200")))
                .containsEntry("DEMAND", 35_00L)
                .containsEntry("RENT", 50_00L);
        assertThat(amounts(sold("r-2", meter, "50"))).as("paid until April").doesNotContainKeys("DEMAND", "RENT");
        assertThat(desk.vending.ledger().verify(desk.utility).faults()).isEmpty();
    }

    @Test
    void blocksOfAnAccountsFirstMonth_areShorter_ifTheTariffSaysSo() {
        MeterPan meter = meter(tariff(
                "begun",
                Energy.blocks(List.of(Block.of("0", "1"), Block.of("31", "3"))),
                List.of(),
                List.of(),
                new Continuity(Continuity.OnChange.KEEP, Continuity.NewAccount.BY_DAYS)));
        know(meter, new AccountFacts(null, BigDecimal.ZERO, BigDecimal.ZERO, 1, LocalDate.parse("2026-03-02")));

        assertThat(sold("r-1", meter, "60").assessment().issuedTenths())
                .as("30 at 1, 10 at 3")
                .isEqualTo(400);
    }

    @Test
    void rateTable_pricesFromItsInstant_andASaleKeepsTheVersionItUsed() {
        MeterPan meter = meter(tariff(
                "fuel",
                TWO_A_UNIT,
                List.of(new Levy(
                        "FUEL", "Fuel", Levy.Kind.LEVY, ChargeRule.PER_UNIT, BigDecimal.ZERO, List.of(), "FUEL_COST")),
                List.of(),
                Continuity.STANDARD));
        assertThat(refusal("r-1", meter)).as("no figure yet").isEqualTo(RefusalCode.TARIFF_NOT_IN_FORCE);

        RateVersion march = rate(1, "2026-03-10T12:00:00Z", "0.50");
        desk.change(march);
        assertThat(desk.vending.tariffs().add(desk.utility, march))
                .as("once more")
                .isEqualTo(march);
        RateVersion april = rate(2, "2026-04-01T00:00:00Z", "2");
        desk.change(april);
        desk.clock.set("2026-03-10T13:00:00Z");
        Sale inMarch = sold("r-2", meter, "100");
        assertThat(inMarch.assessment().issuedTenths()).as("100 at 2.50").isEqualTo(400);
        assertThat(inMarch.assessment().circumstances().rates()).containsExactly(march);

        desk.clock.set("2026-04-02T10:00:00Z");
        assertThat(sold("r-3", meter, "100").assessment().issuedTenths())
                .as("100 at 4")
                .isEqualTo(250);
        assertThat(kept(inMarch)).isEqualTo(inMarch);
        assertThat(kept(inMarch).assessment().again()).isEqualTo(inMarch.assessment());

        assertThatThrownBy(() -> desk.vending.tariffs().add(desk.utility, rate(2, "2026-04-01T00:00:00Z", "3")))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().code()).isEqualTo(RefusalCode.ALREADY_EXISTS));
        assertThat(desk.vending.tariffs().rates(desk.utility)).containsExactly(march, april);
    }

    @Test
    void timeOfUse_sellsMoney_toAMeterThatPricesByItself() {
        Energy times = new TimeOfUse(
                List.of(new TimeOfUse.Season("all", MonthDay.of(1, 1))),
                Arrays.stream(DayOfWeek.values()).collect(Collectors.toMap(Function.identity(), day -> "any")),
                Map.of(),
                List.of(
                        new TimeOfUse.Period("all", "any", "off-peak", LocalTime.MIN, new BigDecimal("1")),
                        new TimeOfUse.Period("all", "any", "peak", LocalTime.of(17, 0), new BigDecimal("5"))));
        Tariff tariff = tariff(
                "times",
                times,
                List.of(new Levy(
                        "VAT",
                        "VAT",
                        Levy.Kind.TAX,
                        ChargeRule.PERCENT_ADDED,
                        new BigDecimal("25"),
                        List.of(Levy.ENERGY))),
                List.of(),
                Continuity.STANDARD);
        assertThat(refusal("r-1", meter(tariff))).isEqualTo(RefusalCode.TARIFF_UNFIT);

        MeterPan inMoney = desk.bareMeter(GROUP, 1, MeterCredit.CURRENCY);
        desk.account(inMoney, GROUP, tariff.id());
        Sale sale = sold("r-2", inMoney, "100");
        assertThat(amounts(sale)).containsEntry(Levy.ENERGY, 80_00L).containsEntry("VAT", 20_00L);
        assertThat(sale.credit().type().isCurrency()).isTrue();
        Receipt receipt = desk.vending.receipts().of(sale);
        assertThat(receipt.unit()).isEqualTo("ZAR");
        assertThat(receipt.unitsThisMonth()).isEmpty();
        assertThat(receipt.steps()).isEmpty();
        assertThat(desk.vending.receipts().text(receipt, Paper.MM_58))
                .contains("Credit " + receipt.units().orElseThrow() + " ZAR")
                .doesNotContain("This month", "Units", "kWh");
        assertThat(sale.credit().steps())
                .as("80.00, as near as the token carries")
                .isBetween(8_000_000L, 8_001_000L);
        assertThat(kept(sale)).isEqualTo(sale);
    }

    private static RateVersion rate(int version, String from, String rate) {
        return new RateVersion("FUEL_COST", version, Instant.parse(from), new BigDecimal(rate));
    }

    private static Tariff tariff(
            String id, Energy energy, List<Levy> levies, List<Charge> charges, Continuity continuity) {
        return SaleFixture.tariff(id, energy, levies, charges, Deductions.STANDARD, continuity);
    }

    private MeterPan meter(Tariff tariff) {
        desk.vending.tariffs().add(desk.utility, tariff);
        return desk.meter(GROUP, 1, tariff.id());
    }

    private void know(MeterPan meter, AccountFacts facts) {
        String number = desk.vending
                .customers()
                .accountOf(desk.utility, meter)
                .orElseThrow()
                .number();
        assertThat(desk.vending.customers().change(desk.utility, number, facts).facts())
                .isEqualTo(facts);
    }

    private Sale sold(String id, MeterPan meter, String tender) {
        return ((Sold) desk.sell(id, meter, tender)).sale();
    }

    private RefusalCode refusal(String id, MeterPan meter) {
        return ((Refused) desk.sell(id, meter, "50")).refusal().code();
    }

    private Sale kept(Sale sale) {
        return desk.vending.saleDesk().sale(desk.utility, sale.id()).orElseThrow();
    }

    private static Map<String, Long> amounts(Sale sale) {
        return sale.assessment().lines().stream().collect(Collectors.toMap(Line::code, Line::amount, Long::sum));
    }
}
