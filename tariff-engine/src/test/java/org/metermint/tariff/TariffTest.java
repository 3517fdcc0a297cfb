package org.metermint.tariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong tariffs cannot come into being; the message names field, value and bound. */
class TariffTest {
    private static final List<Block> FLAT = List.of(Block.of("0", "1"));

    private static Tariff tariff(List<Block> blocks, Levy... levies) {
        return tariff("id", 1, "Name", "ZAR", 2, "kWh", blocks, levies);
    }

    private static Tariff tariff(
            String id,
            int version,
            String name,
            String currency,
            int minorDigits,
            String unit,
            List<Block> blocks,
            Levy... levies) {
        return new Tariff(
                id,
                version,
                name,
                currency,
                minorDigits,
                unit,
                Instant.EPOCH,
                blocks,
                List.of(levies),
                Rounding.STANDARD,
                Limits.STANDARD);
    }

    private static Levy ofPayment(String code, String percent) {
        return new Levy(code, code, Levy.Kind.TAX, ChargeRule.PERCENT_OF_PAYMENT, new BigDecimal(percent), List.of());
    }

    private static void refused(ThrowingCallable construction, String... words) {
        assertThatIllegalArgumentException()
                .isThrownBy(construction)
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    @Test
    void identity_wrongValue_isNamed() {
        refused(() -> tariff("Upper", 1, "N", "ZAR", 2, "kWh", FLAT), "tariff id 'Upper'", "a-z");
        refused(() -> tariff("x".repeat(65), 1, "N", "ZAR", 2, "kWh", FLAT), "64 characters");
        refused(() -> tariff("id", 0, "N", "ZAR", 2, "kWh", FLAT), "version of tariff id 0", "1..");
        refused(() -> tariff("id", 1, " ", "ZAR", 2, "kWh", FLAT), "name", "blank");
        refused(() -> tariff("id", 1, "N", "zar", 2, "kWh", FLAT), "currency 'zar'", "ISO 4217");
        refused(() -> tariff("id", 1, "N", "RAND", 2, "kWh", FLAT), "currency", "longer than 3");
        refused(() -> tariff("id", 1, "N", "ZAR", 5, "kWh", FLAT), "minorDigits of tariff id 5", "0..4");
        refused(() -> tariff("id", 1, "N", "ZAR", 2, "", FLAT), "unit", "blank");
    }

    @Test
    void blocks_wrongOrder_isNamed() {
        refused(() -> tariff(List.of()), "number of blocks", "1..64");
        refused(() -> tariff(Collections.nCopies(65, Block.of("0", "1"))), "number of blocks", "65");
        refused(() -> tariff(List.of(Block.of("5", "1"))), "first block", "above 5", "above 0");
        refused(() -> tariff(List.of(Block.of("0", "1"), Block.of("0", "2"))), "block 2", "above 0");
        refused(
                () -> tariff(List.of(Block.of("0", "1"), Block.of("50", "2"), Block.of("49.9", "3"))),
                "block 3",
                "49.9",
                "50");
        refused(() -> tariff(List.of(Block.of("0", "1"), Block.of("50", "0"))), "last block", "no price");
    }

    @Test
    void lastBlock_pricedByALevyPerUnitAlone_isLegal() {
        Levy fuel = new Levy("FUEL", "Fuel", Levy.Kind.LEVY, ChargeRule.PER_UNIT, new BigDecimal("0.5"), List.of());

        assertThat(Pricing.price(tariff(List.of(Block.of("0", "0")), fuel), BigDecimal.ZERO, BigDecimal.TEN))
                .isEqualByComparingTo("5");
    }

    @ParameterizedTest
    @CsvSource({
        "-0.1, 1",
        "1000000001, 1",
        "0.0000001, 1",
        "0, -1",
        "0, 1000000000001",
        "0, 0.00000000001",
        "1E+999999999, 1"
    })
    void block_outOfBounds_isRefused(String above, String price) {
        refused(() -> Block.of(above, price), "block");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "vat", "1VAT", "V-T", "A23456789012345678901234567890123", "ENERGY", "PAYMENT"})
    void levyCode_malformedOrReserved_isRefused(String code) {
        refused(() -> Levy.includedTax(code, "VAT", "15"), "levy code");
    }

    @ParameterizedTest
    @CsvSource({"-1", "1000.1", "0.0000001"})
    void levyPercent_outOfBounds_isRefused(String percent) {
        refused(() -> Levy.includedTax("VAT", "VAT", percent), "percent of levy VAT", percent);
    }

