package org.metermint.vending.debt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.tariff.Debt.Method;
import org.metermint.tariff.DebtPaid;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.debt.DebtChanges.NewDebtChange;
import org.metermint.vending.payment.DebtPayment;
import org.metermint.vending.payment.PaymentRequest;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.sale.SaleAnswer.Refused;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.sale.TrialAnswer;

/** Debts that let nothing be sold until they are paid, and debts in instalments. */
@Tag("database")
class DebtBlocksTest {
    private final DebtFixture office = new DebtFixture();
    private final SaleFixture desk = office.desk;

    @AfterEach
    void close() {
        office.close();
    }

    @Test
    void blockingDebt_isRecoveredUntilItsDay_thenNothingIsSold_untilItIsPaid() {
        MeterPan meter = office.meter();
        MeterPan neighbour = office.meter();
        office.owe(meter, "fine", 100_00, blocking("FINE", "Reconnection fee", "2026-03-01", 15));
        desk.clock.set("2026-03-15T21:59:00Z"); // a minute before the 16th in the utility's zone
        assertThat(office.sold("r-1", meter, "100").assessment().debts())
                .containsExactly(new DebtPaid("fine", 10_00, 90_00));
        desk.clock.set("2026-03-15T22:00:00Z");
        Refusal refused = ((Refused) desk.sell("r-2", meter, "100")).refusal();
        assertThat(refused.code()).isEqualTo(RefusalCode.DEBT_UNPAID);
        assertThat(refused.detail()).isEqualTo("nothing is sold before this is paid: Reconnection fee 90.00 ZAR");
        assertThat(((TrialAnswer.Refused) desk.vending.saleDesk().trial(desk.client, request("t", meter))).refusal())
                .isEqualTo(refused);
        assertThatThrownBy(() -> desk.vending.quotes().quote(desk.client, request("q", meter), Locale.ENGLISH))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.refusal()).isEqualTo(refused));
        assertThat(office.sold("n-1", neighbour, "100").assessment().issuedTenths())
                .isEqualTo(500);

        pay("p-1", meter, "89.99");
        assertThat(((Refused) desk.sell("r-3", meter, "100")).refusal().detail())
                .contains("0.01 ZAR");
        DebtPayment last = pay("p-2", meter, "0.01");
        assertThat(office.sold("r-4", meter, "100").assessment().issuedTenths()).isEqualTo(500);
        assertThat(((Refused) desk.sell("r-2", meter, "100")).refusal())
                .as("the request that was refused")
                .isEqualTo(refused);
        desk.vending.paymentReversals().request(office.one, last.id(), "the cheque bounced");
        desk.vending.paymentReversals().approve(office.other, last.id());
        assertThat(((Refused) desk.sell("r-5", meter, "100")).refusal().code()).isEqualTo(RefusalCode.DEBT_UNPAID);
        office.assertBooks();
    }

    @Test
    void writeOff_orOtherTerms_letSalesGoAgain() {
        MeterPan meter = office.meter();
        office.owe(meter, "fine", 100_00, blocking("FINE", "Fine", "2026-03-01", 0));
        office.owe(meter, "tamper", 40_00, blocking("TAMPER", "Tampering", "2026-03-01", 0));
        office.owe(meter, "later", 5_00, blocking("LATER", "Later", "2026-03-01", 3650));
        assertThat(((Refused) desk.sell("r-1", meter, "100")).refusal().detail())
                .isEqualTo("nothing is sold before this is paid: Fine 100.00 ZAR, Tampering 40.00 ZAR");
        office.owe(meter, "tamper", 40_00, DebtFixture.terms("TAMPER", 1, Method.ALL_AT_ONCE, "0"));
        String account = office.number(meter);
        DebtChange asked = desk.vending
                .debtChanges()
                .request(
                        office.one,
                        "c-1",
                        new NewDebtChange(account, "fine", DebtChange.Kind.WRITE_OFF, 100_00, "why"));
        assertThat(desk.sell("r-2", meter, "100")).isInstanceOf(Refused.class);
        desk.vending.debtChanges().approve(office.other, account, "fine", asked.id());
        assertThat(office.sold("r-3", meter, "100").assessment().debts()).contains(new DebtPaid("tamper", 40_00, 0));
        office.assertBooks();
    }

    @Test
    void instalments_takeTheAmountInAsManyMonths_theLastTheRest() {
        MeterPan meter = office.meter();
        office.owe(
                meter,
                "plan",
                100_00,
                DebtFixture.terms(
                        "ADVANCE",
                        1,
                        Method.FIXED_PER_MONTH,
                        DebtTerms.instalment(100_00, 12).toPlainString()));
        for (int month = 1; month <= 12; month++) {
            desk.clock.set("2027-%02d-10T10:00:00Z".formatted(month));
            assertThat(office.sold("r-" + month, meter, "50").assessment().debts())
                    .containsExactly(
                            month < 12
                                    ? new DebtPaid("plan", 8_34, 100_00 - 8_34L * month)
                                    : new DebtPaid("plan", 8_26, 0));
        }
        assertThat(office.sold("r-13", meter, "50").assessment().debts()).isEmpty();
    }

    @Test
    void instalment_bySeededAmounts_isNeverOneTooManyNorTooSmall() {
        long seed = 20260311;
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            long amount = random.nextLong(1, Debt.MOST + 1);
            int count = random.nextInt(1, 601);
            long each = DebtTerms.instalment(amount, count).longValueExact();
            assertThat(each * count).as("seed %d, round %d", seed, i).isGreaterThanOrEqualTo(amount);
            assertThat((each - 1) * count).as("seed %d, round %d", seed, i).isLessThan(amount);
        }
        assertThatThrownBy(() -> DebtTerms.instalment(1, 0)).hasMessageContaining("1..600");
        assertThatThrownBy(() -> DebtTerms.instalment(1, 601)).hasMessageContaining("1..600");
        assertThatThrownBy(() -> blocking("FINE", "Fine", "2026-03-01", 3651)).hasMessageContaining("0..3650");
    }

    private static DebtTerms blocking(String type, String label, String due, int days) {
        LocalDate day = LocalDate.parse(due);
        return new DebtTerms(type, label, 1, day, Method.PERCENT_OF_PURCHASE, BigDecimal.TEN, day, Optional.of(days));
    }

    private static SaleRequest request(String id, MeterPan meter) {
        return SaleFixture.request(id, meter, "100");
    }

    private DebtPayment pay(String id, MeterPan meter, String amount) {
        return desk.vending
                .payments()
                .pay(
                        desk.client,
                        new PaymentRequest(
                                id,
                                office.number(meter),
                                new BigDecimal(amount),
                                "ZAR",
                                PaymentType.CASH,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()));
    }
}
