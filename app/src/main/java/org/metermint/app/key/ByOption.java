package org.metermint.app.key;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who does something, for the record of the module. */
public final class ByOption {
    @Option(
            names = "--by",
            paramLabel = "NAME",
            description = "Who does it, for the record; default: the user of this process.")
    private @Nullable String by;

    public String name() {
        return by == null ? System.getProperty("user.name", "unknown") : by;
    }
}
