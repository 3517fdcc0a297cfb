package org.metermint.tariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rules beyond blocks and levies, on figures of real utilities. */
class ModelTest {
    private static final ZoneId ZONE = ZoneId.of("Africa/Accra");
    private static final Instant AT = Instant.parse("2026-03-15T10:00:00Z");
    private static final YearMonth MARCH = YearMonth.of(2026, 3);
    private static final AccountPosition NOTHING = AccountPosition.startOf(MARCH);
    private static final Limits ANY = new Limits(1, Limits.MAX_TENDER, 0, Limits.TOKEN_MAX_TENTHS);
    private static final Charge MONTHLY = Charge.of("SERVICE", "Service", Charge.Period.MONTH, "10");
    private static final Energy ONE = Energy.blocks(List.of(Block.of("0", "1")));

    /** ECG, residential, 2025: 30 units at a lifeline price, lost by whoever buys more. */
    private static final Tariff GHANA = tariff(
            new Energy.Lifeline(
                    new BigDecimal("30"),
                    new BigDecimal("0.8150877"),
                    List.of(Block.of("0", "1.84668015"), Block.of("300", "2.4400866"))),
            List.of(),
            List.of(new Charge(
                    "FEE_OF_MONTH",
                    "Monthly fee",
                    Charge.Period.MONTH,
                    Charge.Per.ACCOUNT,
                    new BigDecimal("10.730886"),
                    null,
                    new BigDecimal("2.13"),
                    0,
                    0)),
            Deductions.STANDARD,
            Continuity.STANDARD);

    private static Tariff tariff(
            Energy energy, List<Levy> levies, List<Charge> charges, Deductions deductions, Continuity continuity) {
        return new Tariff(
                "model",
                1,
                "Model",
                "GHS",
                2,
                "kWh",
                Instant.parse("2026-03-10T00:00:00Z"),
                energy,
                levies,
                charges,
                deductions,
                continuity,
                Rounding.STANDARD,
                ANY);
    }

    private static Tariff charged(Charge... charges) {
        return tariff(ONE, List.of(), List.of(charges), Deductions.STANDARD, Continuity.STANDARD);
    }

    private static PricingResult price(Tariff tariff, Circumstances circumstances, AccountPosition from, long tender) {
        return Pricing.assess(tariff, circumstances, from, new Purchase.Tender(tender, "GHS"), AT, ZONE);
    }

    private static Assessment buy(Tariff tariff, Circumstances circumstances, AccountPosition from, long tender) {
        PricingResult result = price(tariff, circumstances, from, tender);
        assertThat(result).isInstanceOf(Assessment.class);
        return (Assessment) result;
    }

    private static Assessment buy(Tariff tariff, AccountPosition from, long tender) {
        return buy(tariff, Circumstances.NONE, from, tender);
    }

    private static long amount(Assessment sold, String code) {
        return sold.lines().stream()
                .filter(line -> line.code().equals(code))
                .mapToLong(Line::amount)
                .sum();
    }

    private static AccountFacts since(LocalDate day) {
        return new AccountFacts(null, BigDecimal.ZERO, BigDecimal.ZERO, 1, day);
    }

    @Test
    void lifeline_boughtWithin_costsItsPriceAndFee() {
        Assessment sold = buy(GHANA, NOTHING, 26_58);

        assertThat(amount(sold, "FEE_OF_MONTH")).isEqualTo(2_13);
        assertThat(sold.issuedTenths()).isEqualTo(300);
        assertThat(amount(sold, Line.LIFELINE_LOSS)).isZero();
    }

    @Test
    void lifeline_lostInPieces_isPaidOnce() {
        // 26.582631 for 30 units and the fee, then 39.5486595 to lose the lifeline, then 1.84668015 a unit
        Assessment first = buy(GHANA, NOTHING, 46_58);
        Assessment second = buy(GHANA, first.after(), 10_00);
        Assessment third = buy(GHANA, second.after(), 19_55);

        assertThat(first.issuedTenths()).isEqualTo(300);
        assertThat(amount(first, Line.LIFELINE_LOSS)).isEqualTo(20_00);
        assertThat(second.hasToken()).isFalse();
        assertThat(amount(second, Line.LIFELINE_LOSS)).isEqualTo(10_00);
        assertThat(amount(third, Line.LIFELINE_LOSS)).isEqualTo(9_55);
        assertThat(third.issuedTenths()).isEqualTo(55);
        Assessment whole = buy(GHANA, NOTHING, 76_13);
        assertThat(whole.issuedTenths()).isBetween(354L, 355L);
        assertThat(whole.after().lifelineLossPaid()).isEqualByComparingTo("39.5486595");
    }

