package org.metermint.vending.outbox;

/** A consumer cannot work now, whatever the events are: what it needs does not answer. */
public final class ConsumerUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ConsumerUnavailableException(String message) {
        super(message);
    }
}
