package org.metermint.secure.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Where in the journal a message id may stand. An entry is one {@code long}: 24 bits of the id's hash and the 40-bit
 * place of its frame, so a look-up gives candidates that the reader of the journal confirms; a false one comes about
 * once in 16 million entries probed.
 *
 * <p>Memory grows by a table of 2 MiB with every 196,608 messages, 10.7 octets each, and never by copying: a million
 * messages take 12 MiB, ten million 102 MiB. A look-up probes every table, newest first.
 */
final class MessageIndex {
    private static final int SLOTS = 1 << 18;
    private static final int CAPACITY = SLOTS / 4 * 3;
    private static final int PLACE_BITS = 40;
    private static final long PLACE_MASK = (1L << PLACE_BITS) - 1;

    private final long seed;
    private final List<long[]> tables = new ArrayList<>();
    private long size;

    MessageIndex(RandomGenerator random) {
        this.seed = random.nextLong();
    }

    /** Enters an id; the same id twice is the caller's mistake and gives two candidates. */
    void add(MessageKey id, long place) {
        if (place <= 0 || place > PLACE_MASK) {
            throw new IllegalArgumentException("place " + place + " in the journal is outside 1.." + PLACE_MASK);
        }
        if (size == (long) tables.size() * CAPACITY) {
            tables.add(new long[SLOTS]);
        }
        long[] table = tables.getLast();
        long hash = hash(id);
        int slot = (int) hash & SLOTS - 1;
        while (table[slot] != 0) {
            slot = slot + 1 & SLOTS - 1;
        }
        table[slot] = (hash & ~PLACE_MASK) | place;
        size++;
    }

    /** The frames in which the id may stand; empty means that it stands in none. */
    long[] candidates(MessageKey id) {
        long hash = hash(id);
        long[] found = new long[0];
        for (int t = tables.size() - 1; t >= 0; t--) {
            long[] table = tables.get(t);
            for (int slot = (int) hash & SLOTS - 1; table[slot] != 0; slot = slot + 1 & SLOTS - 1) {
                if (((table[slot] ^ hash) & ~PLACE_MASK) == 0) {
                    found = Arrays.copyOf(found, found.length + 1);
                    found[found.length - 1] = table[slot] & PLACE_MASK;
                }
            }
        }
        return found;
    }

    long size() {
        return size;
    }

    /** A keyed mix, so that ids made to collide in one process do not in the next. */
    private long hash(MessageKey id) {
        long hash = absorb(seed, id.client().text());
        return absorb(hash ^ seed, id.id().text());
    }

    private static long absorb(long state, String text) {
        long hash = mix(state ^ text.length());
        long word = 0;
        for (int i = 0; i < text.length(); i++) {
            word = word << 8 | text.charAt(i);
            if ((i & 7) == 7) {
                hash = mix(hash ^ word);
                word = 0;
            }
        }
        return mix(hash ^ word);
    }

    /** The finalizer of SplitMix64: every input bit changes every output bit with probability one half. */
    static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
