package org.metermint.vending.sale.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.metermint.token.MeterPan;
import org.metermint.vending.FaultyModule.Fault;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.sale.SaleRequest;

/** How many lanes sell: each that has reserved something stands in a module that does not answer. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LanesTest {
    private static final int FEW = 40;
    private static final int CROWD = 240;

    @Test
    void oneLaneSells_untilACrowdComes() throws Exception {
        try (SaleFixture fixture = new SaleFixture(4);
                BatchingSaleDesk desk = TestDesk.of(fixture, Duration.ofMinutes(1), 2 * CROWD);
                ExecutorService tills = Executors.newVirtualThreadPerTaskExecutor()) {
            List<MeterPan> meters = new ArrayList<>();
            for (int i = 0; i < CROWD; i++) {
                meters.add(fixture.meter());
            }
            fixture.module.fail(Fault.SLOW);
            List<Thread> few = new ArrayList<>();
            List<Future<SaleAnswer>> sales = new ArrayList<>();
            try {
                for (MeterPan meter : meters.subList(0, FEW)) {
                    FutureTask<SaleAnswer> sale = new FutureTask<>(() -> desk.sell(fixture.client, request(meter)));
                    few.add(Thread.startVirtualThread(sale));
                    sales.add(sale);
                }
                for (Thread till : few) {
                    while (till.getState() != Thread.State.TIMED_WAITING) {
                        Thread.onSpinWait();
                    }
                }
                awaitCalls(fixture, 1);
                assertThat(fixture.module.calls())
                        .as("lanes, of %d requests", FEW)
                        .isOne();

                for (MeterPan meter : meters.subList(FEW, CROWD)) {
                    sales.add(tills.submit(() -> desk.sell(fixture.client, request(meter))));
                }
                awaitCalls(fixture, 2);
            } finally {
                fixture.module.release();
            }
            for (Future<SaleAnswer> sale : sales) {
                assertThat(sale.get()).isInstanceOf(Sold.class);
            }
            assertThat(fixture.vending.ledger().verify(fixture.utility).proved())
                    .isTrue();
        }
    }

    private static SaleRequest request(MeterPan meter) {
        return SaleFixture.request("r-" + meter.digits(), meter, "20");
    }

    /** Until so many lanes stand in the module; the test's time limit bounds it. */
    private static void awaitCalls(SaleFixture fixture, int lanes) {
        while (fixture.module.calls() < lanes) {
            Thread.onSpinWait();
        }
    }
}
