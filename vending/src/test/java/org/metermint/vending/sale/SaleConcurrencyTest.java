package org.metermint.vending.sale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.metermint.token.MeterPan;
import org.metermint.vending.FaultyModule;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.Vending;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.vendor.ClientIdentity;

@Tag("database")
class SaleConcurrencyTest {
    private static final int REQUESTS = 1_000;
    private static final int COPIES = 8;
    private static final int METERS = 40;
    private static final int REPEATS = 10;

    /** Nothing was decided, because of the load: the till asks again. */
    private static final Set<RefusalCode> POSTPONED =
            EnumSet.of(RefusalCode.DATABASE_UNAVAILABLE, RefusalCode.OVERLOADED);

    /** Half the copies go to a second server on the same database: identity is not a matter of one process. */
    @Test
    void eachOf1000Requests_sent8TimesAtOnce_isOneSale_withIdenticalAnswers() throws Exception {
        long seed = new Random().nextLong();
        try (SaleFixture desk = new SaleFixture();
                var pool = TestDatabase.pool(desk.url, 8);
                Vending second = new Vending(pool, desk.module, desk.clock, new java.security.SecureRandom());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<MeterPan> meters = new ArrayList<>();
            for (int i = 0; i < METERS; i++) {
                meters.add(desk.meter());
            }
            List<Integer> order = new ArrayList<>();
            for (int copy = 0; copy < COPIES; copy++) {
                for (int request = 0; request < REQUESTS; request++) {
                    order.add(request * COPIES + copy);
                }
            }
            Collections.shuffle(order.subList(0, order.size()), new Random(seed));
            order.sort(java.util.Comparator.comparingInt(sent -> sent / COPIES / 100)); // waves of 800 at once
            Map<Integer, Set<SaleAnswer>> answers = new ConcurrentHashMap<>();
            Semaphore places = new Semaphore(1600);
            CountDownLatch done = new CountDownLatch(order.size());
            Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            for (int sent : order) {
                int request = sent / COPIES;
                SaleDesk target = sent % 2 == 0 ? desk.vending.saleDesk() : second.saleDesk();
                places.acquire();
                threads.execute(() -> {
                    try {
                        SaleAnswer answer = answer(
                                target,
                                desk.client,
                                SaleFixture.request("r-" + request, meters.get(request % METERS), "20.00"));
                        answers.computeIfAbsent(request, key -> ConcurrentHashMap.newKeySet())
                                .add(answer);
                    } catch (RuntimeException | Error e) {
                        failures.add(e);
                    } finally {
                        places.release();
                        done.countDown();
                    }
                });
            }
            done.await();

            assertThat(failures).as("failures, seed %d", seed).isEmpty();
            Set<String> tokens = new HashSet<>();
            Set<String> identifiers = new HashSet<>();
            for (int request = 0; request < REQUESTS; request++) {
                Set<SaleAnswer> given = answers.get(request);
                assertThat(given)
                        .as("answers to request %d, seed %d", request, seed)
                        .hasSize(1);
                SaleAnswer answer = given.iterator().next();
                assertThat(answer)
                        .as("answer to request %d, seed %d", request, seed)
                        .isInstanceOf(Sold.class);
                Sale sale = ((Sold) answer).sale();
                tokens.add(sale.tokens().getLast().token().digits());
                identifiers.add(sale.meter() + "/"
                        + sale.stamp().orElseThrow().identifier().minutes());
            }
            assertThat(tokens).hasSize(REQUESTS);
            assertThat(identifiers).hasSize(REQUESTS);
            var verification = desk.vending.ledger().verify(desk.utility);
            assertThat(verification.faults()).isEmpty();
            assertThat(verification.sales()).isEqualTo(REQUESTS);
            assertThat(desk.vending.ledger().balances(desk.utility).stream()
                            .filter(account -> account.code().equals("float/corner-shop"))
                            .findFirst()
                            .orElseThrow()
                            .balance())
                    .isEqualTo(REQUESTS * 2_000L);
            // the module counted as many as there are sales: no token without a row
            assertThat(desk.module.status().issuedMessages()).isEqualTo(REQUESTS);
        }
    }

    /** The other server has ended the sale that a batch wants to complete: what else is in the batch must not suffer. */
    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void saleThatAnotherServerEnded_failsNoNeighbour() throws Exception {
        try (SaleFixture desk = new SaleFixture();
                var pool = TestDatabase.pool(desk.url, 4);
                Vending second = new Vending(pool, desk.module, desk.clock, new java.security.SecureRandom());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 30; round++) {
                SaleRequest both = SaleFixture.request("both-" + round, desk.meter(), "20.00");
                SaleRequest neighbour = SaleFixture.request("neighbour-" + round, desk.meter(), "20.00");
                int calls = desk.module.calls();
                desk.module.fail(FaultyModule.Fault.SLOW);
                List<Future<SaleAnswer>> answers = new ArrayList<>();
                answers.add(threads.submit(() -> desk.vending.saleDesk().sell(desk.client, both)));
                while (desk.module.calls() == calls) {
                    Thread.onSpinWait();
                }
                answers.add(threads.submit(() -> second.saleDesk().sell(desk.client, both)));
                answers.add(threads.submit(() -> desk.vending.saleDesk().sell(desk.client, neighbour)));
                while (desk.module.recoveries() <= round) {
                    Thread.onSpinWait();
                }
                desk.module.release();
                for (Future<SaleAnswer> answer : answers) {
                    assertThat(answer.get()).as("round %d", round).isInstanceOf(Sold.class);
                }
                assertThat(answers.get(0).get()).isEqualTo(answers.get(1).get());
            }
            assertThat(desk.vending.ledger().verify(desk.utility).faults()).isEmpty();
        }
    }

    /** As a till does it: an answer that says that nobody knows yet is no answer. A machine under load gives some. */
    private static SaleAnswer answer(SaleDesk desk, ClientIdentity client, SaleRequest request) {
        SaleAnswer answer = desk.sell(client, request);
        for (int again = 0; again < REPEATS && isPostponed(answer); again++) {
            answer = desk.sell(client, request);
        }
        return answer;
    }

    private static boolean isPostponed(SaleAnswer answer) {
        return answer instanceof SaleAnswer.Refused refused
                && POSTPONED.contains(refused.refusal().code());
    }
}
