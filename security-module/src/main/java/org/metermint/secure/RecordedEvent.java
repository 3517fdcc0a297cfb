package org.metermint.secure;

import java.time.Instant;

/**
 * An event that is on the disk.
 *
 * @param record its number among all records of the module
 * @param time of the record, which never decreases from one to the next
 */
public record RecordedEvent(long record, Instant time, AuditEvent event) {}
