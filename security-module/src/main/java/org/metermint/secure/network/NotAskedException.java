package org.metermint.secure.network;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.SecurityModuleException;

/**
 * The cause of a failure before the request left: no connection, no session. The module was not asked, so that another
 * one may be.
 */
final class NotAskedException extends IOException {
    private static final long serialVersionUID = 1;

    NotAskedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether it is certain that the module has not seen the request behind a failure. */
    static boolean isCauseOf(SecurityModuleException failure) {
        return failure.getCause() instanceof NotAskedException;
    }
}
