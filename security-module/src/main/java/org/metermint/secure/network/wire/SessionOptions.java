package org.metermint.secure.network.wire;

import static org.metermint.secure.network.wire.Struct.optional;
import static org.metermint.secure.network.wire.Struct.required;
import static org.metermint.secure.network.wire.WireType.STRING;

import org.jspecify.annotations.Nullable;

/**
 * What a client wishes of its session.
 *
 * @param version of the interface, as {@code 1.1}
 * @param culture language of messages; only English exists
 */
public record SessionOptions(String version, @Nullable String culture) {
    /** The table of the structure. */
    public static final Struct<SessionOptions> STRUCT = Struct.of(
            SessionOptions.class,
            required(1, "version", STRING, SessionOptions::version),
            optional(10, "culture", STRING, SessionOptions::culture));
}
