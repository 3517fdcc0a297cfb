package org.metermint.app;

import org.jspecify.annotations.Nullable;

/**
 * Something that went wrong for a reason that its reader can act on: what happened in plain words, and the remedy. It
 * is printed without a stack trace. Anything else that reaches the top of a command is a bug and keeps its trace.
 */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String remedy;

    public CommandFailure(String message, String remedy) {
        this(message, remedy, null);
    }

    public CommandFailure(String message, String remedy, @Nullable Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** What its reader can do about it, as a sentence. */
    public String remedy() {
        return remedy;
    }
}
