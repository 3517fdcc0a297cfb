package org.metermint.tariff;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricingTest {
    private static final ZoneId ZONE = ZoneId.of("Africa/Johannesburg");
    private static final Instant AT = Instant.parse("2026-03-15T10:00:00Z");
    private static final YearMonth MARCH = YearMonth.of(2026, 3);
    private static final AccountPosition NOTHING_BOUGHT = AccountPosition.startOf(MARCH);

    private static final Tariff FLAT = tariff(
            List.of(Block.of("0", "0.5217")), List.of(Levy.includedTax("VAT", "VAT 14 %", "14")), Rounding.STANDARD);
    private static final Tariff BLOCKS = tariff(
            List.of(
                    Block.of("0", "3.425"),
                    Block.of("100", "4.044"),
                    Block.of("400", "4.368"),
                    Block.of("650", "4.709")),
            List.of(Levy.includedTax("VAT", "VAT 15 %", "15")),
            Rounding.STANDARD);

    private static Tariff tariff(List<Block> blocks, List<Levy> levies, Rounding rounding) {
        return new Tariff(
                "za-test",
                3,
                "Test",
                "ZAR",
                2,
                "kWh",
                Instant.parse("2025-06-30T22:00:00Z"),
                blocks,
                levies,
                rounding,
                Limits.STANDARD);
    }

    private static Tariff with(Limits limits) {
        return new Tariff(
                "za-test",
                3,
                "Test",
                "ZAR",
                2,
                "kWh",
                Instant.EPOCH,
                NaivePricing.blocks(BLOCKS),
                BLOCKS.levies(),
                Rounding.STANDARD,
                limits);
    }

    private static PricingResult price(Tariff tariff, AccountPosition position, long tender) {
        return Pricing.assess(tariff, position, new Purchase.Tender(tender, "ZAR"), AT, ZONE);
    }

    private static Assessment buy(Tariff tariff, AccountPosition position, long tender) {
        return (Assessment) price(tariff, position, tender);
    }

    private static AccountPosition bought(String units) {
        return new AccountPosition(MARCH, new BigDecimal(units));
    }

    private static List<Long> amounts(Assessment assessment) {
        return assessment.lines().stream().map(Line::amount).toList();
    }

    @Test
    void assess_flatTariffWithIncludedTax_splitsTheTender() {
        Assessment assessment = buy(FLAT, NOTHING_BOUGHT, 200_00);

        assertThat(assessment.exactUnits()).isEqualTo("383.362086");
        assertThat(assessment.issuedTenths()).isEqualTo(3834);
        assertThat(assessment.energy()).isEqualTo(175_44);
        assertThat(assessment.taxes()).isEqualTo(24_56);
        assertThat(assessment.levies()).isZero();
        assertThat(assessment.after().units()).isEqualTo("383.400000");
        assertThat(assessment.lines().getLast())
                .isEqualTo(new Line(
                        Line.Kind.TAX,
                        "VAT",
                        "VAT 14 %",
                        ChargeRule.PERCENT_INCLUDED,
                        new BigDecimal("175.43859649"),
                        new BigDecimal("14"),
                        new BigDecimal("24.56140351"),
                        24_56,
                        false));
    }

    @Test
    void assess_purchaseOverTwoBlocks_takesTheRestOfTheFirstAtItsPrice() {
        Assessment assessment = buy(BLOCKS, bought("58.4"), 400_00);

        // 41.6 at 3.425 is 142.48; 257.52 buys 63.679... at 4.044
        assertThat(assessment.steps())
                .containsExactly(
                        new Step(1, new BigDecimal("41.600000"), new BigDecimal("41.6"), new BigDecimal("3.425")),
                        new Step(2, new BigDecimal("63.679526"), new BigDecimal("63.7"), new BigDecimal("4.044")));
        assertThat(assessment.issuedTenths()).isEqualTo(1053);
        assertThat(assessment.after().units()).isEqualTo("163.700000");
    }

    @Test
    void assess_paymentForTheRestOfABlockToTheCent_staysInIt() {
        Assessment assessment = buy(BLOCKS, bought("0"), 342_50);

        assertThat(assessment.steps()).hasSize(1);
        assertThat(assessment.exactUnits()).isEqualByComparingTo("100");
        assertThat(assessment.issuedTenths()).isEqualTo(1000);
    }

    @Test
    void assess_exactlyAWholeStep_isNotRoundedUp() {
        Tariff thirds = tariff(List.of(Block.of("0", "0.3")), List.of(), Rounding.STANDARD);

        assertThat(buy(thirds, NOTHING_BOUGHT, 3).issuedTenths()).isEqualTo(1);
        assertThat(buy(thirds, NOTHING_BOUGHT, 4).issuedTenths()).isEqualTo(2);
        assertThat(buy(thirds, NOTHING_BOUGHT, 6).issuedTenths()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        // Johannesburg is two hours ahead: its April begins at 22:00 UTC on the last of March
        "2026-03-31T21:59:59Z, 2026-03, 700.5",
        "2026-03-31T22:00:00Z, 2026-04, 0",
        "2026-12-31T22:00:00Z, 2027-01, 0",
    })
    void assess_monthOfTheZone_decidesWhetherThePositionCounts(Instant at, YearMonth month, String before) {
        Assessment assessment =
                (Assessment) Pricing.assess(BLOCKS, bought("700.5"), new Purchase.Tender(100_00, "ZAR"), at, ZONE);

        assertThat(assessment.before()).isEqualTo(new AccountPosition(month, new BigDecimal(before)));
        assertThat(assessment.after().month()).isEqualTo(month);
    }

    @Test
    void assess_cheapUnitsLeftOfTheMonth_areThereForTheNextPurchase() {
        Tariff lifeline = tariff(List.of(Block.of("0", "1"), Block.of("15", "10")), List.of(), Rounding.STANDARD);

        Assessment first = buy(lifeline, NOTHING_BOUGHT, 10_00);
        Assessment second = buy(lifeline, first.after(), 15_00);

        assertThat(first.issuedTenths()).isEqualTo(100);
        assertThat(second.issuedTenths()).isEqualTo(60);
    }

    @Test
    void assess_laterBlockIsCheaper_isPricedAsItStands() {
        Tariff cooking = tariff(
                List.of(
                        Block.of("0", "250"),
                        Block.of("15", "747.5"),
                        Block.of("80", "412.0"),
                        Block.of("150", "747.5")),
                List.of(Levy.addedTax("VAT", "VAT", "18", Levy.ENERGY)),
                Rounding.STANDARD);

        assertThat(Pricing.price(cooking, new BigDecimal("80"), new BigDecimal("70")))
                .isEqualByComparingTo("34031.2");
    }

    @Test
    void assess_firstBlockWithoutPrice_isFreeForWhoeverPays() {
        Tariff free = tariff(List.of(Block.of("0", "0"), Block.of("50", "2")), List.of(), Rounding.STANDARD);

        Assessment assessment = buy(free, NOTHING_BOUGHT, 1_00);

        assertThat(assessment.issuedTenths()).isEqualTo(505);
        assertThat(amounts(assessment)).containsExactly(100L);
    }

    @Test
    void assess_addedPercentages_doNotCompoundOnEachOther() {
        Tariff luku = tariff(
                List.of(Block.of("0", "1")),
                List.of(
                        Levy.addedTax("VAT", "VAT", "18", Levy.ENERGY),
                        new Levy(
                                "EWURA",
                                "Regulator",
                                Levy.Kind.LEVY,
                                ChargeRule.PERCENT_ADDED,
                                BigDecimal.ONE,
                                List.of(Levy.ENERGY)),
                        new Levy(
                                "REA",
                                "Rural energy",
                                Levy.Kind.LEVY,
                                ChargeRule.PERCENT_ADDED,
                                new BigDecimal("3"),
                                List.of(Levy.ENERGY))),
                Rounding.STANDARD);

        Assessment assessment = buy(luku, NOTHING_BOUGHT, 122_00);

        assertThat(amounts(assessment)).containsExactly(100_00L, 18_00L, 1_00L, 3_00L);
        assertThat(assessment.issuedTenths()).isEqualTo(1000);
        assertThat(assessment.taxes()).isEqualTo(18_00);
        assertThat(assessment.levies()).isEqualTo(4_00);
    }

    @Test
    void assess_taxOnALevy_compounds() {
        Tariff zambia = tariff(
                List.of(Block.of("0", "1")),
                List.of(
                        Levy.addedTax("EXCISE", "Excise", "3", Levy.ENERGY),
                        Levy.addedTax("VAT", "VAT", "16", Levy.ENERGY, "EXCISE")),
                Rounding.STANDARD);

        assertThat(amounts(buy(zambia, NOTHING_BOUGHT, 119_48))).containsExactly(100_00L, 3_00L, 16_48L);
    }

    @Test
    void assess_percentOfPayment_isTakenOffThePayment() {
        Tariff indonesia = tariff(
                List.of(Block.of("0", "1444.70")),
                List.of(new Levy(
                        "PPJ",
                        "Street lighting",
                        Levy.Kind.TAX,
                        ChargeRule.PERCENT_OF_PAYMENT,
                        new BigDecimal("3"),
                        List.of())),
                new Rounding(
                        RoundingMode.HALF_UP, Rounding.Balance.ENERGY, Rounding.Position.EXACT, 2, RoundingMode.DOWN));

        Assessment assessment = buy(indonesia, NOTHING_BOUGHT, 50_000_00);

        assertThat(amounts(assessment)).containsExactly(48_500_00L, 1_500_00L);
        assertThat(assessment.displayUnits()).isEqualTo("33.57");
        assertThat(assessment.exactUnits()).isEqualTo("33.570984");
        assertThat(assessment.after().units()).isEqualTo("33.570984");
    }

    @Test
    void assess_taxFoundBySubtraction_isWhatTheReceiptPrinted() {
        Tariff inclusive = tariff(
                List.of(Block.of("0", "1")),
                List.of(Levy.includedTax("VAT", "VAT", "15")),
                new Rounding(
                        RoundingMode.DOWN, Rounding.Balance.LAST_LEVY, Rounding.Position.ISSUED, 1, RoundingMode.UP));

        assertThat(amounts(buy(inclusive, NOTHING_BOUGHT, 55_00))).containsExactly(47_82L, 7_18L);
        assertThat(amounts(buy(inclusive, NOTHING_BOUGHT, 360_00))).containsExactly(313_04L, 46_96L);
    }

    @Test
    void assess_linesRoundedUpBeyondTheTender_stopAtIt() {
        Levy half = new Levy(
                "A", "A", Levy.Kind.TAX, ChargeRule.PERCENT_ADDED, new BigDecimal("100"), List.of(Levy.ENERGY));
        Levy again = new Levy(
                "B", "B", Levy.Kind.LEVY, ChargeRule.PERCENT_ADDED, new BigDecimal("100"), List.of(Levy.ENERGY));
        Tariff tariff = tariff(
                List.of(Block.of("0", "0.01")),
                List.of(half, again),
                new Rounding(RoundingMode.UP, Rounding.Balance.ENERGY, Rounding.Position.ISSUED, 1, RoundingMode.UP));

        assertThat(amounts(buy(tariff, NOTHING_BOUGHT, 1))).containsExactly(0L, 1L, 0L);
    }

    @Test
    void assess_units_costTheirPriceRoundedDown() {
        PricingResult result = Pricing.assess(BLOCKS, bought("99.9"), new Purchase.Units(2), AT, ZONE);

        // 0.1 at 3.425 and 0.1 at 4.044 are 0.7469
        Assessment assessment = (Assessment) result;
        assertThat(assessment.tender()).isEqualTo(74);
        assertThat(assessment.issuedTenths()).isEqualTo(2);
        assertThat(assessment.lines()).isEqualTo(buy(BLOCKS, bought("99.9"), 74).lines());
    }

    @Test
    void assess_unitsCheaperThanAMinorUnit_costOne() {
        Tariff cheap = tariff(List.of(Block.of("0", "0.01")), List.of(), Rounding.STANDARD);

        Assessment assessment = (Assessment) Pricing.assess(cheap, NOTHING_BOUGHT, new Purchase.Units(1), AT, ZONE);

        assertThat(assessment.tender()).isEqualTo(1);
        assertThat(assessment.issuedTenths()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({
        "0, TENDER_NOT_POSITIVE",
        "-1, TENDER_NOT_POSITIVE",
        "-9223372036854775808, TENDER_NOT_POSITIVE",
        "1, TENDER_BELOW_MINIMUM",
        "19, TENDER_BELOW_MINIMUM",
        // a step of 0.1 costs 34.25 cents
        "20, UNITS_BELOW_MINIMUM",
        "34, UNITS_BELOW_MINIMUM",
        "500001, TENDER_ABOVE_MAXIMUM",
        "9223372036854775807, TENDER_ABOVE_MAXIMUM",
        "480000, UNITS_ABOVE_MAXIMUM",
    })
    void assess_tenderOutsideTheLimits_isRefused(long tender, Refusal.Code code) {
        Tariff limited = with(new Limits(20, 500_000, 1, 10_000));

        assertThat(price(limited, NOTHING_BOUGHT, tender))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    @Test
    void assess_leastTenderThatPaysForAStep_isSold() {
        assertThat(buy(BLOCKS, NOTHING_BOUGHT, 35).issuedTenths()).isEqualTo(2);
        assertThat(buy(with(new Limits(1, 100, 0, 10)), NOTHING_BOUGHT, 1).issuedTenths())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "0, UNITS_NOT_POSITIVE",
        "-5, UNITS_NOT_POSITIVE",
        "5, TENDER_BELOW_MINIMUM",
        "6, UNITS_BELOW_MINIMUM",
        "1001, UNITS_ABOVE_MAXIMUM",
        "2000, TENDER_ABOVE_MAXIMUM",
        "9223372036854775807, TENDER_ABOVE_MAXIMUM",
    })
    void assess_unitsOutsideTheLimits_areRefused(long tenths, Refusal.Code code) {
        Tariff limited = with(new Limits(200, 500_00, 7, 1_000));

        assertThat(Pricing.assess(limited, NOTHING_BOUGHT, new Purchase.Units(tenths), AT, ZONE))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    @Test
    void assess_unitsInAFreeBlock_areNotSold() {
        Tariff free = tariff(List.of(Block.of("0", "0"), Block.of("50", "2")), List.of(), Rounding.STANDARD);

        assertThat(((Refusal) Pricing.assess(free, NOTHING_BOUGHT, new Purchase.Units(500), AT, ZONE)).code())
                .isEqualTo(Refusal.Code.UNITS_WITHOUT_PRICE);
    }

    @Test
    void assess_positionAtItsGreatest_isRefused() {
        Refusal refusal = (Refusal) price(FLAT, bought("999999999.9"), 100_00);

        assertThat(refusal.code()).isEqualTo(Refusal.Code.UNITS_ABOVE_MAXIMUM);
    }

    @Test
    void assess_severalReasons_givesTheFirst() {
        Purchase nothing = new Purchase.Tender(0, "USD");
        AccountPosition april = AccountPosition.startOf(YearMonth.of(2026, 4));
        Instant before = BLOCKS.effectiveFrom().minusNanos(1);

        assertThat(Pricing.assess(BLOCKS, april, nothing, before, ZONE))
                .isEqualTo(new Refusal(
                        Refusal.Code.TARIFF_NOT_IN_FORCE,
                        "tariff za-test version 3 prices from 2025-06-30T22:00:00Z on, the purchase is of"
                                + " 2025-06-30T21:59:59.999999999Z"));
        assertThat(Pricing.assess(BLOCKS, april, nothing, AT, ZONE))
                .isEqualTo(new Refusal(
                        Refusal.Code.MONTH_BEFORE_POSITION,
                        "the purchase falls into 2026-03, the position counts 2026-04 already"));
        assertThat(Pricing.assess(BLOCKS, NOTHING_BOUGHT, nothing, AT, ZONE))
                .isEqualTo(new Refusal(
                        Refusal.Code.CURRENCY_MISMATCH, "tender is in another currency than ZAR of tariff za-test"));
        assertThat(Pricing.assess(BLOCKS, NOTHING_BOUGHT, nothing, BLOCKS.effectiveFrom(), ZONE))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void explain_everyRule_saysWhereTheFigureComesFrom() {
        Tariff tariff = tariff(
                List.of(Block.of("0", "2")),
                List.of(
                        Levy.includedTax("VAT", "VAT", "25"),
                        new Levy("FUEL", "Fuel", Levy.Kind.LEVY, ChargeRule.PER_UNIT, new BigDecimal("0.5"), List.of()),
                        Levy.addedTax("REA", "Rural energy", "10", Levy.ENERGY, "FUEL"),
                        new Levy(
                                "PPJ",
                                "Street lighting",
                                Levy.Kind.TAX,
                                ChargeRule.PERCENT_OF_PAYMENT,
                                new BigDecimal("4"),
                                List.of())),
                Rounding.STANDARD);
        Assessment sale = (Assessment) Pricing.assess(tariff, NOTHING_BOUGHT, new Purchase.Units(96), AT, ZONE);

        // 9.6 units: 15.36 net and 3.84 tax in the price, 4.80 fuel, 2.016 rural energy; 26.016 is 96 % of 27.10
        assertThat(sale.explain())
                .containsExactly(
                        "9.6 kWh for 27.10 ZAR on 2026-03-15T12:00+02:00, tariff za-test version 3",
                        "0 kWh bought in 2026-03 before",
                        "block 1: 9.6 kWh @ 2",
                        "9.6 kWh rounded up to the token's step: 9.6 kWh",
                        "Energy: 15.36 ZAR, what the other lines leave; exact 15.36000000: 9.6 kWh @ 1.60000000 on"
                                + " average, net of what the price includes",
                        "VAT: 3.84 ZAR, rounded HALF_UP from 3.84000000: 25 % of 15.36000000, included in the price",
                        "Fuel: 4.80 ZAR, rounded HALF_UP from 4.80000000: 0.5 for each of 9.6 kWh",
                        "Rural energy: 2.02 ZAR, rounded HALF_UP from 2.01600000: 10 % of 20.16000000, on top of the"
                                + " price",
                        "Street lighting: 1.08 ZAR, rounded HALF_UP from 1.08400000: 4 % of the payment of 27.10 ZAR",
                        "sum of these lines: 27.10 ZAR",
                        "9.6 kWh bought in 2026-03 after");
    }
}
