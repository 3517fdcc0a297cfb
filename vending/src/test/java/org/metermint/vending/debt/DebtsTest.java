package org.metermint.vending.debt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.metermint.vending.SaleFixture.GROUP;
import static org.metermint.vending.debt.DebtFixture.LONG_AGO;
import static org.metermint.vending.debt.DebtFixture.code;
import static org.metermint.vending.debt.DebtFixture.terms;

import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Block;
import org.metermint.tariff.Continuity;
import org.metermint.tariff.Debt.Method;
import org.metermint.tariff.DebtPaid;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Tariff;
import org.metermint.token.MeterPan;
import org.metermint.token.TariffIndex;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.Vending;
import org.metermint.vending.customer.Account;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer.Refused;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.sale.SaleState;
import org.metermint.vending.sale.TrialAnswer;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Debts in the register, in sales, in reversals, and in the books. */
@Tag("database")
class DebtsTest {
    private final DebtFixture debts = new DebtFixture();
    private final SaleFixture desk = debts.desk;

    @AfterEach
    void close() {
        debts.close();
    }

    @Test
    void purchases_recoverWhatTheTermsSay_byPriority_andTheBooksFollow() {
        MeterPan meter = debts.meter();
        debts.owe(meter, "old", 100_00, terms("ARREARS", 2, Method.PERCENT_OF_PURCHASE, "30"));
        debts.owe(meter, "fine", 25_00, terms("FINE", 1, Method.FIXED_PER_PURCHASE, "1000"));
        debts.assertBooks();

        Sale first = debts.sold("r-1", meter, "100");
        assertThat(first.assessment().debts())
                .containsExactly(new DebtPaid("fine", 10_00, 15_00), new DebtPaid("old", 30_00, 70_00));
        assertThat(first.assessment().issuedTenths()).as("60 at 2").isEqualTo(300);
        assertThat(kept(first)).isEqualTo(first);
        assertThat(kept(first).assessment().again()).isEqualTo(first.assessment());
        assertThat(debts.balances(meter)).containsExactly(15_00L, 70_00L);
        assertThat(debts.booked("debt/ARREARS")).isEqualTo(70_00);
        assertThat(debts.booked("raised/FINE")).isEqualTo(-25_00);
        debts.assertBooks();

        debts.sold("r-2", meter, "100");
        debts.sold("r-3", meter, "100");
        assertThat(debts.balances(meter)).containsExactly(0L, 10_00L);
        assertThat(debts.sold("r-4", meter, "100").assessment().debts()).containsExactly(new DebtPaid("old", 10_00, 0));
        assertThat(debts.sold("r-5", meter, "100").assessment().issuedTenths())
                .as("nothing is owed any more")
                .isEqualTo(500);
        debts.assertBooks();
    }

    @Test
    void paymentThatDebtsUseUp_isASaleWithoutAToken_ifTheTariffSaysSo() {
        Tariff receipts = SaleFixture.tariff(
                "receipts",
                Energy.blocks(List.of(Block.of("0", "2"))),
                List.of(),
                List.of(),
                new Deductions(
                        Deductions.STANDARD.order(),
                        new BigDecimal("100"),
                        new BigDecimal("100"),
                        0,
                        Deductions.WhenNothingLeft.RECEIPT_WITHOUT_TOKEN),
                Continuity.STANDARD);
        desk.vending.tariffs().add(desk.utility, receipts);
        MeterPan meter = desk.meter(GROUP, 1, receipts.id());
        debts.owe(meter, "old", 100_00, terms("ARREARS", 1, Method.ALL_AT_ONCE, "0"));
        int calls = desk.module.calls();
        Sale sale = debts.sold("r-1", meter, "60");
        assertThat(sale.state()).isEqualTo(SaleState.ISSUED);
        assertThat(sale.tokens()).isEmpty();
        assertThat(sale.stamp()).isEmpty();
        assertThat(sale.credit().steps()).isZero();
        assertThat(desk.module.calls()).as("there is nothing to issue").isEqualTo(calls);
        assertThat(kept(sale)).isEqualTo(sale);
        assertThat(debts.sold("r-1", meter, "60")).isEqualTo(sale);
        assertThat(kept(sale).assessment().again()).isEqualTo(sale.assessment());
        assertThat(debts.balances(meter)).containsExactly(40_00L);
        assertThat(code(() -> desk.vending.afterSales().resend(desk.client, sale.id())))
                .isEqualTo(RefusalCode.SALE_WITHOUT_TOKENS);
        assertThat(desk.vending.receipts().of(sale).units()).isEmpty();

        Sale next = debts.sold("r-2", meter, "60");
        assertThat(next.credit().steps()).as("20 at 2").isEqualTo(100);
        assertThat(next.tokens()).hasSize(1);
        debts.assertBooks();
        desk.reverse(sale);
        assertThat(debts.balances(meter)).containsExactly(60_00L);
        debts.assertBooks();
    }

