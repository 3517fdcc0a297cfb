package org.metermint.channel.rest;

import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;

/** What is named by a path and is not there. */
final class Missing {
    private Missing() {}

    static RefusedException record(String kind) {
        return new RefusedException(RefusalCode.NOT_FOUND, "this utility has no such " + kind);
    }
}
