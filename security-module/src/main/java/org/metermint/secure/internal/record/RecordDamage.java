package org.metermint.secure.internal.record;

import java.nio.file.Path;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/** A deviation that no crash explains: something that was acknowledged is not as it was. */
public final class RecordDamage extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Path file;
    private final long place;
    private final long record;
    private final Kind kind;

    public RecordDamage(Path file, long place, long record, String what) {
        this(Kind.CORRUPT, file, place, record, what);
    }

    RecordDamage(Kind kind, Path file, long place, long record, String what) {
        super(what);
        this.kind = kind;
        this.file = file;
        this.place = place;
        this.record = record;
    }

    public Path file() {
        return file;
    }

    /** The octet of the file at which the damaged part begins. */
    public long place() {
        return place;
    }

    /** The number of the first record that can no longer be trusted. */
    public long record() {
        return record;
    }

    /** The same for whoever opens a module. */
    public SecurityModuleException refusal() {
        String remedy = kind == Kind.NEWER_FORMAT
                ? "; run the version of the program that wrote it, or a later one"
                : "; keep the files for inspection and restore the whole directory from its last copy";
        return new SecurityModuleException(kind, file + ", octet " + place + ": " + getMessage() + remedy, this);
    }
}
