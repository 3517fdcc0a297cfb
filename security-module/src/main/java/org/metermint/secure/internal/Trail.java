package org.metermint.secure.internal;

import java.util.Optional;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.EventKind;
import org.metermint.secure.RecordedEvent;
import org.metermint.secure.SecurityModuleException;

/** The record of what a module did, for those parts of it that have something to tell and to ask. */
interface Trail {
    /**
     * Puts an event into the record; when this returns, it is on the disk.
     *
     * @throws SecurityModuleException of kind UNAVAILABLE if it may not be
     */
    RecordedEvent event(AuditEvent event) throws SecurityModuleException;

    /** The last event of a kind, of all the life of the module. */
    Optional<RecordedEvent> lastEvent(EventKind kind);
}
