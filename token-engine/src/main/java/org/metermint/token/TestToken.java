package org.metermint.token;

/** A token that any meter of a maker takes, as often as it is entered: tests and displays. */
public sealed interface TestToken extends KnownToken
        permits InitiateMeterTestDisplay1, InitiateMeterTestDisplay2, ExtendedRead {
    /** Whose meters are meant. */
    ManufacturerCode manufacturer();
}
