package org.metermint.vending.shift;

/**
 * That a supervisor went on with what was closed, by a new shift or batch.
 *
 * @param of id of the closed one
 * @param reason 1 to 200 characters
 */
public record Continuation(long of, String reason) {
    public Continuation {
        if (reason.isBlank() || reason.length() > 200) {
            throw new IllegalArgumentException("reason of " + reason.length() + " characters is outside 1..200");
        }
    }
}
