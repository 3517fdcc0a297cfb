package org.metermint.vending.debt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.metermint.vending.SaleFixture.GROUP;
import static org.metermint.vending.debt.DebtFixture.code;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.tariff.Block;
import org.metermint.tariff.Charge;
import org.metermint.tariff.Continuity;
import org.metermint.tariff.Debt.Method;
import org.metermint.tariff.DebtPaid;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Levy;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.debt.Advances.NewAdvance;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.sale.TrialAnswer;
import org.metermint.vending.tariff.PublishedTariffs;

/** Units that were in the meter at installation: a debt at the tariff of that day. */
@Tag("database")
class AdvancesTest {
    private final DebtFixture office = new DebtFixture();
    private final SaleFixture desk = office.desk;
    private final Advances advances = desk.vending.advances();

    @AfterEach
    void close() {
        office.close();
    }

    @Test
    void units_becomeADebt_thatPurchasesPayBack() {
        MeterPan meter = office.meter();
        AdvancedUnits advance = advances.record(office.one, advance(meter, "20.0"));
        assertThat(advance.amount()).as("20 at 2.00").isEqualTo(40_00);
        assertThat(advance.tariff()).isEqualTo("plain");
        assertThat(advance.recordedBy()).isEqualTo("finance-1");
        assertThat(advance.debt().terms().orElseThrow().method()).isEqualTo(Method.PERCENT_OF_PURCHASE);
        assertThat(office.booked("debt/ADVANCE")).isEqualTo(40_00);
        assertThat(office.sold("r-1", meter, "100").assessment().debts())
                .containsExactly(new DebtPaid("installed", 10_00, 30_00));
        AdvancedUnits again = advances.record(office.other, advance(meter, "20"));
        assertThat(again.debt().balance()).isEqualTo(30_00);
        assertThat(again.amount()).isEqualTo(40_00);
        assertThat(advances.find(desk.utility, office.number(meter), "installed"))
                .contains(again);
        office.assertBooks();
    }

    @Test
    void value_isThePriceWithTaxes_withoutChargesAndDebts() {
        desk.vending
                .tariffs()
                .add(
                        desk.utility,
                        SaleFixture.tariff(
                                "charged",
                                Energy.blocks(List.of(Block.of("0", "2"), Block.of("30", "5"))),
                                List.of(Levy.includedTax("VAT", "VAT 15 %", "15")),
                                List.of(
                                        Charge.of("FIXED", "Fixed", Charge.Period.MONTH, "70"),
                                        new Charge(
                                                "STAMP",
                                                "Stamp duty",
                                                Charge.Period.PURCHASE,
                                                Charge.Per.ACCOUNT,
                                                new BigDecimal("5"),
                                                null,
                                                null,
                                                50_00,
                                                0)),
                                Deductions.STANDARD,
                                Continuity.STANDARD));
        MeterPan meter = desk.meter(GROUP, 1, "charged");
        office.owe(meter, "old", 500_00, DebtFixture.terms("ARREARS", 1, Method.ALL_AT_ONCE, "0"));
        assertThat(advances.record(office.one, advance(meter, "40")).amount())
                .as("30 at 2.00 and 10 at 5.00, the tax in it")
                .isEqualTo(110_00);
        office.assertBooks();
    }

    @Test
    void value_isWhatASaleOfTheUnitsWouldCost_onAPublishedTariff() {
        long seed = 20260312;
        Random random = new Random(seed);
        MeterPan meter = desk.meter(GROUP, 1, PublishedTariffs.INCLINING);
        for (int i = 0; i < 25; i++) {
            String units = BigDecimal.valueOf(random.nextLong(20, 7_000), 1).toPlainString();
            MeterPan other = desk.meter(GROUP, 1, PublishedTariffs.INCLINING);
            long price = ((TrialAnswer.Priced) desk.vending.saleDesk().trial(desk.client, units("t", meter, units)))
                    .tender()
                    .minor();
            assertThat(advances.record(office.one, advance(other, units)).amount())
                    .as("seed %d, %s units", seed, units)
                    .isBetween(price - 1, price + 1);
        }
        office.assertBooks();
    }

    @Test
    void whatDoesNotFit_isRefused() {
        MeterPan meter = office.meter();
        for (String units : List.of("0", "-1", "0.05", "1000000.1")) {
            assertThat(code(() -> advances.record(office.one, advance(meter, units))))
                    .isEqualTo(RefusalCode.UNITS_INVALID);
        }
        assertThat(code(() -> advances.record(desk.client, advance(meter, "1"))))
                .isEqualTo(RefusalCode.ROLE_NOT_ALLOWED);
        assertThat(code(() -> advances.record(
                        office.one, new NewAdvance("A-none", "installed", BigDecimal.ONE, "Units", 1, BigDecimal.TEN))))
                .isEqualTo(RefusalCode.NOT_FOUND);
        assertThat(code(() -> advances.record(
                        office.one,
                        new NewAdvance(
                                office.number(meter), "installed", BigDecimal.ONE, "Units", 1, new BigDecimal("101")))))
                .isEqualTo(RefusalCode.FIELD_INVALID);
        office.owe(meter, "installed", 1_00, DebtFixture.terms("ARREARS", 1, Method.ALL_AT_ONCE, "0"));
        assertThat(code(() -> advances.record(office.one, advance(meter, "1")))).isEqualTo(RefusalCode.ALREADY_EXISTS);
        MeterPan other = office.meter();
        advances.record(office.one, advance(other, "1"));
        assertThat(code(() -> advances.record(office.one, advance(other, "2")))).isEqualTo(RefusalCode.ALREADY_EXISTS);
        office.assertBooks();
    }

    private static SaleRequest units(String id, MeterPan meter, String units) {
        return new SaleRequest(
                id,
                meter.drn().digits(),
                new SaleRequest.Units(new BigDecimal(units)),
                PaymentType.CASH,
                Optional.empty(),
                Optional.empty());
    }

    private NewAdvance advance(MeterPan meter, String units) {
        return new NewAdvance(
                office.number(meter), "installed", new BigDecimal(units), "Units at installation", 10, BigDecimal.TEN);
    }
}
