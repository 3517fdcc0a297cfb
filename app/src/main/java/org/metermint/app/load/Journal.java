package org.metermint.app.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is known of every order: how it ended, a digest of the answer that decided it, the sale's id and its token. That
 * is all that a check afterwards needs, in some 50 octets an order.
 */
final class Journal {

    /** How an order stands. */
    enum State {
        /** Sent, and not answered so that anything is decided. */
        OPEN,
        /** Answered 201 with a sale and its token. */
        SOLD,
        /** Answered with a refusal that binds. */
        REFUSED,
        /** It was never sent: it waited too long for a connection. */
        UNSENT
    }

    private static final int CHUNK_BITS = 14;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private static final class Chunk {
        private final State[] state = new State[CHUNK];
        private final long[] digestHigh = new long[CHUNK];
        private final long[] digestLow = new long[CHUNK];
        private final long[] idHigh = new long[CHUNK];
        private final long[] idLow = new long[CHUNK];
        private final long[] token = new long[CHUNK];

        private Chunk() {
            Arrays.fill(state, State.OPEN);
        }
    }

    private final List<Chunk> chunks = new ArrayList<>();
    private long size;

    /** Opens the next order and gives its number. */
    long open() {
        if (size == (long) chunks.size() << CHUNK_BITS) {
            chunks.add(new Chunk());
        }
        return size++;
    }

    long size() {
        return size;
    }

    State state(long ordinal) {
        return chunk(ordinal).state[place(ordinal)];
    }

    void drop(long ordinal) {
        chunk(ordinal).state[place(ordinal)] = State.UNSENT;
    }

    /** Keeps what decided an order. */
    void decide(long ordinal, State state, Digest digest, AnswerFields fields) {
        Chunk chunk = chunk(ordinal);
        int place = place(ordinal);
        chunk.state[place] = state;
        chunk.digestHigh[place] = digest.high();
        chunk.digestLow[place] = digest.low();
        if (state == State.SOLD) {
            chunk.idHigh[place] = fields.idHigh();
            chunk.idLow[place] = fields.idLow();
            chunk.token[place] = fields.token();
        }
    }

    /** Whether the answer that decided an order has this digest. */
    boolean wasAnswered(long ordinal, Digest digest) {
        Chunk chunk = chunk(ordinal);
        int place = place(ordinal);
        return chunk.digestHigh[place] == digest.high() && chunk.digestLow[place] == digest.low();
    }

    long idHigh(long ordinal) {
        return chunk(ordinal).idHigh[place(ordinal)];
    }

    long idLow(long ordinal) {
        return chunk(ordinal).idLow[place(ordinal)];
    }

    long token(long ordinal) {
        return chunk(ordinal).token[place(ordinal)];
    }

    private Chunk chunk(long ordinal) {
        return chunks.get((int) (ordinal >>> CHUNK_BITS));
    }

    private static int place(long ordinal) {
        return (int) ordinal & (CHUNK - 1);
    }
}
