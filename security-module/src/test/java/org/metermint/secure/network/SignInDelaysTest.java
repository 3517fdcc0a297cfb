package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.metermint.secure.TestModules;

class SignInDelaysTest {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final TestModules.TestClock clock = new TestModules.TestClock();
    private final SignInDelays delays = new SignInDelays(clock, 3, LONGEST);

    @Test
    void pause_doublesWithEveryFailureUpToTheLongest() {
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            delays.failed("user");
            seconds.add(delays.pause("user").toSeconds());
        }
        assertThat(seconds.subList(0, 10)).containsExactly(0L, 0L, 0L, 1L, 2L, 4L, 8L, 16L, 30L, 30L);
        assertThat(seconds.getLast()).isEqualTo(30);
        assertThat(delays.pause("another")).isZero();
    }

    @Test
    void pause_endsWithTimeAndSuccessForgetsTheFailures() {
        for (int i = 0; i < 5; i++) {
            delays.failed("user");
        }
        clock.set(TestModules.NOW.plusMillis(1_999));
        assertThat(delays.pause("user")).isEqualTo(Duration.ofMillis(1));
        clock.set(TestModules.NOW.plusSeconds(2));
        assertThat(delays.pause("user")).isZero();
        delays.failed("user");
        assertThat(delays.pause("user")).isEqualTo(Duration.ofSeconds(4));
        delays.succeeded("user");
        delays.failed("user");
        assertThat(delays.pause("user")).isZero();
        assertThat(delays.entries()).isOne();
    }

    @Test
    void pause_clockSetBack_isNoLongerThanTheLongest() {
        for (int i = 0; i < 20; i++) {
            delays.failed("user");
        }
        clock.set(TestModules.NOW.minus(Duration.ofDays(1)));
        assertThat(delays.pause("user")).isEqualTo(LONGEST);
    }

    @Test
    void failures_ofEverMoreNames_takeABoundedTableAndKeepTheLatest() {
        for (int i = 0; i < 10; i++) {
            delays.failed("early");
        }
        for (int i = 1; i < SignInDelays.MAX_ENTRIES; i++) {
            delays.failed("user-" + i);
        }
        delays.failed("early"); // now the latest of all
        for (int i = 0; i < SignInDelays.MAX_ENTRIES / 2; i++) {
            delays.failed("late-" + i);
        }
        assertThat(delays.entries()).isEqualTo(SignInDelays.MAX_ENTRIES);
        assertThat(delays.pause("early")).isPositive();
    }
}
