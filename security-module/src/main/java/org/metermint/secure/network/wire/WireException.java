package org.metermint.secure.network.wire;

import org.apache.thrift.TException;
import org.jspecify.annotations.Nullable;

/** A frame that is no message of this interface. The message names the field by its path, as in {@code meterConfig.drn}. */
public sealed class WireException extends TException permits WireException.Malformed, WireException.Unexpected {
    private static final long serialVersionUID = 1;

    private final String path;
    private final String problem;

    private WireException(String path, String problem, @Nullable Throwable cause) {
        super(path.isEmpty() ? problem : path + ": " + problem, cause);
        this.path = path;
        this.problem = problem;
    }

    /** The field's path from the arguments or the result downwards; empty if the message as a whole is meant. */
    public final String path() {
        return path;
    }

    /** The same problem, seen from one level further out. */
    WireException within(String field) {
        String outer = path.isEmpty() ? field : field + (path.startsWith("[") ? "" : ".") + path;
        return this instanceof Malformed ? new Malformed(outer, problem, this) : new Unexpected(outer, problem);
    }

    /** The octets are not what the protocol allows: cut off, too long, nested too deep, no UTF-8. */
    public static final class Malformed extends WireException {
        private static final long serialVersionUID = 1;

        private Malformed(String path, String problem, @Nullable Throwable cause) {
            super(path, problem, cause);
        }

        Malformed(String problem) {
            this("", problem, null);
        }

        static Malformed of(TException cause) {
            String message = cause.getMessage();
            return new Malformed("", message == null ? cause.getClass().getSimpleName() : message, cause);
        }
    }

    /** The octets are readable, but a required field is missing or a field has another type than is declared. */
    public static final class Unexpected extends WireException {
        private static final long serialVersionUID = 1;

        private Unexpected(String path, String problem) {
            super(path, problem, null);
        }

        Unexpected(String problem) {
            this("", problem);
        }
    }
}