    @Test
    void lifeline_withoutBlocksBeyond_endsThere() {
        Tariff closed = tariff(
                new Energy.Lifeline(BigDecimal.TEN, BigDecimal.ONE, List.of()),
                List.of(),
                List.of(),
                Deductions.STANDARD,
                Continuity.STANDARD);

        assertThat(buy(closed, NOTHING, 10_00).issuedTenths()).isEqualTo(100);
        assertThat(((Refusal) price(closed, Circumstances.NONE, NOTHING, 10_01)).code())
                .isEqualTo(Refusal.Code.UNITS_ABOVE_MAXIMUM);
    }

    @Test
    void monthlyCharge_unpaidMonths_addUpAndAreCollectedOnce() {
        AccountPosition december = new AccountPosition(
                YearMonth.of(2025, 12),
                BigDecimal.ONE,
                Map.of("SERVICE", new ChargeState(LocalDate.of(2025, 12, 31), BigDecimal.ZERO)),
                BigDecimal.ZERO,
                null);
        Assessment sold = buy(charged(MONTHLY), december, 50_00);

        assertThat(amount(sold, "SERVICE")).isEqualTo(30_00);
        assertThat(sold.issuedTenths()).isEqualTo(200);
        assertThat(amount(buy(charged(MONTHLY), sold.after(), 50_00), "SERVICE"))
                .isZero();
    }

    @Test
    void dailyCharge_countsTheDaysSinceItWasCollected() {
        Charge daily = Charge.of("SERVICE", "Service", Charge.Period.DAY, "6.58");
        Circumstances opened = new Circumstances(since(LocalDate.of(2026, 3, 5)), List.of(), 0, List.of());

        assertThat(amount(buy(charged(daily), opened, NOTHING, 100_00), "SERVICE"))
                .isEqualTo(65_80);
    }

    @Test
    void charges_beyondCaps_stayDue() {
        Charge most = new Charge(
                "SERVICE", "Service", Charge.Period.MONTH, Charge.Per.ACCOUNT, BigDecimal.TEN, null, null, 0, 2);
        Circumstances opened = new Circumstances(since(LocalDate.of(2025, 11, 20)), List.of(), 0, List.of());
        Assessment sold = buy(charged(most), opened, NOTHING, 100_00);
        assertThat(amount(sold, "SERVICE")).isEqualTo(20_00);
        assertThat(sold.after().charges().get("SERVICE").due()).isEqualByComparingTo("30");

        Deductions quarter = new Deductions(
                List.of(), BigDecimal.valueOf(25), BigDecimal.valueOf(100), 0, Deductions.WhenNothingLeft.REFUSE);
        Tariff capped = tariff(ONE, List.of(), List.of(MONTHLY), quarter, Continuity.STANDARD);
        assertThat(amount(buy(capped, NOTHING, 8_00), "SERVICE")).isEqualTo(2_00);
    }

    @Test
    void charges_floorOfEnergy_isLeftToTheCustomer() {
        Deductions floor = new Deductions(
                List.of(), BigDecimal.valueOf(100), BigDecimal.valueOf(100), 50, Deductions.WhenNothingLeft.REFUSE);
        Assessment sold = buy(tariff(ONE, List.of(), List.of(MONTHLY), floor, Continuity.STANDARD), NOTHING, 8_00);

        assertThat(amount(sold, "SERVICE")).isEqualTo(3_00);
        assertThat(sold.issuedTenths()).isEqualTo(50);
        assertThat(sold.after().charges().get("SERVICE").due()).isEqualByComparingTo("7");
    }

