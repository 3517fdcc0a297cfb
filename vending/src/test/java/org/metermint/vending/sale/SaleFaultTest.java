package org.metermint.vending.sale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.metermint.secure.MessageId;
import org.metermint.tariff.AccountPosition;
import org.metermint.token.MeterPan;
import org.metermint.vending.FaultyModule.Fault;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.sale.SaleAnswer.Refused;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.tariff.PublishedTariffs;

class SaleFaultTest {
    private static SaleFixture desk;

    @BeforeAll
    static void open() {
        desk = new SaleFixture();
        // the first sale teaches the desk the vending keys
        desk.sell("warm-up", desk.meter(), "20");
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    @AfterEach
    void everythingIsDecided_andBooksBalance() {
        desk.module.release();
        assertThat(desk.vending.saleDesk().recover(desk.utility)).isZero();
        assertThat(desk.vending.ledger().verify(desk.utility).faults()).isEmpty();
    }

    @Test
    void module_failingBeforeIssue_leavesAReservation_thatTheRepeatCompletes() {
        MeterPan meter = desk.meter();
        desk.module.fail(Fault.BEFORE);
        Refused refused = refused(desk.sell("before", meter, "50"));
        assertThat(refused.refusal().code()).isEqualTo(RefusalCode.SECURITY_MODULE_UNAVAILABLE);
        assertThat(refused.retryable()).isTrue();
        Sale open = desk.vending
                .saleDesk()
                .sale(desk.utility, refused.saleId().orElseThrow())
                .orElseThrow();
        assertThat(open.state()).isEqualTo(SaleState.UNKNOWN);
        assertThat(desk.vending.saleDesk().byRequest(desk.client, "before")).contains(refused);
        desk.module.release();
        assertThat(sold(desk.sell("before", meter, "50")).id()).isEqualTo(open.id());
    }

    @Test
    void module_losingItsAnswer_givesTheSameTokenLater() throws Exception {
        MeterPan meter = desk.meter();
        desk.module.fail(Fault.AFTER);
        Refused refused = refused(desk.sell("after", meter, "50"));
        long issued = desk.module.status().issuedMessages();
        desk.module.release();
        desk.restart();
        assertThat(desk.vending.saleDesk().recover(desk.utility)).isZero();
        Sale sale = sold(desk.vending.saleDesk().byRequest(desk.client, "after").orElseThrow());
        assertThat(sale.id()).isEqualTo(refused.saleId().orElseThrow());
        assertThat(sale.tokens().getLast().token())
                .isEqualTo(desk.module
                        .find(MessageId.of(sale.id()))
                        .orElseThrow()
                        .tokens()
                        .getFirst());
        assertThat(desk.module.status().issuedMessages()).isEqualTo(issued);
    }

    /** A pool of modules may give an id that is new to any of them, and must look everywhere for one that is not. */
    @Test
    void module_isAskedToRecover_whateverItMayHaveBeenAskedBefore() throws Exception {
        MeterPan meter = desk.meter();
        int calls = desk.module.calls();
        int recoveries = desk.module.recoveries();
        sold(desk.sell("new", meter, "50"));
        assertThat(desk.module.calls()).isEqualTo(calls + 1);
        assertThat(desk.module.recoveries()).isEqualTo(recoveries);

        desk.module.fail(Fault.AFTER);
        refused(desk.sell("repeated", meter, "50"));
        assertThat(desk.module.recoveries()).isEqualTo(recoveries);
        refused(desk.sell("repeated", meter, "50"));
        assertThat(desk.module.recoveries()).isEqualTo(recoveries + 1);
        refused(desk.sell("behind", meter, "50"));
        assertThat(desk.module.recoveries()).isEqualTo(recoveries + 2);

        desk.module.release();
        desk.restart();
        assertThat(desk.vending.saleDesk().recover(desk.utility)).isZero();
        assertThat(desk.module.recoveries()).isEqualTo(recoveries + 3);
        assertThat(desk.module.calls()).isEqualTo(calls + 5);
    }

    @Test
    void module_losingTheAnswerOfAKeyChange_givesTheSameSetLater() {
        MeterPan meter = desk.meter(SaleFixture.ROLLED_OVER, 1, PublishedTariffs.INCLINING);
        desk.module.fail(Fault.AFTER);
        refused(desk.sell("after-change", meter, "50"));
        assertThat(revision(meter)).isEqualTo(1);
        desk.module.release();
        assertThat(sold(desk.sell("after-change", meter, "50")).tokens()).hasSize(5);
        assertThat(revision(meter)).isEqualTo(4);
    }

    @Test
    void module_failingInAnUnforeseenWay_leavesTheSaleOpen() {
        MeterPan meter = desk.meter();
        desk.module.fail(Fault.UNFORESEEN);
        assertThat(refused(desk.sell("unforeseen", meter, "50")).retryable()).isTrue();
        desk.module.release();
        sold(desk.sell("unforeseen", meter, "50"));
    }

    @Test
    void laterSale_ofTheSameMeter_waitsForTheEarlier_soThatIdentifiersLeaveInOrder() {
        MeterPan meter = desk.meter();
        desk.module.fail(Fault.BEFORE);
        Refused first = refused(desk.sell("earlier", meter, "50"));
        Refused second = refused(desk.sell("later", meter, "50"));
        assertThat(second.retryable()).isTrue();
        assertThat(second.saleId()).isEmpty();
        assertThat(desk.vending.saleDesk().byRequest(desk.client, "later")).isEmpty();
        desk.module.release();
        Sale later = sold(desk.sell("later", meter, "50"));
        Sale earlier = sold(desk.sell("earlier", meter, "50"));
        assertThat(earlier.id()).isEqualTo(first.saleId().orElseThrow());
        assertThat(earlier.stamp().orElseThrow().identifier())
                .isLessThan(later.stamp().orElseThrow().identifier());
        assertThat(earlier.decidedAt().orElseThrow())
                .isBeforeOrEqualTo(later.decidedAt().orElseThrow());
    }

    @Test
    void module_refusingForGood_endsTheSale_andBooksItBack() throws Exception {
        MeterPan meter = desk.meter();
        sold(desk.sell("good", meter, "50"));
        AccountPosition before = position(meter);
        desk.issueElsewhere(meter, Duration.ofHours(1)); // ours can never be issued
        Refused refused = refused(desk.sell("final", meter, "50"));
        assertThat(refused.refusal().code()).isEqualTo(RefusalCode.SECURITY_MODULE_REFUSED);
        assertThat(refused.refusal().detail()).contains("TID_NOT_RISING");
        Sale sale = desk.vending
                .saleDesk()
                .sale(desk.utility, refused.saleId().orElseThrow())
                .orElseThrow();
        assertThat(sale.state()).isEqualTo(SaleState.REFUSED);
        assertThat(sale.tokens()).isEmpty();
        assertThat(position(meter)).isEqualTo(before);
        assertThat(desk.sell("final", meter, "50")).isEqualTo(refused);
        desk.clock.advance(Duration.ofHours(2));
        sold(desk.sell("final-2", meter, "50"));
    }

    @Test
    void clockSetBackAnHour_sellsOn_andIdentifiersRise() throws Exception {
        MeterPan meter = desk.meter();
        Sale before = sold(desk.sell("hour", meter, "50"));
        desk.clock.advance(Duration.ofHours(-1));
        Sale after = sold(desk.sell("hour-again", meter, "50"));
        assertThat(after.stamp().orElseThrow().identifier().minutes())
                .isGreaterThan(before.stamp().orElseThrow().identifier().minutes());
        assertThat(after.receiptNumber()).isGreaterThan(before.receiptNumber());
        assertThat(sold(desk.sell("hour", meter, "50"))).as("the same answer").isEqualTo(before);

        desk.module.fail(Fault.AFTER);
        Refused open = refused(desk.sell("hour-crash", meter, "50"));
        desk.module.release();
        desk.restart();
        assertThat(desk.vending.saleDesk().recover(desk.utility)).isZero();
        Sale recovered = sold(desk.sell("hour-crash", meter, "50"));
        assertThat(recovered.id()).isEqualTo(open.saleId().orElseThrow());

        desk.clock.advance(Duration.ofHours(1));
        assertThat(sold(desk.sell("hour-over", meter, "50"))
                        .stamp()
                        .orElseThrow()
                        .identifier()
                        .minutes())
                .isGreaterThan(recovered.stamp().orElseThrow().identifier().minutes());
    }

    @Test
    void module_slow_isWaitedFor_byAllCallersOfTheRequest() throws Exception {
        MeterPan meter = desk.meter();
        desk.module.fail(Fault.SLOW);
        int calls = desk.module.calls();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<SaleAnswer> first =
                    CompletableFuture.supplyAsync(() -> desk.sell("slow", meter, "50"), threads);
            CompletableFuture<SaleAnswer> second =
                    CompletableFuture.supplyAsync(() -> desk.sell("slow", meter, "50"), threads);
            while (desk.module.calls() == calls) {
                Thread.onSpinWait();
            }
            Optional<SaleAnswer> meanwhile = desk.vending.saleDesk().byRequest(desk.client, "slow");
            assertThat(refused(meanwhile.orElseThrow()).refusal().code()).isEqualTo(RefusalCode.SALE_IN_PROGRESS);
            desk.module.release();
            assertThat(sold(first.get())).isEqualTo(sold(second.get()));
        }
    }

