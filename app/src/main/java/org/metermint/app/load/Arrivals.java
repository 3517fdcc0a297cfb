package org.metermint.app.load;

import java.util.SplittableRandom;

/** The instants at which requests are due, in nanoseconds since the run began, whatever became of those before. */
final class Arrivals {

    /** How requests follow each other. */
    enum Kind {
        /** Each after the same time. */
        FIXED,
        /** Independent of each other, as customers are: the times between are exponentially distributed. */
        POISSON
    }

    private final Kind kind;
    private final double meanNanos;
    private final SplittableRandom random;
    private double next;

    Arrivals(Kind kind, double perSecond, long seed) {
        this.kind = kind;
        this.meanNanos = 1e9 / perSecond;
        this.random = new SplittableRandom(seed);
    }

    /** When the next is due. */
    long next() {
        return (long) next;
    }

    void advance() {
        next += kind == Kind.FIXED ? meanNanos : -Math.log1p(-random.nextDouble()) * meanNanos;
    }
}