    @Test
    void deductions_thatEatEverything_areRefusedOrReceiptedAsSet() {
        assertThat(((Refusal) price(charged(MONTHLY), Circumstances.NONE, NOTHING, 9_99)).code())
                .isEqualTo(Refusal.Code.NOTHING_LEFT);

        Deductions receipt = new Deductions(
                List.of(),
                BigDecimal.valueOf(100),
                BigDecimal.valueOf(100),
                0,
                Deductions.WhenNothingLeft.RECEIPT_WITHOUT_TOKEN);
        Assessment sold = buy(tariff(ONE, List.of(), List.of(MONTHLY), receipt, Continuity.STANDARD), NOTHING, 9_99);
        assertThat(sold.hasToken()).isFalse();
        assertThat(amount(sold, "SERVICE")).isEqualTo(9_99);
        assertThat(sold.after().charges().get("SERVICE").due()).isEqualByComparingTo("0.01");
    }

    @Test
    void vatContainedInThePayment_isTakenFirst() {
        // Umeme: 20,000 with 18/118 of VAT and 3,360 of service leave 13,589
        Tariff uganda = tariff(
                Energy.blocks(List.of(Block.of("0", "250"), Block.of("15", "750.9"))),
                List.of(new Levy(
                        "VAT",
                        "VAT",
                        Levy.Kind.TAX,
                        ChargeRule.PERCENT_WITHIN_PAYMENT,
                        BigDecimal.valueOf(18),
                        List.of())),
                List.of(Charge.of("SERVICE", "Service", Charge.Period.MONTH, "3360")),
                Deductions.inOrder("VAT", "SERVICE"),
                Continuity.STANDARD);
        Assessment sold = buy(uganda, NOTHING, 20_000_00);

        assertThat(amount(sold, "VAT")).isEqualTo(3_050_85);
        assertThat(sold.energy()).isEqualTo(13_589_15);
        assertThat(sold.issuedTenths()).isEqualTo(282);
    }

    @Test
    void debts_areRecoveredByPriorityThenAgeWithinTheCap() {
        LocalDate old = LocalDate.of(2025, 1, 1);
        Debt fine = new Debt("fine", "Fine", 500, 500, 2, old, Debt.Method.ALL_AT_ONCE, BigDecimal.ZERO, old, 0);
        Debt arrears = new Debt(
                "arrears",
                "Arrears",
                9_000,
                9_000,
                1,
                old.plusDays(1),
                Debt.Method.PERCENT_OF_PURCHASE,
                BigDecimal.valueOf(30),
                old,
                0);
        Deductions third = new Deductions(
                List.of(), BigDecimal.valueOf(100), BigDecimal.valueOf(33), 0, Deductions.WhenNothingLeft.REFUSE);
        Tariff tariff = tariff(ONE, List.of(), List.of(), third, Continuity.STANDARD);
        Assessment sold = buy(
                tariff, new Circumstances(AccountFacts.NONE, List.of(fine, arrears), 100, List.of()), NOTHING, 100_00);

        assertThat(sold.debts())
                .containsExactly(new DebtPaid("arrears", 30_00, 60_00), new DebtPaid("fine", 3_00, 2_00));
        assertThat(amount(sold, Deductions.FEE)).isEqualTo(1_00);
        assertThat(sold.issuedTenths()).isEqualTo(660);
    }

    @Test
    void receiptOfATenderSplitOverTaxedLines_isThePrintedOne() {
        // BizSwitch, 2018: 500.00 is 360.00 of energy and 55.00 of service, 15 % in both, and 85.00 of debt
        Tariff tariff = new Tariff(
                "bizswitch",
                1,
                "Demo",
                "GHS",
                2,
                "kWh",
                Instant.EPOCH,
                ONE,
                List.of(
                        Levy.includedTax("VAT_ENERGY", "VAT", "15"),
                        new Levy(
                                "VAT_FIXED",
                                "VAT",
                                Levy.Kind.TAX,
                                ChargeRule.PERCENT_INCLUDED,
                                BigDecimal.valueOf(15),
                                List.of("FIXED"))),
                List.of(Charge.of("FIXED", "Service", Charge.Period.PURCHASE, "55")),
                Deductions.STANDARD,
                Continuity.STANDARD,
                new Rounding(
                        RoundingMode.DOWN, Rounding.Balance.LAST_LEVY, Rounding.Position.ISSUED, 1, RoundingMode.UP),
                ANY);
        Debt debt = new Debt(
                "DEBT",
                "Debt",
                162_00,
                162_00,
                1,
                LocalDate.EPOCH,
                Debt.Method.FIXED_PER_PURCHASE,
                BigDecimal.valueOf(85_00),
                LocalDate.EPOCH,
                0);
        Assessment sold =
                buy(tariff, new Circumstances(AccountFacts.NONE, List.of(debt), 0, List.of()), NOTHING, 500_00);

        Map<String, Long> lines = new HashMap<>();
        sold.lines().forEach(line -> lines.put(line.code(), line.amount()));
        assertThat(lines)
                .isEqualTo(Map.of(
                        "ENERGY", 313_04L, "VAT_ENERGY", 46_96L, "DEBT", 85_00L, "FIXED", 47_82L, "VAT_FIXED", 7_18L));
        assertThat(sold.debts()).containsExactly(new DebtPaid("DEBT", 85_00, 77_00));
    }

