package org.metermint.vending.sale.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.metermint.vending.sale.internal.DecidedReceipts.Gap;

class DecidedReceiptsTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    private final DecidedReceipts decided = new DecidedReceipts();

    @Test
    void gaps_ofNothingKnown_areEverythingFromTheMark() {
        assertThat(decided.gaps(17, START)).containsExactly(new Gap(17, Long.MAX_VALUE));
    }

    @Test
    void gaps_leaveOutWhatIsDecided_andKeepItForTheNextLook() {
        decided.gaps(1, START);
        LongStream.of(1, 2, 3, 5, 8, 7).forEach(decided::add);

        assertThat(decided.gaps(1, START)).containsExactly(new Gap(4, 4), new Gap(6, 6), new Gap(9, Long.MAX_VALUE));
        assertThat(decided.gaps(2, START)).containsExactly(new Gap(4, 4), new Gap(6, 6), new Gap(9, Long.MAX_VALUE));
        assertThat(decided.gaps(6, START)).containsExactly(new Gap(6, 6), new Gap(9, Long.MAX_VALUE));
    }

    @Test
    void gaps_ofAnotherRunOfTheDatabase_areEverythingAgain() {
        decided.gaps(1, START);
        decided.add(1);
        decided.add(2);

        assertThat(decided.gaps(1, START.plusNanos(1000))).containsExactly(new Gap(1, Long.MAX_VALUE));
    }

    @Test
    void gaps_andDecidedNumbers_partTheNumbersBetweenThem() {
        long seed = Long.getLong("metermint.seed", System.nanoTime());
        Random random = new Random(seed);
        TreeSet<Long> model = new TreeSet<>();
        decided.gaps(0, START);
        long from = 0;
        for (int step = 0; step < 20_000; step++) {
            long number = from + random.nextInt(300);
            model.add(number);
            decided.add(number);
            if (step % 50 == 0) {
                from += random.nextInt(40);
                TreeSet<Long> open = new TreeSet<>();
                long end = from + 400;
                long before = -1;
                for (Gap gap : decided.gaps(from, START)) {
                    assertThat(gap.first()).as("gaps rise, seed %d", seed).isGreaterThan(before);
                    before = gap.last();
                    LongStream.rangeClosed(gap.first(), Math.min(gap.last(), end))
                            .forEach(open::add);
                }
                for (long at = from; at <= end; at++) {
                    assertThat(open.contains(at))
                            .as("%d is open, seed %d", at, seed)
                            .isEqualTo(!model.contains(at));
                }
            }
        }
    }
}
