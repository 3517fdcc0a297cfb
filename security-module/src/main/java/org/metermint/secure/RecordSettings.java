package org.metermint.secure;

import java.time.Duration;

/**
 * How a module keeps its record.
 *
 * @param segmentOctets the size at which a file of the record is closed and the next begun; one is begun every day too
 * @param retention how long the same message id gives the same tokens; the record itself stays for ever, without the
 *     tokens. Memory grows with the messages of this time: 11 to 22 octets for each, and 2 MiB at least
 */
public record RecordSettings(long segmentOctets, Duration retention) {
    /** The largest size of a segment, in octets. */
    public static final long MAX_SEGMENT_OCTETS = 64 << 20;

    /** Segments of 64 MiB, results for 40 days. */
    public static final RecordSettings STANDARD = new RecordSettings(MAX_SEGMENT_OCTETS, Duration.ofDays(40));

    public RecordSettings {
        if (segmentOctets < 1 || segmentOctets > MAX_SEGMENT_OCTETS) {
            throw new IllegalArgumentException(
                    "segments of " + segmentOctets + " octets are outside 1.." + MAX_SEGMENT_OCTETS);
        }
        if (retention.compareTo(Duration.ofHours(1)) < 0) {
            throw new IllegalArgumentException("a retention of " + retention
                    + " is below an hour, within which every caller must be able to repeat");
        }
    }
}
