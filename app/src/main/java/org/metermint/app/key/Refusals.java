package org.metermint.app.key;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.secure.SecurityModuleException;

/** What a security module refuses, as a command tells it. */
public final class Refusals {
    private Refusals() {}

    /** A refusal whose message ends with its remedy after the last semicolon. */
    public static CommandFailure of(SecurityModuleException refusal) {
        return of(String.valueOf(refusal.getMessage()), refusal);
    }

    static CommandFailure of(String message, @Nullable Throwable cause) {
        int at = message.lastIndexOf("; ");
        if (at < 0) {
            return new CommandFailure(message, "See docs/operating/keys.md.", cause);
        }
        String remedy = message.substring(at + 2);
        return new CommandFailure(
                message.substring(0, at),
                remedy.substring(0, 1).toUpperCase(Locale.ROOT)
                        + remedy.substring(1)
                        + (remedy.endsWith(".") ? "" : "."),
                cause);
    }
}
