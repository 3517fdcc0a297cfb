package org.metermint.vending.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.metermint.vending.database.UtilityId;

class RegularTasksTest {
    private static final List<UtilityId> THREE = List.of(new UtilityId(1), new UtilityId(2), new UtilityId(3));
    private static final Duration SOON = Duration.ofMillis(1);

    @Test
    void task_runsAtOnceAndAgain() throws Exception {
        CountDownLatch runs = new CountDownLatch(3);
        try (RegularTasks tasks = new RegularTasks(() -> THREE, SOON)) {
            tasks.every(SOON, "count", runs::countDown);
            assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void taskThatFails_isTriedAgainSoon_andKeepsNoOtherFromRunning() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch succeeded = new CountDownLatch(1);
        CountDownLatch other = new CountDownLatch(1);
        try (RegularTasks tasks = new RegularTasks(() -> THREE, SOON)) {
            tasks.every(Duration.ofDays(1), "fail twice", () -> {
                if (attempts.incrementAndGet() < 3) {
                    throw new IllegalStateException("the test says so");
                }
                succeeded.countDown();
            });
            tasks.every(Duration.ofDays(1), "other", other::countDown);
            assertThat(other.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(succeeded.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(attempts).hasValue(3);
    }

    @Test
    void failureForOneUtility_doesNotStopTheOthers() {
        List<UtilityId> done = new ArrayList<>();
        assertThatThrownBy(() -> RegularTasks.forEachUtility("close", THREE, utility -> {
                    if (utility.value() == 2) {
                        throw new IllegalStateException("the test says so");
                    }
                    done.add(utility);
                }))
                .isInstanceOf(RegularTasks.IncompleteException.class)
                .hasMessage("close failed for 1 of 3 utilities")
                .hasSuppressedException(new IllegalStateException("the test says so"));
        assertThat(done).containsExactly(THREE.getFirst(), THREE.getLast());
    }
}
