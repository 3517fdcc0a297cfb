package org.metermint.meter;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A meter's file cannot be used, or could not be written. The message says which file, what is wrong and what to do; it
 * never holds a key. After any failure to write, the meter is as it was before the call: either in memory and on disk,
 * or, where the disk itself is in doubt, once it has been opened again.
 */
public final class MeterFileException extends IOException {
    private static final long serialVersionUID = 1;

    /** What is wrong. */
    public enum Problem {
        /** There is a file already where a new meter was to be made. */
        EXISTS,
        /** There is no such file. */
        ABSENT,
        /** Another process, or this one, has the meter open. */
        IN_USE,
        /** Others than the owner may read the file, and it holds a key. */
        NOT_PRIVATE,
        /** The file is of another kind. */
        NOT_A_METER,
        /** The file was written by a later version of this program. */
        NEWER_VERSION,
        /** The meter was built with other EA07 tables than those given. */
        OTHER_TABLES,
        /** The file's content is not what was written. */
        DAMAGED,
        /** The disk refused: it is full, or broken. */
        DISK
    }

    private final Problem problem;

    public MeterFileException(Problem problem, String message) {
        this(problem, message, null);
    }

    public MeterFileException(Problem problem, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    /** What is wrong. */
    public Problem problem() {
        return problem;
    }
}