    @Test
    void levyBase_wrong_isNamed() {
        Levy vat = Levy.addedTax("VAT", "VAT", "15", Levy.ENERGY);
        refused(() -> Levy.addedTax("VAT", "VAT", "15"), "base [] of levy VAT", "at least one");
        refused(
                () -> new Levy("FUEL", "Fuel", Levy.Kind.LEVY, ChargeRule.PER_UNIT, BigDecimal.ONE, List.of("ENERGY")),
                "base [ENERGY] of levy FUEL",
                "must be empty");
        refused(
                () -> new Levy("E", "E", Levy.Kind.LEVY, ChargeRule.BLOCKS, BigDecimal.ONE, List.of()),
                "BLOCKS of levy E");
        refused(() -> tariff(FLAT, Levy.addedTax("A", "A", "1", "B")), "base B of levy A", "[ENERGY]");
        refused(() -> tariff(FLAT, Levy.addedTax("A", "A", "1", "A")), "base A of levy A");
        refused(() -> tariff(FLAT, Levy.addedTax("A", "A", "1", "PAYMENT")), "base PAYMENT of levy A");
        refused(() -> tariff(FLAT, Levy.addedTax("A", "A", "1", "ENERGY", "ENERGY")), "repeats");
        refused(() -> tariff(FLAT, vat, vat), "levy VAT stands twice");
        Levy includedOnAdded =
                new Levy("B", "B", Levy.Kind.TAX, ChargeRule.PERCENT_INCLUDED, BigDecimal.ONE, List.of("VAT"));
        refused(() -> tariff(FLAT, vat, includedOnAdded), "base VAT of levy B", "included too");
    }

    @Test
    void leviesOfPayment_takingItAll_areRefused() {
        refused(() -> tariff(FLAT, ofPayment("A", "60"), ofPayment("B", "40")), "100 percent of the payment");
        refused(
                () -> tariff(FLAT, ofPayment("A", "60"), Levy.addedTax("B", "B", "70", "A")),
                "nothing is left for energy");
        assertThat(tariff(FLAT, ofPayment("A", "99.999999")).levies()).hasSize(1);
    }

    @Test
    void levies_tooMany_areRefused() {
        Levy[] levies = new Levy[33];
        for (int i = 0; i < levies.length; i++) {
            levies[i] = ofPayment("L" + i, "1");
        }
        refused(() -> tariff(FLAT, levies), "number of levies", "33", "0..32");
    }

    @Test
    void limits_wrongBounds_areNamed() {
        refused(() -> new Limits(0, 10, 0, 10), "minTender 0", "1..10");
        refused(() -> new Limits(11, 10, 0, 10), "minTender 11", "1..10");
        refused(() -> new Limits(1, 0, 0, 10), "maxTender 0");
        refused(() -> new Limits(1, Limits.MAX_TENDER + 1, 0, 10), "maxTender");
        refused(() -> new Limits(1, 10, -1, 10), "minTenths -1");
        refused(() -> new Limits(1, 10, 11, 10), "minTenths 11");
        refused(() -> new Limits(1, 10, 0, Limits.TOKEN_MAX_TENTHS + 1), "maxTenths 18201625", "18201624");
    }

    @Test
    void rounding_wrongRules_areNamed() {
        refused(
                () -> new Rounding(
                        RoundingMode.UNNECESSARY,
                        Rounding.Balance.ENERGY,
                        Rounding.Position.ISSUED,
                        1,
                        RoundingMode.UP),
                "amounts UNNECESSARY");
        refused(
                () -> new Rounding(
                        RoundingMode.UP, Rounding.Balance.ENERGY, Rounding.Position.ISSUED, 7, RoundingMode.UP),
                "displayDecimals 7",
                "0..6");
    }

    @Test
    void position_wrongUnits_areNamed() {
        YearMonth month = YearMonth.of(2026, 3);
        refused(() -> new AccountPosition(month, new BigDecimal("-0.1")), "position -0.1", "0..1000000000");
        refused(() -> new AccountPosition(month, new BigDecimal("0.0000001")), "7 decimals", "6");
        refused(() -> AccountPosition.startOf(month).in(month.minusMonths(1)), "2026-02", "2026-03");
        assertThat(new AccountPosition(month, new BigDecimal("5")))
                .isEqualTo(new AccountPosition(month, new BigDecimal("5.000")));
    }

    @Test
    void components_null_areRefusedByName() {
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> new Block(null, BigDecimal.ONE))
                .withMessage("block above");
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> new Purchase.Tender(1, null))
                .withMessage("currency");
    }

    @Test
    void lists_changedAfterwards_leaveTheTariffAsItWas() {
        List<Block> blocks = new ArrayList<>(FLAT);
        Tariff tariff = tariff(blocks);
        blocks.clear();

        assertThat(NaivePricing.blocks(tariff)).hasSize(1);
    }
}