    @Test
    void rebate_isANegativeLine() {
        Tariff tariff = tariff(
                ONE,
                List.of(new Levy(
                        "REBATE",
                        "Prepaid rebate",
                        Levy.Kind.REBATE,
                        ChargeRule.PERCENT_ADDED,
                        new BigDecimal("0.5"),
                        List.of(Levy.ENERGY))),
                List.of(),
                Deductions.STANDARD,
                Continuity.STANDARD);
        Assessment sold = buy(tariff, NOTHING, 99_50);

        assertThat(amount(sold, "REBATE")).isEqualTo(-50);
        assertThat(sold.issuedTenths()).isEqualTo(1_000);
    }

    @Test
    void rateTable_ofTheInstant_isUsedAndNamed() {
        Levy fuel =
                new Levy("FUEL", "Fuel", Levy.Kind.LEVY, ChargeRule.PER_UNIT, BigDecimal.ZERO, List.of(), "FUEL_COST");
        Tariff tariff = tariff(ONE, List.of(fuel), List.of(), Deductions.STANDARD, Continuity.STANDARD);
        RateVersion march = new RateVersion("FUEL_COST", 2, Instant.parse("2026-03-01T00:00:00Z"), BigDecimal.ONE);
        List<RateVersion> rates = List.of(
                new RateVersion("FUEL_COST", 1, Instant.EPOCH, BigDecimal.TEN),
                march,
                new RateVersion("FUEL_COST", 3, Instant.parse("2026-04-01T00:00:00Z"), BigDecimal.TEN));
        Assessment sold = buy(tariff, new Circumstances(AccountFacts.NONE, List.of(), 0, rates), NOTHING, 20_00);

        assertThat(sold.issuedTenths()).isEqualTo(100);
        assertThat(sold.circumstances().rates()).containsExactly(march);
        assertThat(((Refusal) price(tariff, Circumstances.NONE, NOTHING, 20_00)).code())
                .isEqualTo(Refusal.Code.RATE_MISSING);
    }

    @Test
    void classByHistory_pricesTheWholePurchase() {
        Tariff kenya = tariff(
                new Energy.Classes(List.of(
                        new Energy.UsageClass("lifeline", BigDecimal.valueOf(100), List.of(Block.of("0", "10"))),
                        new Energy.UsageClass("ordinary", null, List.of(Block.of("0", "20"))))),
                List.of(),
                List.of(),
                Deductions.STANDARD,
                Continuity.STANDARD);
        AccountFacts much = new AccountFacts(null, BigDecimal.valueOf(101), BigDecimal.ZERO, 1, null);

        assertThat(buy(kenya, NOTHING, 200_00).issuedTenths()).isEqualTo(200);
        assertThat(buy(kenya, new Circumstances(much, List.of(), 0, List.of()), NOTHING, 200_00)
                        .issuedTenths())
                .isEqualTo(100);
    }

    @Test
    void versionThatBeginsAnew_forgetsTheUnitsOfTheMonth() {
        Energy blocks = Energy.blocks(List.of(Block.of("0", "1"), Block.of("50", "2")));
        Continuity reset = new Continuity(Continuity.OnChange.RESET, Continuity.NewAccount.FULL);
        Tariff tariff = tariff(blocks, List.of(), List.of(), Deductions.STANDARD, reset);
        Instant before = tariff.effectiveFrom().minusSeconds(1);
        AccountPosition bought = new AccountPosition(MARCH, BigDecimal.valueOf(50), Map.of(), BigDecimal.ZERO, before);

        Assessment first = buy(tariff, bought, 10_00);
        assertThat(first.issuedTenths()).isEqualTo(100);
        assertThat(first.after().units()).isEqualByComparingTo("10");
        assertThat(buy(tariff, first.after(), 10_00).after().units()).isEqualByComparingTo("20");
    }