    /** The server dies between the rows of a sale without a token and its end: recovery ends it without the module. */
    @Test
    void openSaleWithoutAToken_isEndedByRecovery() {
        MeterPan meter = debts.meter();
        Sale sale = debts.sold("r-1", meter, "60");
        JdbcClient database = TestDatabase.superuser(desk.url);
        database.sql("ALTER TABLE metermint.sale DISABLE TRIGGER USER").update();
        database.sql("ALTER TABLE metermint.sale_outcome DISABLE TRIGGER USER").update();
        database.sql("DELETE FROM metermint.sale_outcome").update();
        database.sql("UPDATE metermint.sale SET credit_steps = 0, tid = NULL, base_date = NULL")
                .update();
        desk.restart();
        int calls = desk.module.calls();
        assertThat(desk.vending.saleDesk().recover(desk.utility)).isZero();
        assertThat(kept(sale).state()).isEqualTo(SaleState.ISSUED);
        assertThat(kept(sale).tokens()).isEmpty();
        assertThat(desk.module.calls()).isEqualTo(calls);
    }

    @Test
    void instalment_isTakenOnceAMonth_fromTheDayItIsDue() {
        MeterPan meter = debts.meter();
        debts.owe(
                meter,
                "plan",
                90_00,
                new DebtTerms(
                        "ADVANCE",
                        "Instalments",
                        1,
                        LONG_AGO,
                        Method.FIXED_PER_MONTH,
                        new BigDecimal("3000"),
                        LocalDate.parse("2026-03-11")));
        assertThat(debts.sold("r-1", meter, "50").assessment().debts())
                .as("not due yet")
                .isEmpty();
        desk.clock.set("2026-03-12T10:00:00Z");
        assertThat(debts.sold("r-2", meter, "20").assessment().debts())
                .containsExactly(new DebtPaid("plan", 19_80, 70_20));
        assertThat(debts.sold("r-3", meter, "50").assessment().debts())
                .containsExactly(new DebtPaid("plan", 10_20, 60_00));
        assertThat(debts.sold("r-4", meter, "50").assessment().debts()).isEmpty();
        desk.clock.set("2026-04-12T10:00:00Z");
        assertThat(debts.sold("r-5", meter, "50").assessment().debts())
                .containsExactly(new DebtPaid("plan", 30_00, 30_00));
        debts.assertBooks();
    }

    @Test
    void trial_showsWhatASaleWouldRecover_andRecoversNothing() {
        MeterPan meter = debts.meter();
        debts.owe(meter, "old", 100_00, terms("ARREARS", 2, Method.PERCENT_OF_PURCHASE, "30"));
        TrialAnswer.Priced trial =
                (TrialAnswer.Priced) desk.vending.saleDesk().trial(desk.client, SaleFixture.request("t", meter, "100"));
        assertThat(trial.assessment().debts()).containsExactly(new DebtPaid("old", 30_00, 70_00));
        assertThat(debts.balances(meter)).containsExactly(100_00L);
    }

    @Test
    void saleThatTheModuleRefuses_leavesTheDebtAsItWas() throws Exception {
        MeterPan meter = debts.meter();
        debts.owe(meter, "old", 100_00, terms("ARREARS", 1, Method.FIXED_PER_MONTH, "4000"));
        desk.issueElsewhere(meter, Duration.ofHours(1));
        assertThat(desk.sell("r-1", meter, "100")).isInstanceOf(Refused.class);
        assertThat(debts.balances(meter)).containsExactly(100_00L);
        debts.assertBooks();
        desk.clock.advance(Duration.ofHours(2));
        assertThat(debts.sold("r-2", meter, "100").assessment().debts())
                .as("the month's instalment is still to be taken")
                .containsExactly(new DebtPaid("old", 40_00, 60_00));
        debts.assertBooks();
    }

    @Test
    void reversedSale_owesAgain_whatLaterPurchasesTookStays() {
        MeterPan meter = debts.meter();
        debts.owe(meter, "old", 50_00, terms("ARREARS", 1, Method.FIXED_PER_PURCHASE, "3000"));
        Sale first = debts.sold("r-1", meter, "100");
        debts.sold("r-2", meter, "100");
        assertThat(debts.balances(meter)).containsExactly(0L);
        desk.reverse(first);
        assertThat(debts.balances(meter)).containsExactly(30_00L);
        debts.assertBooks();
        assertThat(debts.sold("r-3", meter, "100").assessment().debts()).containsExactly(new DebtPaid("old", 30_00, 0));
        debts.assertBooks();
    }

