package org.metermint.secure.internal;

import java.util.Map;
import org.metermint.secure.SecurityModuleException;

/**
 * Something that was done to the keys, for the record of what the module did.
 *
 * @param by who did it
 * @param facts in words and digits, nothing secret
 */
record CustodyEvent(Kind kind, String by, Map<String, String> facts) {
    enum Kind {
        STORE_CREATED,
        KEY_TAKEN_IN,
        KEY_EXPIRED,
        KEY_DESTROYED,
        KEK_ROTATED,
        CEREMONY_STEP,
        BACKUP_MADE,
        RESTORED
    }

    /** Where events go. */
    @FunctionalInterface
    interface Trail {
        /** Takes note of an event; durable when it returns. */
        void append(CustodyEvent event) throws SecurityModuleException;
    }
}
