package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.metermint.secure.ClientName;
import org.metermint.secure.MessageId;

class MessageIndexTest {
    @Test
    void everyIdAdded_isAmongItsCandidates_acrossTables() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        MessageIndex index = new MessageIndex(random);
        int count = 450_000; // more than two tables
        long idSeed = random.nextLong();
        Random ids = new Random(idSeed);
        for (int i = 1; i <= count; i++) {
            index.add(key(ids.nextLong(), ids.nextLong()), i);
        }
        assertThat(index.size()).isEqualTo(count);
        ids.setSeed(idSeed);
        for (int i = 1; i <= count; i++) {
            assertThat(index.candidates(key(ids.nextLong(), ids.nextLong())))
                    .as("seed %d", seed)
                    .contains(i);
        }
    }

    @Test
    void candidates_ofUnknownIds_areRare() {
        Random random = new Random(5);
        MessageIndex index = new MessageIndex(random);
        for (int i = 1; i <= 190_000; i++) {
            index.add(key(random.nextLong(), i), i);
        }
        int wrong = 0;
        for (int i = 0; i < 100_000; i++) {
            wrong += index.candidates(key(random.nextLong(), -i)).length;
        }
        assertThat(wrong).isLessThan(5);
    }

    @Test
    void add_placeBeyondFortyBits_isRefused() {
        MessageIndex index = new MessageIndex(new Random(1));
        assertThatThrownBy(() -> index.add(key(1, 1), 1L << 40)).hasMessageContaining("outside 1..");
    }

    private static MessageKey key(long high, long low) {
        return new MessageKey(ClientName.LOCAL, MessageId.of(new UUID(high, low)));
    }
}
