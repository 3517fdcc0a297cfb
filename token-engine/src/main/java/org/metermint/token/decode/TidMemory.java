package org.metermint.token.decode;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.metermint.token.TokenIdentifier;

/**
 * The token identifiers that a meter remembers, so that each token works once (IEC 62055-41, token cancellation). It
 * always holds as many as it has places for: a new meter's places hold the minute of its making, and those of one whose
 * memory was emptied hold zero. An identifier below the smallest is old, one among them is used, and any other is
 * welcome, in any order; it then takes the place of the smallest. An immutable value.
 */
public final class TidMemory {
    /** The fewest places that the standard allows. */
    public static final int LEAST_CAPACITY = 50;

    /** Rising; equal values stand for places that were never written. */
    private final int[] minutes;

    private TidMemory(int[] rising) {
        this.minutes = rising;
    }

    /**
     * The memory of a new meter.
     *
     * @param capacity at least {@link #LEAST_CAPACITY}
     * @param made the minute of making, at which tokens become acceptable
     * @throws IllegalArgumentException if the capacity is too small
     */
    public static TidMemory ofNewMeter(int capacity, TokenIdentifier made) {
        int[] places = new int[requireCapacity(capacity)];
        Arrays.fill(places, made.minutes());
        return new TidMemory(places);
    }

    /**
     * A memory that holds the given identifiers, as one that was stored does.
     *
     * @param minutes in any order, at least {@link #LEAST_CAPACITY} of them
     * @throws IllegalArgumentException if they are too few or one is no token identifier
     */
    public static TidMemory of(int... minutes) {
        requireCapacity(minutes.length);
        int[] rising = IntStream.of(minutes)
                .map(value -> new TokenIdentifier(value).minutes())
                .sorted()
                .toArray();
        return new TidMemory(rising);
    }

    private static int requireCapacity(int capacity) {
        if (capacity < LEAST_CAPACITY) {
            throw new IllegalArgumentException("TID memory of " + capacity + " places is below the " + LEAST_CAPACITY
                    + " that the standard asks for");
        }
        return capacity;
    }

    /** Whether the identifier is smaller than every one in memory. */
    public boolean isOld(TokenIdentifier tid) {
        return tid.minutes() < minutes[0];
    }

    /** Whether the identifier is in memory. */
    public boolean isUsed(TokenIdentifier tid) {
        return Arrays.binarySearch(minutes, tid.minutes()) >= 0;
    }

    /**
     * The memory after a token was accepted: its identifier takes the place of the smallest.
     *
     * @throws IllegalArgumentException if the identifier is old or used
     */
    public TidMemory with(TokenIdentifier tid) {
        if (isOld(tid) || isUsed(tid)) {
            throw new IllegalArgumentException("token identifier " + tid.minutes() + " is old or used already");
        }
        int[] rising = minutes.clone();
        rising[0] = tid.minutes();
        Arrays.sort(rising);
        return new TidMemory(rising);
    }

    /** A memory of the same size in which every place is zero, as a key change with roll-over leaves it. */
    public TidMemory emptied() {
        return new TidMemory(new int[minutes.length]);
    }

    /** How many identifiers are remembered. */
    public int capacity() {
        return minutes.length;
    }

    /** The identifiers in memory, rising, as minutes; a copy. */
    public int[] minutes() {
        return minutes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TidMemory memory && Arrays.equals(memory.minutes, minutes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(minutes);
    }

    @Override
    public String toString() {
        return "TidMemory[" + minutes.length + " places, " + minutes[0] + ".." + minutes[minutes.length - 1] + "]";
    }
}
