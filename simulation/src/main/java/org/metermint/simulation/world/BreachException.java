package org.metermint.simulation.world;

/** The world saw what must never be. Its message names seed and step. */
public final class BreachException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BreachException(String message) {
        super(message);
    }
}
