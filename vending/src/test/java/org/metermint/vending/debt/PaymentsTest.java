package org.metermint.vending.debt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.vending.debt.DebtFixture.code;
import static org.metermint.vending.debt.DebtFixture.terms;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.tariff.Debt.Method;
import org.metermint.tariff.DebtPaid;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.payment.DebtPayment;
import org.metermint.vending.payment.DebtPayment.Part;
import org.metermint.vending.payment.PaymentRequest;
import org.metermint.vending.payment.Payments;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.shift.NewShift;
import org.metermint.vending.shift.Shift;
import org.metermint.vending.shift.ShiftTotal;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.NewVendor;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.Staff;
import org.metermint.vending.vendor.VendorKind;
import org.metermint.vending.vendor.VendorStatus;

/** Debts that are paid at a till, beside purchases that recover them. */
@Tag("database")
class PaymentsTest {
    private final DebtFixture office = new DebtFixture();
    private final SaleFixture desk = office.desk;
    private final Payments payments = desk.vending.payments();

    @AfterEach
    void close() {
        office.close();
    }

    @Test
    void payment_goesByPriorityThenAge_orToTheDebtThatIsNamed_andTheBooksFollow() {
        MeterPan meter = office.meter();
        office.owe(meter, "late", 100_00, terms("ARREARS", 2, Method.ALL_AT_ONCE, "0"));
        office.owe(meter, "fine", 25_00, terms("FINE", 1, Method.ALL_AT_ONCE, "0"));
        office.owe(meter, "plan", 50_00, terms("ADVANCE", 3, Method.ALL_AT_ONCE, "0"));
        DebtPayment first = payments.pay(desk.client, pay("p-1", meter, "40"));
        assertThat(first.parts())
                .containsExactly(new Part("fine", "Old bills", 25_00, 0), new Part("late", "Old bills", 15_00, 85_00));
        assertThat(first.owedAfter()).isEqualTo(135_00);
        DebtPayment named = payments.pay(desk.client, pay("p-2", meter, "50.00", Optional.of("plan")));
        assertThat(named.parts()).containsExactly(new Part("plan", "Old bills", 50_00, 0));
        assertThat(named.owedAfter()).isEqualTo(85_00);
        assertThat(named.receiptNumber()).isGreaterThan(first.receiptNumber());
        assertThat(payments.find(desk.utility, named.id())).contains(named);
        assertThat(office.booked("float/corner-shop")).isEqualTo(90_00);
        assertThat(office.booked("debt/ARREARS")).isEqualTo(85_00);
        assertThat(office.booked("debt/FINE")).isZero();
        office.assertBooks();
        payments.pay(desk.client, pay("p-3", meter, "85"));
        assertThat(office.sold("r", meter, "100").assessment().debts()).isEmpty();
        office.assertBooks();
    }

