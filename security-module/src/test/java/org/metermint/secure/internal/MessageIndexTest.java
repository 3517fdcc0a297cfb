package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;

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
    void forgetBefore_dropsWholeTables_andNoYoungerId() {
        Random random = new Random(3);
        MessageIndex index = new MessageIndex(random);
        int count = 500_000;
        for (int i = 1; i <= count; i++) {
            index.add(key(7, i), i);
        }
        index.forgetBefore(300_000);
        assertThat(index.size()).isBetween(200_000L, 400_000L);
        assertThat(index.candidates(key(7, 1))).isEmpty();
        for (int i = 300_000; i <= count; i += 999) {
            assertThat(index.candidates(key(7, i))).contains(i);
        }
        index.forgetBefore(count + 1L);
        assertThat(index.size()).isZero();
        index.add(key(7, 1), 2L << 44 | 5);
        assertThat(index.candidates(key(7, 1))).containsExactly(5);
    }

    private static MessageKey key(long high, long low) {
        return new MessageKey(ClientName.LOCAL, MessageId.of(new UUID(high, low)));
    }
}