    @Test
    void freeUnits_areNotPriced_andCountInTheBlocksIfTheTariffSaysSo() {
        Energy blocks = Energy.blocks(List.of(Block.of("0", "1"), Block.of("50", "2")));
        Continuity counted =
                new Continuity(Continuity.OnChange.KEEP, Continuity.NewAccount.FULL, Continuity.FreeUnits.COUNTED);
        for (Continuity continuity : List.of(Continuity.STANDARD, counted)) {
            Tariff tariff = tariff(blocks, List.of(), List.of(MONTHLY), Deductions.STANDARD, continuity);
            Assessment free = (Assessment)
                    TariffPlan.of(tariff).assess(Circumstances.NONE, NOTHING, new Purchase.Free(500), AT, ZONE);
            assertThat(free.tender()).isZero();
            assertThat(free.issuedTenths()).isEqualTo(500);
            assertThat(free.lines()).isEmpty();
            assertThat(free.again()).isEqualTo(free);
            assertThat(free.after().charges()).as("no charge is touched").isEqualTo(NOTHING.charges());
            assertThat(free.after().units()).isEqualByComparingTo(continuity.equals(counted) ? "50" : "0");
            assertThat(free.undo(free.after())).isEqualTo(free.before());
            assertThat(PlainWords.in(Locale.ENGLISH).about(free, Optional.empty()))
                    .hasSize(1);
        }
        Energy lifeline = new Energy.Lifeline(BigDecimal.TEN, BigDecimal.ONE, List.of(Block.of("0", "2")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tariff(lifeline, List.of(), List.of(), Deductions.STANDARD, counted))
                .withMessageContaining("freeUnits");
        assertThat(((Refusal) TariffPlan.of(tariff(blocks, List.of(), List.of(), Deductions.STANDARD, counted))
                                .assess(Circumstances.NONE, NOTHING, new Purchase.Free(0), AT, ZONE))
                        .code())
                .isEqualTo(Refusal.Code.UNITS_NOT_POSITIVE);
    }

    @Test
    void newAccount_byDays_hasAPartOfTheBlocks() {
        Energy blocks = Energy.blocks(List.of(Block.of("0", "1"), Block.of("62", "2")));
        Continuity byDays = new Continuity(Continuity.OnChange.KEEP, Continuity.NewAccount.BY_DAYS);
        Tariff tariff = tariff(blocks, List.of(), List.of(), Deductions.STANDARD, byDays);
        Circumstances opened = new Circumstances(since(LocalDate.of(2026, 3, 12)), List.of(), 0, List.of());

        // 20 of 31 days: 40 units at 1, the rest at 2
        assertThat(buy(tariff, opened, NOTHING, 50_00).issuedTenths()).isEqualTo(450);
    }

    @Test
    void timeOfUse_buysCurrencyAndPricesInstants() {
        Map<DayOfWeek, String> days = new HashMap<>();
        Arrays.stream(DayOfWeek.values()).forEach(day -> days.put(day, day.getValue() > 5 ? "rest" : "work"));
        TimeOfUse time = new TimeOfUse(
                List.of(new TimeOfUse.Season("all", MonthDay.of(1, 1))),
                days,
                Map.of(LocalDate.of(2026, 3, 16), "rest"),
                List.of(
                        period("work", "low", "00:00", "1"),
                        period("work", "peak", "17:00", "3"),
                        period("rest", "low", "00:00", "1")));
        Tariff tariff = tariff(
                time,
                List.of(Levy.addedTax("VAT", "VAT", "25", Levy.ENERGY)),
                List.of(MONTHLY),
                Deductions.STANDARD,
                Continuity.STANDARD);
        Assessment sold = buy(tariff, NOTHING, 60_00);

        assertThat(sold.energy()).isEqualTo(40_00);
        assertThat(sold.issuedTenths()).isZero();
        assertThat(sold.hasToken()).isTrue();
        assertThat(time.period(Instant.parse("2026-03-17T18:00:00Z"), ZONE).price())
                .isEqualByComparingTo("3");
        assertThat(time.period(Instant.parse("2026-03-16T18:00:00Z"), ZONE).price())
                .isEqualByComparingTo("1");
    }

    private static TimeOfUse.Period period(String type, String name, String from, String price) {
        return new TimeOfUse.Period("all", type, name, LocalTime.parse(from), new BigDecimal(price));
    }

    @Test
    void units_withChargesDue_costThemToo() {
        Assessment sold = (Assessment) Pricing.assess(charged(MONTHLY), NOTHING, new Purchase.Units(125), AT, ZONE);

        assertThat(sold.tender()).isEqualTo(22_50);
        assertThat(sold.issuedTenths()).isEqualTo(125);
    }

    @Test
    void wrongParts_areNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> charged(MONTHLY, MONTHLY))
                .withMessageContaining("charge SERVICE stands twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tariff(ONE, List.of(), List.of(), Deductions.inOrder("RENT"), Continuity.STANDARD))
                .withMessageContaining("item RENT in the order of deductions");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TimeOfUse(
                        List.of(new TimeOfUse.Season("all", MonthDay.of(1, 1))), Map.of(), Map.of(), List.of()))
                .withMessageContaining("every day of the week");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Charge.of("SERVICE", "Service", Charge.Period.MONTH, "-1"))
                .withMessageContaining("amount of charge SERVICE -1");
    }

    @Test
    void undo_ofTheLastPurchase_isThePositionBefore() {
        Assessment first = buy(GHANA, NOTHING, 46_58);
        Assessment second = buy(GHANA, first.after(), 40_00);

        assertThat(second.undo(second.after())).isEqualTo(first.after());
        assertThat(first.undo(first.after())).isEqualTo(NOTHING);
    }

    @Test
    void undo_ofAnEarlierPurchase_leavesTheLaterOne_andItsChargeIsDueAgain() {
        Tariff tariff = charged(MONTHLY, Charge.of("STAMP", "Stamp", Charge.Period.PURCHASE, "1"));
        Assessment first = buy(tariff, NOTHING, 50_00);
        Assessment second = buy(tariff, first.after(), 20_00);

        AccountPosition left = first.undo(second.after());

        assertThat(left.units()).isEqualByComparingTo(second.exactUnits());
        assertThat(left.charges().get("SERVICE").due()).isEqualByComparingTo("10");
        assertThat(left.charges()).doesNotContainKey("STAMP");
        Assessment third = buy(tariff, left, 30_00);
        assertThat(amount(third, "SERVICE")).isEqualTo(10_00);
        assertThat(amount(third, "STAMP")).isEqualTo(1_00);
    }

    @Test
    void undo_ofAnEarlierMonth_leavesTheUnitsOfThisOne() {
        Assessment march = buy(charged(MONTHLY), NOTHING, 50_00);
        AccountPosition april = march.after().in(YearMonth.of(2026, 4));

        AccountPosition left = march.undo(april);

        assertThat(left.units()).isZero();
        assertThat(left.charges().get("SERVICE").due()).isEqualByComparingTo("10");
    }

    @Test
    void price_chargeOnGreatPayments_isInItAboveTheThresholdAlone() {
        Tariff tariff = charged(new Charge(
                "STAMP",
                "Stamp duty",
                Charge.Period.PURCHASE,
                Charge.Per.ACCOUNT,
                new BigDecimal("10"),
                null,
                null,
                50_00,
                0));
        TariffPlan plan = TariffPlan.of(tariff);

        for (long tenths : new long[] {499, 500, 501, 700}) {
            BigDecimal units = BigDecimal.valueOf(tenths, 1);
            BigDecimal price = plan.price(Circumstances.NONE, NOTHING, units, AT, ZONE);
            assertThat(price).isEqualByComparingTo(tenths > 500 ? units.add(BigDecimal.TEN) : units);
            Assessment sold = (Assessment)
                    Pricing.assess(tariff, Circumstances.NONE, NOTHING, new Purchase.Units(tenths), AT, ZONE);
            assertThat(tariff.major(sold.tender())).isEqualByComparingTo(price);
        }
    }
}
