package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.metermint.token.BaseDate;
import org.metermint.token.MeterPan;
import org.metermint.token.TokenIdentifier;

class TidMemoryTest {
    @Test
    void last_afterAnyHistory_isTheGreatestOfEachMeter() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TidMemory memory = new TidMemory();
        Map<Long, Integer> model = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            long meter = random.nextLong(1, 20_000);
            int minutes = random.nextInt(1 << 24);
            memory.record(meter, new TokenIdentifier(minutes));
            model.merge(meter, minutes, Math::max);
        }
        model.forEach((meter, minutes) ->
                assertThat(memory.last(meter)).as("seed %d", seed).isEqualTo(minutes));
        assertThat(memory.size()).isEqualTo(model.size());
        assertThat(memory.last(30_000)).isEqualTo(TidMemory.NONE);
    }

    @Test
    @Timeout(60)
    void last_whileOthersAreRecorded_isWhatWasRecordedBefore() throws Exception {
        int meters = 300_000;
        TidMemory memory = new TidMemory();
        AtomicInteger recorded = new AtomicInteger();
        try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
            Future<?> writing = writer.submit(() -> {
                for (int meter = 1; meter <= meters; meter++) {
                    memory.record(meter, new TokenIdentifier(meter));
                    recorded.set(meter);
                }
            });
            for (int known = 0; known < meters; known = recorded.get()) {
                if (known > 0) {
                    assertThat(memory.last(known)).isEqualTo(known);
                    assertThat(memory.last(1)).isEqualTo(1);
                }
            }
            writing.get();
        }
    }

    @Test
    void baseDates_ofOneMeter_areApart() {
        MeterPan pan = new MeterPan("600727000000000009");
        assertThat(BaseDate.values())
                .extracting(base -> TidMemory.key(pan, base))
                .doesNotHaveDuplicates();
    }
}
