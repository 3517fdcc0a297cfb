package org.metermint.secure;

import org.jspecify.annotations.Nullable;

/**
 * Why a module did not do what it was asked. The message names field, value, bound and remedy, and never a key, a meter
 * or a token.
 */
public final class SecurityModuleException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    public SecurityModuleException(Kind kind, String message) {
        this(kind, message, null);
    }

    public SecurityModuleException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** What went wrong. If several things are wrong with a request, the first of this list is told. */
    public enum Kind {
        /** The message id already stands for a request with other parameters. */
        MESSAGE_ID_REUSED(false),
        /** The request breaks a rule that no key and no time would change. */
        NOT_PERMITTED(false),
        /** The module does not know the client, or the client may not ask for this. */
        CLIENT_NOT_PERMITTED(false),
        /** The module holds no vending key of that supply group, revision and type. */
        KEY_ABSENT(false),
        /** The clock stands before the base date of the vending key. */
        BEFORE_BASE_DATE(false),
        /** The vending key is not active yet. */
        KEY_NOT_YET_ACTIVE(false),
        /** The vending key is past its expiry number or its base date has run out. */
        KEY_EXPIRED(false),
        /** The module issues nothing from a date on that its owner set, and the date has come. */
        INHIBITED(false),
        /** The token identifier lies further in the future than the policy of the module allows. */
        TID_TOO_FAR_AHEAD(false),
        /**
         * The amount is greater than a token may carry, or amount or count of the supply group's period are used up.
         * Somebody has to raise the limit or wait for the next period.
         */
        LIMIT_REACHED(false),
        /**
         * The token identifier is not greater than the last one issued for the meter and base date. The request can
         * never succeed; another needs a new message id and a later identifier.
         */
        TID_NOT_RISING(false),
        /** A key of that supply group, revision and type is there already, and it is another one. */
        KEY_PRESENT(false),
        /** The client asks faster than it may; the message says when to come again. */
        TOO_MANY_REQUESTS(true),
        /**
         * The module is closed, out of reach, or could not make the result durable. The fate of the message id is told
         * by repeating the same request, or by looking it up, once the module is back.
         */
        UNAVAILABLE(true),
        /** Another process holds the store. */
        IN_USE(true),
        /** Wrong passphrase, wrong key file, or a key file that others can read. */
        ACCESS_DENIED(false),
        /** The store was written by a newer version of this program. */
        NEWER_FORMAT(false),
        /** The store is damaged or was edited; the message names file and place. */
        CORRUPT(false);

        private final boolean retryable;

        Kind(boolean retryable) {
            this.retryable = retryable;
        }

        /** Whether the same request, repeated later and unchanged, may succeed without anybody changing anything. */
        public boolean retryable() {
            return retryable;
        }
    }
}
