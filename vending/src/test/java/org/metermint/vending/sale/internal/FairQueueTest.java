package org.metermint.vending.sale.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FairQueueTest {
    @Test
    void take_givesOneOfEachOwnerInTurn() {
        FairQueue<String> queue = new FairQueue<>(10);
        List.of("a1", "a2", "a3", "b1", "c1", "b2")
                .forEach(item ->
                        assertThat(queue.offer(item.substring(0, 1), item)).isTrue());
        assertThat(queue.take(4)).containsExactly("a1", "b1", "c1", "a2");
        queue.offer("c", "c2");
        assertThat(queue.take(10)).containsExactly("b2", "a3", "c2");
        assertThat(queue.take(10)).isEmpty();
    }

    @Test
    void offer_stormOfOne_leavesTheLastQuarterToTheOthers() {
        FairQueue<Integer> queue = new FairQueue<>(100);
        int storm = 0;
        while (queue.offer("storm", storm)) {
            storm++;
        }
        assertThat(storm).isEqualTo(100); // alone, it may have every place
        queue.take(30);
        assertThat(queue.offer("other", 0)).isTrue();
        for (int i = 0; i < 100; i++) {
            queue.offer("storm", i);
        }
        assertThat(queue.size()).isEqualTo(75);
        for (int i = 0; i < 25; i++) {
            assertThat(queue.offer("other", i)).isTrue();
        }
        assertThat(queue.offer("other", 99)).isFalse();
        assertThat(queue.offer("third", 99)).isFalse();
    }

    @Test
    void putBack_findsAPlace_whateverTheCapacity() {
        FairQueue<String> queue = new FairQueue<>(2);
        queue.offer("a", "a1");
        queue.offer("a", "a2");
        queue.putBack("a", "a0");
        assertThat(queue.size()).isEqualTo(3);
        assertThat(queue.take(3)).containsExactly("a1", "a2", "a0");
    }

    @Test
    void capacity_belowOne_isRefused() {
        assertThatThrownBy(() -> new FairQueue<String>(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("capacity 0");
    }

    /** Whatever is offered and taken: nothing is lost, nothing comes twice, and each owner's items keep their order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyItem_comesOnce_inTheOrderOfItsOwner(long seed) {
        Random random = new Random(seed);
        FairQueue<int[]> queue = new FairQueue<>(1 + random.nextInt(40));
        Map<Integer, List<Integer>> offered = new HashMap<>();
        Map<Integer, List<Integer>> taken = new HashMap<>();
        for (int step = 0; step < 5_000; step++) {
            if (random.nextInt(3) > 0) {
                int owner = random.nextInt(5);
                if (queue.offer("owner" + owner, new int[] {owner, step})) {
                    offered.computeIfAbsent(owner, key -> new ArrayList<>()).add(step);
                }
            } else {
                queue.take(random.nextInt(6))
                        .forEach(item -> taken.computeIfAbsent(item[0], key -> new ArrayList<>())
                                .add(item[1]));
            }
        }
        queue.take(Integer.MAX_VALUE)
                .forEach(item ->
                        taken.computeIfAbsent(item[0], key -> new ArrayList<>()).add(item[1]));
        assertThat(taken).as("seed %d", seed).isEqualTo(offered);
        assertThat(queue.size()).isZero();
    }
}
