package org.metermint.secure.internal;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.metermint.token.BaseDate;
import org.metermint.token.MeterPan;
import org.metermint.token.TokenIdentifier;

/**
 * The last token identifier issued for each meter and base date: the second line of defence against a token that a
 * meter would have to refuse, or that would be one of two with the same identifier. An open-addressed table of primitive
 * values, 12 octets a slot, between three eighths and three quarters full: 16 to 32 octets for each meter and base date.
 *
 * <p>It has a lock of its own, so that a caller who chooses an identifier need not wait for the disk that another's is on
 * its way to.
 */
final class TidMemory {
    /** What a meter without tokens has: less than every identifier. */
    static final int NONE = -1;

    private static final int INITIAL_SLOTS = 1 << 10;

    private long[] keys = new long[INITIAL_SLOTS];
    private int[] minutes = new int[INITIAL_SLOTS];
    private int size;

    /** The minutes of the last identifier, or {@link #NONE}. */
    synchronized int last(long key) {
        int slot = slotOf(keys, key);
        return keys[slot] == key ? minutes[slot] : NONE;
    }

    /** Takes note of an identifier; an earlier one than is known changes nothing. */
    synchronized void record(long key, TokenIdentifier tid) {
        int slot = slotOf(keys, key);
        if (keys[slot] == 0) {
            keys[slot] = key;
            minutes[slot] = tid.minutes();
            if (++size > keys.length / 4 * 3) {
                grow();
            }
        } else {
            minutes[slot] = Math.max(minutes[slot], tid.minutes());
        }
    }

    int size() {
        return size;
    }

    /** Writes every meter and base date with its last identifier: number(4), then key(8) and minutes(4) of each. */
    void write(DataOutput out) throws IOException {
        out.writeInt(size);
        for (int slot = 0; slot < keys.length; slot++) {
            if (keys[slot] != 0) {
                out.writeLong(keys[slot]);
                out.writeInt(minutes[slot]);
            }
        }
    }

    /** Takes note of everything that {@link #write} wrote. */
    void read(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            record(in.readLong(), new TokenIdentifier(in.readInt()));
        }
    }

    /** A meter and a base date in one non-zero number: 18 digits need 60 bits, the base date two. */
    static long key(MeterPan pan, BaseDate base) {
        return Long.parseLong(pan.digits()) << 2 | baseNumber(base);
    }

    private static int baseNumber(BaseDate base) {
        return switch (base) {
            case BASE_1993 -> 1;
            case BASE_2014 -> 2;
            case BASE_2035 -> 3;
        };
    }

    private static int slotOf(long[] keys, long key) {
        int slot = (int) MessageIndex.mix(key) & keys.length - 1;
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = slot + 1 & keys.length - 1;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldMinutes = minutes;
        keys = new long[oldKeys.length * 2];
        minutes = new int[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int slot = slotOf(keys, oldKeys[i]);
                keys[slot] = oldKeys[i];
                minutes[slot] = oldMinutes[i];
            }
        }
    }
}
