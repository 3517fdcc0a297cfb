package org.metermint.vending.sale;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.ledger.AccountBalance;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleAnswer.Refused;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.shift.NewShift;
import org.metermint.vending.shift.ShiftTotal;
import org.metermint.vending.tariff.PublishedTariffs;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.CommissionPlan;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.Settlement;
import org.metermint.vending.vendor.Staff;
import org.metermint.vending.vendor.VendorStatus;

/** Sales in company: batches, floats, commissions, and everything that may be asked of a sale. */
class SaleBatchTest {
    private static SaleFixture desk;

    @BeforeAll
    static void open() {
        desk = new SaleFixture();
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    @AfterEach
    void booksBalance() {
        assertThat(desk.vending.saleDesk().recover(desk.utility)).isZero();
        assertThat(desk.vending.ledger().verify(desk.utility).faults()).isEmpty();
    }

    private static ClientIdentity client(String vendor) {
        String id = vendor + ".1";
        desk.vending.clients().create(desk.utility, id, vendor);
        return new ClientIdentity(desk.utility, id, vendor);
    }

    private static List<SaleAnswer> atOnce(List<SaleRequest> requests, ClientIdentity client) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return requests.stream()
                    .map(request -> CompletableFuture.supplyAsync(
                            () -> desk.vending.saleDesk().sell(client, request), threads))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        }
    }

    @Test
    void badRequests_amongGoodOnes_failAlone() {
        MeterPan blocked = desk.meter();
        desk.vending.meters().setStatus(desk.utility, blocked, MeterStatus.BLOCKED);
        MeterPan bare = desk.bareMeter(SaleFixture.GROUP, 1);
        List<SaleRequest> requests = new ArrayList<>();
        Map<Integer, RefusalCode> expected = new TreeMap<>();
        for (int i = 0; i < 120; i++) {
            String id = "company-" + i;
            switch (i % 6) {
                case 1 -> {
                    requests.add(SaleFixture.request(id, blocked, "20"));
                    expected.put(i, RefusalCode.METER_BLOCKED);
                }
                case 2 -> {
                    requests.add(new SaleRequest(id, "12345", BigDecimal.TEN, "ZAR", PaymentType.CASH));
                    expected.put(i, RefusalCode.METER_NUMBER_INVALID);
                }
                case 3 -> {
                    requests.add(SaleFixture.request(id, bare, "20"));
                    expected.put(i, RefusalCode.ACCOUNT_MISSING);
                }
                case 4 -> {
                    requests.add(SaleFixture.request(id, desk.meter(), "1"));
                    expected.put(i, RefusalCode.TENDER_TOO_SMALL);
                }
                default -> requests.add(SaleFixture.request(id, desk.meter(), "20"));
            }
        }
        List<SaleAnswer> answers = atOnce(requests, desk.client);
        for (int i = 0; i < answers.size(); i++) {
            if (expected.containsKey(i)) {
                assertThat(code(answers.get(i))).as("request %d", i).isEqualTo(expected.get(i));
                assertThat(desk.vending.saleDesk().sell(desk.client, requests.get(i)))
                        .isEqualTo(answers.get(i));
            } else {
                sold(answers.get(i));
            }
        }
    }

    @Test
    void sameMeter_manyTimesAtOnce_getsRisingIdentifiers_andAPositionThatCountsAll() {
        MeterPan meter = desk.meter();
        List<SaleRequest> requests = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            requests.add(SaleFixture.request("hot-" + i, meter, "20"));
        }
        List<Sale> sales = atOnce(requests, desk.client).stream()
                .map(SaleBatchTest::sold)
                .sorted(java.util.Comparator.comparing(
                        (Sale sale) -> sale.stamp().orElseThrow().identifier()))
                .toList();
        for (int i = 1; i < sales.size(); i++) {
            assertThat(sales.get(i).stamp().orElseThrow().identifier())
                    .isGreaterThan(sales.get(i - 1).stamp().orElseThrow().identifier());
            assertThat(sales.get(i).assessment().before())
                    .isEqualTo(sales.get(i - 1).assessment().after());
        }
    }

    /** What the desk answers from memory is what the database gives back, whatever was asked for. */
    @Test
    void answers_equalWhatIsStored_forRandomSales() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<SaleRequest> requests = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            MeterPan meter = random.nextInt(4) == 0
                    ? desk.meter(SaleFixture.ROLLED_OVER, 1, PublishedTariffs.INCLINING)
                    : desk.meter();
            SaleRequest.Amount amount = random.nextBoolean()
                    ? new SaleRequest.Units(BigDecimal.valueOf(20 + random.nextInt(5_000), 1))
                    : new SaleRequest.Tender(BigDecimal.valueOf(500 + random.nextInt(400_000), 2), "ZAR");
            requests.add(new SaleRequest(
                    "random-" + seed + "-" + i,
                    meter.digits(),
                    amount,
                    random.nextBoolean() ? PaymentType.CASH : PaymentType.CARD,
                    Optional.empty(),
                    Optional.empty()));
        }
        List<SaleAnswer> answers = atOnce(requests, desk.client);
        for (SaleAnswer answer : answers) {
            Sale sale = sold(answer);
            assertThat(desk.vending.saleDesk().sale(desk.utility, sale.id()))
                    .as("seed %d", seed)
                    .contains(sale);
        }
        desk.restart();
        assertThat(atOnce(requests, desk.client)).isEqualTo(answers);
    }

    @Test
    void saleByUnits_issuesThem_atTheirPrice() {
        MeterPan meter = desk.meter();
        SaleRequest request = units("units", meter, "12.5");
        TrialAnswer trial = desk.vending.saleDesk().trial(desk.client, request);
        Sale sale = sold(desk.vending.saleDesk().sell(desk.client, request));
        assertThat(sale.credit().amount()).isEqualByComparingTo("12.5");
        assertThat(trial)
                .isEqualTo(new TrialAnswer.Priced(
                        sale.meter(),
                        sale.account(),
                        sale.tender(),
                        sale.assessment(),
                        sale.credit(),
                        0,
                        Optional.empty()));
        assertThat(code(desk.vending.saleDesk().sell(desk.client, units("fine", meter, "0.05"))))
                .isEqualTo(RefusalCode.UNITS_INVALID);
        assertThat(code(desk.vending.saleDesk().sell(desk.client, units("none", meter, "0"))))
                .isEqualTo(RefusalCode.UNITS_INVALID);
        assertThat(code(desk.vending.saleDesk().sell(desk.client, units("all", meter, "99999999"))))
                .isEqualTo(RefusalCode.UNITS_TOO_MANY);
        assertThat(code(desk.vending.saleDesk().sell(desk.client, SaleFixture.request("units", meter, "12.5"))))
                .isEqualTo(RefusalCode.REQUEST_ID_REUSED);
    }

    @Test
    void trial_sellsNothing_andRefusesAsASaleWould() {
        MeterPan meter = desk.meter();
        long sales = desk.vending.ledger().verify(desk.utility).sales();
        assertThat(desk.vending.saleDesk().trial(desk.client, SaleFixture.request("t", meter, "1")))
                .isInstanceOfSatisfying(
                        TrialAnswer.Refused.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(RefusalCode.TENDER_TOO_SMALL));
        assertThat(desk.vending.saleDesk().trial(desk.client, SaleFixture.request("t", meter, "50")))
                .isInstanceOf(TrialAnswer.Priced.class);
        assertThat(desk.vending.ledger().verify(desk.utility).sales()).isEqualTo(sales);
        assertThat(desk.vending.saleDesk().byRequest(desk.client, "t")).isEmpty();
    }

    @Test
    void advice_aboutARequestThatNeverCame_isTheEndOfIt() {
        MeterPan meter = desk.meter();
        assertThat(desk.vending.saleDesk().byRequest(desk.client, "lost")).isEmpty();
        SaleAnswer advice = desk.vending.saleDesk().advise(desk.client, "lost");
        assertThat(code(advice)).isEqualTo(RefusalCode.REQUEST_VOIDED);
        assertThat(desk.sell("lost", meter, "50")).isEqualTo(advice);
        assertThat(desk.sell("lost", meter, "60")).isEqualTo(advice);
        assertThat(desk.vending.saleDesk().advise(desk.client, "lost")).isEqualTo(advice);
        SaleAnswer sale = desk.sell("found", meter, "50");
        assertThat(desk.vending.saleDesk().advise(desk.client, "found")).isEqualTo(sale);
    }

    /** Either the sale or the tombstone, whichever of the two was first, and both askers hear the same. */
    @Test
    void advice_whileTheRequestComes_agreesWithIt() {
        MeterPan meter = desk.meter();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 60; i++) {
                String id = "race-" + i;
                var sale = CompletableFuture.supplyAsync(() -> desk.sell(id, meter, "20"), threads);
                var advice = CompletableFuture.supplyAsync(
                        () -> desk.vending.saleDesk().advise(desk.client, id), threads);
                SaleAnswer sold = sale.join();
                SaleAnswer advised = advice.join();
                if (!(advised instanceof Refused refused && refused.retryable())) {
                    assertThat(advised).isEqualTo(sold);
                }
                assertThat(desk.vending.saleDesk().advise(desk.client, id)).isEqualTo(sold);
            }
        }
    }

    @Test
    void float_isNeverOverdrawn_howeverManySellAtOnce() {
        ClientIdentity agent = client("agent");
        TestDatabase.superuser(desk.url)
                .sql("UPDATE vendor SET credit_line = 50000 WHERE code = 'agent'")
                .update();
        List<SaleRequest> requests = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            requests.add(SaleFixture.request("float-" + i, desk.meter(), "20"));
        }
        List<SaleAnswer> answers = atOnce(requests, agent);
        assertThat(answers.stream().filter(Sold.class::isInstance).count()).isEqualTo(25);
        assertThat(answers.stream().filter(Refused.class::isInstance).map(SaleBatchTest::code))
                .hasSize(35)
                .containsOnly(RefusalCode.FLOAT_EXHAUSTED);
        assertThat(balance("float/agent")).isEqualTo(50_000);
    }

    @Test
    void commission_netIsKeptAtOnce_grossIsOwed() {
        desk.vending.vendors().addPlan(desk.utility, plan("net-2", Settlement.NET));
        desk.vending.vendors().addPlan(desk.utility, plan("gross-2", Settlement.GROSS));
        ClientIdentity net = client("net");
        ClientIdentity gross = client("gross");
        desk.vending.vendors().setCommissionPlan(desk.utility, "net", Optional.of("net-2"));
        desk.vending.vendors().setCommissionPlan(desk.utility, "gross", Optional.of("gross-2"));
        sold(desk.vending.saleDesk().sell(net, SaleFixture.request("net", desk.meter(), "100")));
        sold(desk.vending.saleDesk().sell(gross, SaleFixture.request("gross", desk.meter(), "100")));
        assertThat(balance("float/net")).isEqualTo(9_800);
        assertThat(balance("float/gross")).isEqualTo(10_000);
        assertThat(balance("commission/gross")).isEqualTo(-200);
        assertThat(balance("commission/expense")).isEqualTo(400);
    }

    private static CommissionPlan plan(String code, Settlement settlement) {
        return new CommissionPlan(
                code, 1, Instant.parse("2026-01-01T00:00:00Z"), new BigDecimal("2"), BigDecimal.ZERO, 0, 0, settlement);
    }

    @Test
    void suspendedVendor_andUnknownOperator_doNotSell() {
        ClientIdentity client = client("closed");
        desk.vending.vendors().putOperator(desk.utility, "closed", new Staff("thandi", "Thandi", false));
        MeterPan meter = desk.meter();
        sold(desk.vending.saleDesk().sell(client, by("thandi", meter)));
        assertThat(code(desk.vending.saleDesk().sell(client, by("nobody", meter))))
                .isEqualTo(RefusalCode.OPERATOR_NOT_ALLOWED);
        desk.vending.vendors().setStatus(desk.utility, "closed", VendorStatus.SUSPENDED);
        assertThat(code(desk.vending.saleDesk().sell(client, SaleFixture.request("closed", meter, "20"))))
                .isEqualTo(RefusalCode.VENDOR_SUSPENDED);
    }

    @Test
    void sales_countInTheOpenShiftOfTheirTill_andInNoneAfterIt() {
        ClientIdentity client = client("shifted");
        desk.vending.vendors().putOperator(desk.utility, "shifted", new Staff("thandi", "Thandi", false));
        long shift = desk.vending
                .shifts()
                .open(client, "open", new NewShift(client.clientId(), Optional.empty(), "thandi", 0))
                .id();
        List<SaleRequest> requests = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            requests.add(SaleFixture.request("shifted-" + i, desk.meter(), "20"));
        }
        atOnce(requests, client).forEach(SaleBatchTest::sold);
        desk.vending.shifts().close(client, shift);
        sold(desk.vending.saleDesk().sell(client, SaleFixture.request("after", desk.meter(), "20")));
        desk.vending.shifts().cashUp(client, shift, Map.of(PaymentType.CASH, 60_000L));
        assertThat(desk.vending.shifts().totals(client, shift))
                .contains(new ShiftTotal(PaymentType.CASH, 30, 60_000, 0))
                .allMatch(total -> total.payment() == PaymentType.CASH || total.sales() == 0);
    }

    @Test
    void confirmedSale_isDelivered_andItsAnswerStaysAsItWas() {
        MeterPan meter = desk.meter();
        SaleAnswer answer = desk.sell("confirmed", meter, "50");
        Sale delivered =
                desk.vending.afterSales().confirm(desk.client, sold(answer).id());
        assertThat(delivered.state()).isEqualTo(SaleState.DELIVERED);
        assertThat(desk.vending.afterSales().confirm(desk.client, delivered.id()))
                .isEqualTo(delivered);
        assertThat(desk.sell("confirmed", meter, "50")).isEqualTo(answer);
        assertThat(desk.vending.saleDesk().byRequest(desk.client, "confirmed")).contains(answer);
        assertThat(desk.vending.receipts().reprint(desk.utility, delivered.id()))
                .hasValueSatisfying(receipt -> assertThat(receipt.copy()).isTrue());
    }

    @Test
    void reversal_needsTwoPersons_andAGround() {
        ClientIdentity seller = client("reversed");
        ClientIdentity supervisor = as("reversed.boss", "reversed", Role.SUPERVISOR);
        ClientIdentity finance = as("office.finance", "office", Role.FINANCE);
        MeterPan meter = desk.meter();
        Sale first = sold(desk.vending.saleDesk().sell(seller, SaleFixture.request("first", meter, "50")));
        Sale second = sold(desk.vending.saleDesk().sell(seller, SaleFixture.request("second", meter, "60")));
        assertThat(refusal(() -> reverse(seller, first))).isEqualTo(RefusalCode.ROLE_NOT_ALLOWED);
        assertThat(refusal(() -> desk.vending.reversals().approve(finance, first.id())))
                .isEqualTo(RefusalCode.NOT_FOUND);
        reverse(supervisor, first);
        assertThat(reverse(supervisor, first).decision()).isEmpty();
        assertThat(refusal(() -> reverse(finance, first))).isEqualTo(RefusalCode.ALREADY_EXISTS);
        desk.vending.reversals().request(finance, second.id(), Reversal.Basis.OPERATOR_LOSS, "the meter is gone");
        assertThat(refusal(() -> desk.vending.reversals().approve(finance, second.id())))
                .isEqualTo(RefusalCode.SECOND_PERSON_NEEDED);
        assertThat(balance("float/reversed")).isEqualTo(11_000);

        desk.vending.reversals().approve(finance, first.id());
        assertThat(balance("float/reversed")).isEqualTo(6_000);
        assertThat(desk.vending
                        .customers()
                        .accountOf(desk.utility, meter)
                        .orElseThrow()
                        .position()
                        .units())
                .isEqualByComparingTo(second.assessment()
                        .after()
                        .units()
                        .subtract(first.assessment()
                                .after()
                                .units()
                                .subtract(first.assessment().before().units())));
        long energy = balance("energy");
        desk.vending.reversals().approve(as("office.second", "office", Role.FINANCE), second.id());
        assertThat(balance("float/reversed")).isZero();
        assertThat(balance("loss/reversals")).isEqualTo(6_000);
        assertThat(balance("energy")).isEqualTo(energy);
        assertThat(refusal(() -> desk.vending.reversals().reject(finance, second.id())))
                .isEqualTo(RefusalCode.ALREADY_DECIDED);
        assertThat(desk.vending.saleDesk().sell(seller, SaleFixture.request("first", meter, "50")))
                .isEqualTo(new Sold(first));
    }

    private static Reversal reverse(ClientIdentity by, Sale sale) {
        return desk.vending
                .reversals()
                .request(by, sale.id(), Reversal.Basis.METER_UNUSED, "the meter was never switched on");
    }

    private static ClientIdentity as(String id, String vendor, Role role) {
        desk.vending.clients().create(desk.utility, id, vendor, role, Optional.empty());
        return new ClientIdentity(desk.utility, id, vendor, role);
    }

    @Test
    void resend_isAllowedThreeTimesADay() {
        Sale sale = sold(desk.sell("resend", desk.meter(), "50"));
        for (int i = 0; i < AfterSales.RESENDS_A_DAY; i++) {
            assertThat(desk.vending.afterSales().resend(desk.client, sale.id()).tokens())
                    .isEqualTo(sale.tokens());
        }
        assertThat(refusal(() -> desk.vending.afterSales().resend(desk.client, sale.id())))
                .isEqualTo(RefusalCode.RESEND_LIMIT_REACHED);
        desk.clock.advance(java.time.Duration.ofDays(1));
        desk.vending.afterSales().resend(desk.client, sale.id());
        assertThat(refusal(() -> desk.vending.afterSales().resend(desk.client, java.util.UUID.randomUUID())))
                .isEqualTo(RefusalCode.NOT_FOUND);
    }

    private static RefusalCode refusal(Runnable act) {
        try {
            act.run();
        } catch (RefusedException e) {
            return e.refusal().code();
        }
        throw new AssertionError("nothing was refused");
    }

    private static SaleRequest by(String operator, MeterPan meter) {
        return new SaleRequest(
                "by-" + operator,
                meter.digits(),
                new SaleRequest.Tender(new BigDecimal("20"), "ZAR"),
                PaymentType.CASH,
                Optional.of(operator),
                Optional.empty());
    }

    private static SaleRequest units(String id, MeterPan meter, String units) {
        return new SaleRequest(
                id,
                meter.digits(),
                new SaleRequest.Units(new BigDecimal(units)),
                PaymentType.CASH,
                Optional.empty(),
                Optional.empty());
    }

    private static long balance(String account) {
        return desk.vending.ledger().balances(desk.utility).stream()
                .filter(balance -> balance.code().equals(account))
                .mapToLong(AccountBalance::balance)
                .sum();
    }

    private static Sale sold(SaleAnswer answer) {
        assertThat(answer).isInstanceOf(Sold.class);
        return ((Sold) answer).sale();
    }

    private static RefusalCode code(SaleAnswer answer) {
        assertThat(answer).isInstanceOf(Refused.class);
        return ((Refused) answer).refusal().code();
    }
}