    @Test
    void manyTillsOverTwoDesks_recoverEachCentOnce() throws Exception {
        MeterPan meter = debts.meter();
        debts.owe(meter, "old", 333_33, terms("ARREARS", 1, Method.PERCENT_OF_PURCHASE, "40"));
        try (Vending second = new Vending(desk.pool, desk.module, desk.clock, new SecureRandom());
                ExecutorService tills = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Sale>> sales = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                String id = "r-" + i;
                var saleDesk = i % 2 == 0 ? desk.vending.saleDesk() : second.saleDesk();
                sales.add(tills.submit(
                        () -> ((Sold) saleDesk.sell(desk.client, SaleFixture.request(id, meter, "50"))).sale()));
            }
            long recovered = 0;
            for (Future<Sale> sale : sales) {
                recovered += sale.get().assessment().debts().stream()
                        .mapToLong(DebtPaid::amount)
                        .sum();
            }
            assertThat(recovered).isEqualTo(333_33);
        }
        assertThat(debts.balances(meter)).containsExactly(0L);
        debts.assertBooks();
    }

    @Test
    void recordedDebt_isLeftAlone_untilItGetsTerms() {
        MeterPan meter = desk.bareMeter(GROUP, 1);
        desk.vending.tariffs().add(desk.utility, debts.tariff);
        desk.vending
                .customers()
                .register(
                        desk.utility,
                        new Account(
                                "A-recorded",
                                "C-1",
                                Optional.of(meter),
                                GROUP,
                                TariffIndex.parse("01"),
                                debts.tariff.id(),
                                AccountPosition.startOf(YearMonth.of(2026, 3)),
                                List.of(new Debt("old", 40_00))));
        assertThat(debts.sold("r-1", meter, "100").assessment().debts()).isEmpty();
        debts.assertBooks();
        DebtTerms terms = terms("ARREARS", 1, Method.ALL_AT_ONCE, "0");
        assertThat(code(() -> desk.vending.debts().put(debts.one, "A-recorded", "old", 30_00, terms)))
                .isEqualTo(RefusalCode.ALREADY_EXISTS);
        assertThat(desk.vending.debts().put(debts.one, "A-recorded", "old", 40_00, terms))
                .isEqualTo(new Debt("old", 40_00, 40_00, Optional.of(terms)));
        assertThat(debts.sold("r-2", meter, "100").assessment().debts()).containsExactly(new DebtPaid("old", 40_00, 0));
        debts.assertBooks();
    }

    @Test
    void terms_changeAsOftenAsWanted_amountAndTypeNever() {
        MeterPan meter = debts.meter();
        DebtTerms terms = terms("ARREARS", 1, Method.ALL_AT_ONCE, "0");
        debts.owe(meter, "old", 100_00, terms);
        assertThat(debts.owe(meter, "old", 100_00, terms))
                .as("again")
                .isEqualTo(new Debt("old", 100_00, 100_00, Optional.of(terms)));
        DebtTerms gentler = terms("ARREARS", 1, Method.PERCENT_OF_ORIGINAL, "10");
        assertThat(debts.owe(meter, "old", 100_00, gentler).terms()).contains(gentler);
        assertThat(debts.sold("r-1", meter, "100").assessment().debts())
                .containsExactly(new DebtPaid("old", 10_00, 90_00));
        assertThat(debts.owe(meter, "old", 100_00, terms).balance()).isEqualTo(90_00);
        assertThat(code(() -> debts.owe(meter, "old", 90_00, terms))).isEqualTo(RefusalCode.ALREADY_EXISTS);
        assertThat(code(() -> debts.owe(meter, "old", 100_00, terms("FINE", 1, Method.ALL_AT_ONCE, "0"))))
                .isEqualTo(RefusalCode.ALREADY_EXISTS);
        assertThat(code(() -> desk.vending.debts().put(debts.one, "A-none", "old", 1, terms)))
                .isEqualTo(RefusalCode.NOT_FOUND);
        assertThat(code(() -> debts.owe(meter, "new", 0, terms))).isEqualTo(RefusalCode.FIELD_INVALID);
        assertThat(code(() -> desk.vending.debts().put(desk.client, debts.number(meter), "new", 1, terms)))
                .isEqualTo(RefusalCode.ROLE_NOT_ALLOWED);
        debts.assertBooks();
    }

    @Test
    void proof_findsADebtThatSomebodyForgave() {
        MeterPan meter = debts.meter();
        debts.owe(meter, "old", 100_00, terms("ARREARS", 1, Method.ALL_AT_ONCE, "0"));
        TestDatabase.superuser(desk.url)
                .sql("UPDATE metermint.debt SET balance = 1")
                .update();
        assertThat(desk.vending.ledger().verify(desk.utility).faults())
                .containsExactly(
                        "account debt/ARREARS of the books holds 10000 minor units; the debts of that type sum to 1");
    }

    private Sale kept(Sale sale) {
        return desk.vending.saleDesk().sale(desk.utility, sale.id()).orElseThrow();
    }
}
