package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
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
    void baseDates_ofOneMeter_areApart() {
        MeterPan pan = new MeterPan("600727000000000009");
        assertThat(BaseDate.values())
                .extracting(base -> TidMemory.key(pan, base))
                .doesNotHaveDuplicates();
    }
}
