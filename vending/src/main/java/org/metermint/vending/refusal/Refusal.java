package org.metermint.vending.refusal;

import java.util.Objects;

/**
 * One refusal: its code, and the particulars in words.
 *
 * @param detail field, value and bound; no key, meter, customer or token, so that it may stand in a log
 */
public record Refusal(RefusalCode code, String detail) {
    public Refusal {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(detail, "detail");
    }

    /** The refusal as an exception, for calls that answer with a record. */
    public RefusedException toException() {
        return new RefusedException(this);
    }
}
