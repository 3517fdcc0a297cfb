package org.metermint.simulation.world;

import java.util.concurrent.CountDownLatch;

/** How the security module answers at present. It outlives the server. */
final class Mood {
    enum Kind {
        WELL,
        /** Is not there: nothing is issued. */
        FAILS_BEFORE,
        /** Issues durably, and the answer is lost. */
        FAILS_AFTER,
        /** Answers some requests of many, and is gone before the others. */
        IN_PART,
        /** Fails in a way that its interface does not know. */
        UNFORESEEN,
        /** Takes requests, and answers when it is let. */
        SLOW
    }

    private Kind kind = Kind.WELL;
    private int served;
    private CountDownLatch taken = new CountDownLatch(1);
    private CountDownLatch release = new CountDownLatch(1);

    synchronized Kind kind() {
        return kind;
    }

    /** Changes the mood; whoever was held by the old one goes on. */
    synchronized void become(Kind next, int servedFirst) {
        kind = next;
        served = servedFirst;
        release.countDown();
        taken = new CountDownLatch(1);
        release = new CountDownLatch(1);
    }

    /** The mood for one request: in part, the first of them are served. */
    synchronized Kind forOne() {
        return kind == Kind.IN_PART ? served-- > 0 ? Kind.WELL : Kind.FAILS_BEFORE : kind;
    }

    /** Opened when a request is held. */
    synchronized CountDownLatch taken() {
        return taken;
    }

    /** Holds a request until the mood changes. */
    void hold() throws InterruptedException {
        CountDownLatch until;
        synchronized (this) {
            if (kind != Kind.SLOW) {
                return;
            }
            taken.countDown();
            until = release;
        }
        until.await();
    }
}
