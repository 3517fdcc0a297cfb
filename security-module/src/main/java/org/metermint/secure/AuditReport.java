package org.metermint.secure;

import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What {@link AuditVerifier} found. If the record is damaged, the counts are those of the part before the damage.
 *
 * @param module the id of the module that the record says it is of
 * @param publicKey of the module, 64 hexadecimal digits
 * @param segments files of the record
 * @param firstRecord the number of the first record there; 1 unless earlier segments were archived
 * @param lastRecord the number of the last record that was verified; one less than the first if there is none
 * @param messages verified records that are messages with tokens
 * @param events verified records that are events
 * @param lastTime of the last record; null if there is none
 * @param chainHash which stands for the last record and all before it; keep it elsewhere as an {@link AuditAnchor}
 * @param authenticated whether the key of the record was at hand, and showed that the module itself wrote it
 * @param unfinished what a crash, or a module at work, left at the end of a write that was never answered; null if
 *     nothing
 * @param damage the first deviation that no crash explains; null if there is none
 */
public record AuditReport(
        UUID module,
        String publicKey,
        int segments,
        long firstRecord,
        long lastRecord,
        long messages,
        long events,
        @Nullable Instant lastTime,
        String chainHash,
        boolean authenticated,
        @Nullable Unfinished unfinished,
        @Nullable Damage damage) {

    /** Octets after the last whole frame. */
    public record Unfinished(Path file, long place, long octets) {}

    /**
     * Where a record is not what it was.
     *
     * @param place the octet of the file at which the damaged part begins
     * @param record the number of the first record that cannot be trusted
     */
    public record Damage(Path file, long place, long record, String what) {
        @Override
        public String toString() {
            return "record " + record + ": " + file + ", octet " + place + ": " + what;
        }
    }

    /** Whether everything is as the module wrote it. */
    public boolean isIntact() {
        return damage == null;
    }
}
