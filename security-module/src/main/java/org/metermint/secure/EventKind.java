package org.metermint.secure;

/** What a module does besides issuing, and records. */
public enum EventKind {
    /** A process began to use the module. */
    OPENED(1),
    /** It ended in order; an opening without one before it followed a crash. */
    CLOSED(2),
    /** A vending key came in. */
    KEY_TAKEN_IN(3),
    /** A vending key was expired by hand. */
    KEY_EXPIRED(4),
    /** The octets of a vending key were destroyed. */
    KEY_DESTROYED(5),
    /** The key file got another content; the seal in the facts is that of the new one. */
    KEY_FILE_SEALED(6),
    /** The policy was changed; the digest in the facts is that of the new one. */
    POLICY_CHANGED(7),
    /** The data key was encrypted under another key-encryption key. */
    KEY_ENCRYPTION_KEY_ROTATED(8),
    /** A step of a key ceremony. */
    CEREMONY_STEP(9),
    /** A backup was written. */
    BACKUP_MADE(10),
    /** The module was made from a backup of another. */
    RESTORED(11),
    /** The records of a day were exported. */
    EXPORTED(12),
    /** The clock showed a time before that of the last record, which the records keep until the clock has passed it. */
    CLOCK_SET_BACK(13),
    /** A write that a crash had torn, and that was never answered, was cut off. */
    TAIL_CUT(14),
    /** Results past their retention were dropped. */
    RESULTS_DROPPED(15);

    private final int code;

    EventKind(int code) {
        this.code = code;
    }

    /** The number that stands for the kind in the record, for ever. */
    public int code() {
        return code;
    }

    /**
     * The kind of a code.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static EventKind ofCode(int code) {
        for (EventKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IllegalArgumentException("event kind " + code + " is unknown");
    }
}
