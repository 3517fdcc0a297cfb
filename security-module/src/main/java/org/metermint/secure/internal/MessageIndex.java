package org.metermint.secure.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Where in the record a message id may stand. An entry is one {@code long}: 20 bits of the id's hash and the 44-bit
 * place of its frame, so a look-up gives candidates that the reader of the record confirms; a false one comes about
 * once in a million entries probed.
 *
 * <p>Memory grows by tables and never by copying; the first takes 2 MiB for 196,608 messages, a later one as much as
 * all before it, up to 32 MiB: 10.7 octets a message, and twice that while the newest table is empty. A look-up probes every table,
 * newest first: 4 for a million messages, 8 for ten million, 17 for forty million. Whole tables are forgotten once the youngest of their messages is.
 * Tables lie outside of the heap while there is room: they live for weeks, and a heap that they fill would be collected in vain.
 */
final class MessageIndex {
    private static final int FIRST_SLOTS = 1 << 18;
    private static final int MOST_SLOTS = 1 << 22;
    private static final int PLACE_BITS = 44;
    private static final long PLACE_MASK = (1L << PLACE_BITS) - 1;

    /** Entries by their hash, in linear probing, at most three quarters full. */
    private static final class Table {
        final LongBuffer slots;
        int left;
        long youngest;

        Table(int slots) {
            this.slots = room(slots);
            this.left = slots / 4 * 3;
        }
    }

    private static final long[] NONE = {};

    /**
     * Room beside the heap, or in it: a message is durable before it is entered here, and one that could not be entered
     * would be issued again.
     */
    private static LongBuffer room(int slots) {
        try {
            return ByteBuffer.allocateDirect(slots * Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asLongBuffer();
        } catch (OutOfMemoryError e) {
            return LongBuffer.allocate(slots);
        }
    }

    private final long seed;
    private final List<Table> tables = new ArrayList<>();
    private long size;

    MessageIndex(RandomGenerator random) {
        this.seed = random.nextLong();
    }

    /**
     * Enters an id; the same id twice is the caller's mistake and gives two candidates.
     *
     * @param place not before that of the last id entered; of it the lower 44 bits are kept
     */
    void add(MessageKey id, long place) {
        if (place <= 0) {
            throw new IllegalArgumentException("place " + place + " in the record is not above 0");
        }
        if (tables.isEmpty() || tables.getLast().left == 0) {
            tables.add(new Table(nextSlots()));
        }
        Table table = tables.getLast();
        int mask = table.slots.capacity() - 1;
        long hash = hash(id);
        int slot = (int) hash & mask;
        while (table.slots.get(slot) != 0) {
            slot = slot + 1 & mask;
        }
        table.slots.put(slot, (hash & ~PLACE_MASK) | (place & PLACE_MASK));
        table.left--;
        table.youngest = place;
        size++;
    }

    private int nextSlots() {
        long wanted = Long.highestOneBit(Math.max(1, size * 4 / 3)); // three quarters full
        return Math.clamp(wanted, FIRST_SLOTS, MOST_SLOTS);
    }

    /** The frames in which the id may stand, by the lower 44 bits of their places; empty means that it stands in none. */
    long[] candidates(MessageKey id) {
        long hash = hash(id);
        long[] found = NONE;
        for (int t = tables.size() - 1; t >= 0; t--) {
            LongBuffer slots = tables.get(t).slots;
            int mask = slots.capacity() - 1;
            int slot = (int) hash & mask;
            for (long entry = slots.get(slot); entry != 0; entry = slots.get(slot)) {
                if (((entry ^ hash) & ~PLACE_MASK) == 0) {
                    found = Arrays.copyOf(found, found.length + 1);
                    found[found.length - 1] = entry & PLACE_MASK;
                }
                slot = slot + 1 & mask;
            }
        }
        return found;
    }

    /** Forgets tables of which every entry has a place before this one. */
    void forgetBefore(long place) {
        while (!tables.isEmpty() && tables.getFirst().youngest < place) {
            Table forgotten = tables.removeFirst();
            size -= forgotten.slots.capacity() / 4 * 3 - forgotten.left;
        }
    }

    /** How many ids are held; among them may be some that the record has forgotten already. */
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