    @Test
    void database_connectionsKilled_midSale_leaveNoHalfSale() throws Exception {
        MeterPan[] meters = new MeterPan[10];
        for (int i = 0; i < meters.length; i++) {
            meters[i] = desk.meter();
        }
        AtomicBoolean killing = new AtomicBoolean(true);
        Thread killer = Thread.ofPlatform().start(() -> {
            var superuser = TestDatabase.superuser(desk.url);
            while (killing.get()) {
                superuser.sql("""
                                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                                WHERE usename = 'metermint_server' AND datname = current_database()
                                  AND state LIKE '%transaction%'
                                """).query().listOfRows();
            }
        });
        try {
            for (int i = 0; i < 100; i++) {
                SaleAnswer answer = desk.sell("killed-" + i, meters[i % meters.length], "20");
                if (answer instanceof Refused refused) {
                    assertThat(refused.refusal().code())
                            .isIn(RefusalCode.DATABASE_UNAVAILABLE, RefusalCode.SECURITY_MODULE_UNAVAILABLE);
                }
            }
        } finally {
            killing.set(false);
            killer.join();
        }
        desk.restart();
        assertThat(desk.vending.saleDesk().recover(desk.utility)).isZero();
        for (int i = 0; i < 100; i++) {
            sold(desk.sell("killed-" + i, meters[i % meters.length], "20"));
        }
        for (MeterPan meter : meters) {
            assertThat(TestDatabase.superuser(desk.url)
                            .sql("SELECT count(*) FROM sale WHERE pan = ?")
                            .param(meter.digits())
                            .query(Long.class)
                            .single())
                    .isEqualTo(10);
        }
    }

    private static int revision(MeterPan meter) {
        return desk.vending
                .meters()
                .find(desk.utility, meter)
                .orElseThrow()
                .revision()
                .value();
    }

    private static AccountPosition position(MeterPan meter) {
        return desk.vending
                .customers()
                .accountOf(desk.utility, meter)
                .orElseThrow()
                .position();
    }

    private static Sale sold(SaleAnswer answer) {
        assertThat(answer).isInstanceOf(Sold.class);
        return ((Sold) answer).sale();
    }

    private static Refused refused(SaleAnswer answer) {
        assertThat(answer).isInstanceOf(Refused.class);
        return (Refused) answer;
    }
}
