package org.metermint.secure.pkcs11;

import org.jspecify.annotations.Nullable;

/** What a PKCS#11 library answered, out of the exceptions that the JDK's provider wraps it in. */
final class Failures {
    private Failures() {}

    /** The return value of PKCS#11, as CKR_PIN_INCORRECT, or the innermost message. */
    static String reason(@Nullable Throwable failure) {
        String reason = "no reason given";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null) {
                reason = message;
            }
        }
        return reason;
    }
}
