package org.metermint.secure.network;

import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.ErrorCode;

/**
 * Which error code a client meets when the module refuses. Kinds without a code of their own come as {@code ESm}, whose
 * text names the kind first, so that a client that knows them can tell them apart.
 */
final class Faults {
    private Faults() {}

    /** The error code of a kind. */
    static ErrorCode code(SecurityModuleException.Kind kind) {
        return switch (kind) {
            case CLIENT_NOT_PERMITTED -> ErrorCode.AUTHENTICATION_PERMISSION;
            case KEY_ABSENT -> ErrorCode.KEYSTORE_NOT_FOUND;
            case BEFORE_BASE_DATE -> ErrorCode.VENDING_KEY_BEFORE_BASE_DATE;
            case KEY_EXPIRED -> ErrorCode.VENDING_KEY_EXPIRED;
            case MESSAGE_ID_REUSED,
                    NOT_PERMITTED,
                    KEY_NOT_YET_ACTIVE,
                    INHIBITED,
                    TID_TOO_FAR_AHEAD,
                    LIMIT_REACHED,
                    TID_NOT_RISING,
                    KEY_PRESENT,
                    TOO_MANY_REQUESTS,
                    UNAVAILABLE,
                    IN_USE,
                    ACCESS_DENIED,
                    NEWER_FORMAT,
                    CORRUPT -> ErrorCode.SECURITY_MODULE;
        };
    }

    /** What a client is told of a refusal. */
    static ApiException of(SecurityModuleException refusal) {
        ErrorCode code = code(refusal.kind());
        String reason = String.valueOf(refusal.getMessage());
        return switch (code) {
            case KEYSTORE_NOT_FOUND -> new ApiException(new ApiException.Fault(code.code(), reason));
            case SECURITY_MODULE -> code.with(refusal.kind(), reason);
            default -> code.with(reason);
        };
    }
}
