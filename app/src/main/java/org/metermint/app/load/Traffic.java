package org.metermint.app.load;

/**
 * What goes over the connections of a {@link Generator}: it hands out requests and takes what came of them. All calls
 * come from one thread. Times are nanoseconds since the run began.
 */
interface Traffic {

    /** Why a request got no answer. */
    enum Failure {
        /** None came in time. */
        TIMEOUT,
        /** The connection was refused, or broke. */
        CONNECTION,
        /** What came is no answer. */
        MALFORMED
    }

    /**
     * Hands out the next request, if one is to be sent now: it is written into the exchange, with whatever else the
     * exchange is to remember.
     *
     * @return whether there is one
     */
    boolean next(long now, Exchange exchange);

    /** When there may be another request to send even if no answer comes before; far away if never. */
    long wakeAt(long now);

    /** The answer to a request; its body is good during this call only. */
    void answered(Exchange exchange, AnswerParser answer, long now);

    /** A request got no answer. It may have been taken all the same. */
    void failed(Exchange exchange, Failure why, long now);

    /** Comes at least every few milliseconds. */
    void tick(long now);

    /** Whether the run is over; requests still without an answer then fail. */
    boolean isOver(long now);
}
