package org.metermint.tariff;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlainWordsTest {
    private static final ZoneId ZONE = ZoneId.of("Africa/Johannesburg");
    private static final Instant MARCH = Instant.parse("2026-03-15T10:00:00Z");
    private static final List<Block> BLOCKS = List.of(Block.of("0", "1"), Block.of("100", "2.5"), Block.of("400", "3"));

    @Test
    void blocks_areReasoned_andComparedWithTheLastPurchase() {
        Tariff tariff = tariff(1, Energy.blocks(BLOCKS), List.of(Levy.includedTax("VAT", "VAT", "15")), List.of());
        Assessment first = sold(tariff, Circumstances.NONE, at("58.4"), 50_00);
        assertThat(PlainWords.in(Locale.ENGLISH).about(first, Optional.empty()))
                .containsExactly(
                        "ZAR 50.00 buys 45 kWh.",
                        "41.6 kWh at ZAR 1.00 each, the price of the first 100 kWh of a month.",
                        "3.4 kWh at ZAR 2.50 each, the price above 100 kWh a month.",
                        "The meter gets 45 kWh, rounded up to its smallest step; the rounding is free.",
                        "VAT is ZAR 6.52: 15 %, and the prices contain it.",
                        "103.4 kWh are bought in March 2026 now.",
                        "The next 296.6 kWh cost ZAR 2.50 each, what is beyond ZAR 3.00 each.",
                        "The count begins anew on 1 April 2026; the first 100 kWh then cost ZAR 1.00 each.",
                        "Another ZAR 50.00 now would buy 20 kWh.");
        Assessment second = sold(tariff, Circumstances.NONE, first.after(), 50_00);
        assertThat(PlainWords.in(Locale.ENGLISH).about(second, Optional.of(first)))
                .contains(
                        "20 kWh at ZAR 2.50 each, because 103.4 kWh were already bought in March 2026.",
                        "The last purchase, ZAR 50.00 on 15 March 2026, bought 45 kWh.",
                        "A unit cost ZAR 1.1111 then, all in all, and ZAR 2.50 now.",
                        "58.4 kWh had been bought in the month before it, and 103.4 kWh before this one.")
                .doesNotContain("The meter gets 20 kWh, rounded up to its smallest step; the rounding is free.");
    }

    @Test
    void chargesDebtsAndNewPrices_areNamed() {
        Charge rent = Charge.of("RENT", "Rent", Charge.Period.MONTH, "10");
        Charge visit = Charge.of("VISIT", "Service fee", Charge.Period.PURCHASE, "1.5");
        Tariff before = tariff(1, Energy.blocks(List.of(Block.of("0", "2"))), List.of(), List.of(rent, visit));
        Tariff after = tariff(2, Energy.blocks(List.of(Block.of("0", "2.2"))), List.of(), List.of(rent, visit));
        LocalDate since = LocalDate.parse("2025-06-01");
        Circumstances owing = new Circumstances(
                AccountFacts.NONE,
                List.of(new Debt(
                        "old",
                        "Old bills",
                        50_00,
                        40_00,
                        1,
                        since,
                        Debt.Method.FIXED_PER_PURCHASE,
                        new BigDecimal("500"),
                        since,
                        0)),
                0,
                List.of());
        Assessment last = sold(before, Circumstances.NONE, at("0"), 100_00);
        Assessment now = sold(after, owing, last.after(), 100_00);
        assertThat(PlainWords.in(Locale.ENGLISH).about(last, Optional.empty()))
                .contains("Rent is ZAR 10.00: ZAR 10.00 a month, 1 newly due.");
        assertThat(PlainWords.in(Locale.ENGLISH).about(now, Optional.of(last)))
                .containsExactly(
                        "ZAR 100.00 buys 42.5 kWh.",
                        "42.5 kWh at ZAR 2.20 each.",
                        "Service fee is ZAR 1.50, once for each purchase.",
                        "Old bills takes ZAR 5.00; ZAR 35.00 are still owed.",
                        "86.8 kWh are bought in March 2026 now.",
                        "Another ZAR 100.00 now would buy 42.5 kWh.",
                        "The last purchase, ZAR 100.00 on 15 March 2026, bought 44.3 kWh.",
                        "A unit cost ZAR 2.2573 then, all in all, and ZAR 2.3529 now.",
                        "The prices changed on 1 January 2025.",
                        "ZAR 11.50 of it went into charges, and ZAR 1.50 of this one.",
                        "ZAR 0.00 of it went into debts, and ZAR 5.00 of this one.",
                        "Each purchase pays ZAR 1.50 anew: one purchase buys more than several for the same money.",
                        "Each purchase pays towards Old bills anew: one purchase buys more than several for the same"
                                + " money.");
    }

    @Test
    void lifeline_saysWhatItsLossCosts() {
        Tariff tariff = tariff(
                1,
                new Energy.Lifeline(new BigDecimal("30"), BigDecimal.ONE, List.of(Block.of("0", "3"))),
                List.of(),
                List.of());
        Assessment within = sold(tariff, Circumstances.NONE, at("0"), 20_00);
        assertThat(PlainWords.in(Locale.ENGLISH).about(within, Optional.empty()))
                .contains("Whoever buys more than 30 kWh in a month loses the low price of all of them.");
        Assessment crossing = sold(tariff, Circumstances.NONE, within.after(), 100_00);
        assertThat(PlainWords.in(Locale.ENGLISH).about(crossing, Optional.of(within)))
                .contains(
                        "ZAR 60.00: the first 30 kWh of March 2026 were cheaper, and are not any more for whoever buys"
                                + " more.");
    }

    private static AccountPosition at(String units) {
        return new AccountPosition(YearMonth.of(2026, 3), new BigDecimal(units));
    }

    private static Assessment sold(Tariff tariff, Circumstances circumstances, AccountPosition position, long tender) {
        return (Assessment)
                Pricing.assess(tariff, circumstances, position, new Purchase.Tender(tender, "ZAR"), MARCH, ZONE);
    }

    private static Tariff tariff(int version, Energy energy, List<Levy> levies, List<Charge> charges) {
        return new Tariff(
                "plain",
                version,
                "Plain",
                "ZAR",
                2,
                "kWh",
                Instant.parse("2025-01-01T00:00:00Z"),
                energy,
                levies,
                charges,
                Deductions.STANDARD,
                Continuity.STANDARD,
                Rounding.STANDARD,
                Limits.STANDARD);
    }
}