    @Test
    void sameRequest_isOnePayment_andARefusalStays() {
        MeterPan meter = owing("old", 100_00);
        DebtPayment first = payments.pay(desk.client, pay("p-1", meter, "40"));
        assertThat(payments.pay(desk.client, pay("p-1", meter, "40.00"))).isEqualTo(first);
        assertThat(payments.byRequest(desk.client, "p-1")).contains(first);
        assertThat(code(() -> payments.pay(desk.client, pay("p-1", meter, "41"))))
                .isEqualTo(RefusalCode.REQUEST_ID_REUSED);
        assertThatThrownBy(() -> payments.pay(desk.client, pay("p-2", meter, "60.01")))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().code()).isEqualTo(RefusalCode.PAYMENT_TOO_LARGE))
                .hasMessageContaining("60.00 ZAR");
        office.owe(meter, "new", 500_00, terms("FINE", 1, Method.ALL_AT_ONCE, "0"));
        assertThat(code(() -> payments.pay(desk.client, pay("p-2", meter, "60.01"))))
                .as("the customer was sent away")
                .isEqualTo(RefusalCode.PAYMENT_TOO_LARGE);
        assertThat(code(() -> payments.byRequest(desk.client, "p-2"))).isEqualTo(RefusalCode.PAYMENT_TOO_LARGE);
        ClientIdentity other = new ClientIdentity(desk.utility, "till-2", "corner-shop");
        assertThat(payments.pay(other, pay("p-1", meter, "41")).amount())
                .as("another client")
                .isEqualTo(41_00);
        office.assertBooks();
    }

    @Test
    void whoMayNotSell_mayNotCollect() {
        MeterPan meter = owing("old", 100_00);
        assertThat(code(() -> payments.pay(office.one, pay("p-1", meter, "1"))))
                .isEqualTo(RefusalCode.ROLE_NOT_ALLOWED);
        for (String amount : List.of("0", "-1", "0.001")) {
            assertThat(code(() -> payments.pay(desk.client, pay("p" + amount, meter, amount))))
                    .isEqualTo(RefusalCode.TENDER_INVALID);
        }
        assertThat(code(() -> payments.pay(
                        desk.client,
                        new PaymentRequest(
                                "p-3",
                                office.number(meter),
                                BigDecimal.ONE,
                                "EUR",
                                PaymentType.CASH,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()))))
                .isEqualTo(RefusalCode.CURRENCY_MISMATCH);
        assertThat(code(() -> payments.pay(
                        desk.client,
                        new PaymentRequest(
                                "p-4",
                                office.number(meter),
                                BigDecimal.ONE,
                                "ZAR",
                                PaymentType.CASH,
                                Optional.empty(),
                                Optional.of("nobody"),
                                Optional.empty()))))
                .isEqualTo(RefusalCode.OPERATOR_NOT_ALLOWED);
        assertThat(code(() -> payments.pay(desk.client, pay("p-5", meter, "1", Optional.of("none")))))
                .isEqualTo(RefusalCode.NOT_FOUND);
        desk.vending.vendors().setStatus(desk.utility, "corner-shop", VendorStatus.SUSPENDED);
        assertThat(code(() -> payments.pay(desk.client, pay("p-6", meter, "1"))))
                .isEqualTo(RefusalCode.VENDOR_SUSPENDED);
        assertThat(office.balances(meter)).containsExactly(100_00L);
        office.assertBooks();
    }

    @Test
    void payment_isWithinTheFloat() {
        MeterPan meter = owing("old", 100_00);
        desk.vending
                .vendors()
                .register(
                        desk.utility,
                        new NewVendor("agent", "Agent", VendorKind.MULTI_CLIENT, 50_00, Optional.empty()));
        ClientIdentity agent = new ClientIdentity(desk.utility, "agent-1", "agent");
        assertThat(code(() -> payments.pay(agent, pay("p-1", meter, "50.01")))).isEqualTo(RefusalCode.FLOAT_EXHAUSTED);
        assertThat(payments.pay(agent, pay("p-2", meter, "50")).owedAfter()).isEqualTo(50_00);
        assertThat(code(() -> payments.pay(agent, pay("p-3", meter, "0.01")))).isEqualTo(RefusalCode.FLOAT_EXHAUSTED);
        office.assertBooks();
    }

    @Test
    void payment_countsInTheShift_andTowardsTheInstalmentOfTheMonth() {
        MeterPan meter = office.meter();
        office.owe(meter, "plan", 90_00, terms("ADVANCE", 1, Method.FIXED_PER_MONTH, "3000"));
        ClientIdentity boss = new ClientIdentity(desk.utility, "till-1", "corner-shop", Role.SUPERVISOR);
        desk.vending.vendors().putOperator(desk.utility, "corner-shop", new Staff("ann", "Ann", false));
        Shift shift = desk.vending.shifts().open(boss, "s-1", new NewShift("till-1", Optional.empty(), "ann", 10_00));
        DebtPayment paid = payments.pay(desk.client, pay("p-1", meter, "20"));
        assertThat(paid.shift()).contains(shift.id());
        DebtPayment wrong = payments.pay(desk.client, pay("p-2", meter, "5"));
        undo(wrong);
        assertThat(office.sold("r-1", meter, "50").assessment().debts())
                .as("10.00 are left of the month's instalment")
                .containsExactly(new DebtPaid("plan", 10_00, 60_00));
        desk.vending.shifts().close(boss, shift.id());
        assertThat(desk.vending.shifts().totals(boss, shift.id()))
                .contains(new ShiftTotal(PaymentType.CASH, 3, 75_00, 5_00));
        desk.vending.shifts().cashUp(boss, shift.id(), Map.of(PaymentType.CASH, 80_00L));
        assertThat(office.booked("over-short")).isZero();
        assertThat(office.booked("cash/corner-shop")).isEqualTo(70_00);
        assertThat(office.booked("float/corner-shop")).isZero();
        office.assertBooks();
    }

    @Test
    void reversal_takesTwoPersons_andTheAccountOwesAgain() {
        MeterPan meter = owing("old", 100_00);
        DebtPayment paid = payments.pay(desk.client, pay("p-1", meter, "100"));
        assertThat(office.sold("r-1", meter, "50").assessment().debts()).isEmpty();
        desk.vending.paymentReversals().request(office.one, paid.id(), "wrong account");
        assertThat(code(() -> desk.vending.paymentReversals().approve(office.one, paid.id())))
                .isEqualTo(RefusalCode.SECOND_PERSON_NEEDED);
        ClientIdentity ownFinance = new ClientIdentity(desk.utility, "finance-3", "corner-shop", Role.FINANCE);
        assertThat(code(() -> desk.vending.paymentReversals().approve(ownFinance, paid.id())))
                .as("of the vendor whose float it is")
                .isEqualTo(RefusalCode.SECOND_PERSON_NEEDED);
        desk.vending.paymentReversals().approve(office.other, paid.id());
        desk.vending.paymentReversals().approve(office.other, paid.id());
        assertThat(office.balances(meter)).containsExactly(100_00L);
        assertThat(office.booked("debt/ARREARS")).isEqualTo(100_00);
        assertThat(office.booked("float/corner-shop")).isEqualTo(50_00);
        office.assertBooks();
        assertThat(office.sold("r-2", meter, "50").assessment().debts())
                .containsExactly(new DebtPaid("old", 20_00, 80_00));
        assertThat(payments.pay(desk.client, pay("p-1", meter, "100")))
                .as("the request had its answer")
                .isEqualTo(paid);
        office.assertBooks();
    }

    @Test
    void manyTills_payAndBuyAtOnce_toTheCent() throws Exception {
        MeterPan meter = owing("old", 333_33);
        long paid = 0;
        long recovered = 0;
        HashSet<java.util.UUID> ids = new HashSet<>();
        try (ExecutorService tills = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<DebtPayment>> paying = new ArrayList<>();
            List<Future<Sale>> buying = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String id = "p-" + i / 2;
                paying.add(tills.submit(() -> payments.pay(desk.client, pay(id, meter, "7.77"))));
                String sale = "r-" + i;
                buying.add(tills.submit(() -> ((Sold) desk.sell(sale, meter, "20")).sale()));
            }
            for (Future<DebtPayment> payment : paying) {
                if (ids.add(payment.get().id())) {
                    paid += payment.get().amount();
                }
            }
            for (Future<Sale> sale : buying) {
                recovered += sale.get().assessment().debts().stream()
                        .mapToLong(DebtPaid::amount)
                        .sum();
            }
        }
        assertThat(ids).as("each request id twice").hasSize(10);
        assertThat(paid).isEqualTo(77_70);
        assertThat(office.balances(meter)).containsExactly(333_33 - paid - recovered);
        office.assertBooks();
    }

    @Test
    void oneRequestId_forTwoAccounts_paysOne() throws Exception {
        List<MeterPan> meters = List.of(owing("old", 100_00), owing("old", 100_00));
        try (ExecutorService tills = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 10; round++) {
                String id = "p-" + round;
                List<Future<Boolean>> answers = meters.stream()
                        .map(meter -> tills.submit(() -> {
                            try {
                                return payments.pay(desk.client, pay(id, meter, "1"))
                                                .amount()
                                        == 1_00;
                            } catch (RefusedException e) {
                                assertThat(e.refusal().code()).isEqualTo(RefusalCode.REQUEST_ID_REUSED);
                                return false;
                            }
                        }))
                        .toList();
                assertThat(List.of(answers.get(0).get(), answers.get(1).get())).containsOnlyOnce(true);
            }
        }
        office.assertBooks();
    }

    @Test
    void proof_findsAPaymentThatSomebodyChanged() {
        MeterPan meter = owing("old", 100_00);
        DebtPayment paid = payments.pay(desk.client, pay("p-1", meter, "40"));
        TestDatabase.superuser(desk.url)
                .sql("SET session_replication_role = replica; UPDATE metermint.debt_payment SET amount = 1")
                .update();
        assertThat(desk.vending.ledger().verify(desk.utility).faults())
                .containsExactly("the parts of payment " + paid.id() + " do not sum to its amount");
    }

    private void undo(DebtPayment payment) {
        desk.vending.paymentReversals().request(office.one, payment.id(), "twice");
        desk.vending.paymentReversals().approve(office.other, payment.id());
    }

    private MeterPan owing(String reference, long amount) {
        MeterPan meter = office.meter();
        office.owe(meter, reference, amount, terms("ARREARS", 1, Method.PERCENT_OF_PURCHASE, "40"));
        return meter;
    }

    private PaymentRequest pay(String id, MeterPan meter, String amount) {
        return pay(id, meter, amount, Optional.empty());
    }

    private PaymentRequest pay(String id, MeterPan meter, String amount, Optional<String> debt) {
        return new PaymentRequest(
                id,
                office.number(meter),
                new BigDecimal(amount),
                "ZAR",
                PaymentType.CASH,
                debt,
                Optional.empty(),
                Optional.empty());
    }
}
