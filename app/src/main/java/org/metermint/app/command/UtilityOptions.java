package org.metermint.app.command;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.app.server.Books;
import org.metermint.app.server.Registers;
import picocli.CommandLine.Option;

/** The options of a command that works on one utility of an installation. */
public final class UtilityOptions extends DataOptions {

    @Option(
            names = "--utility",
            paramLabel = "CODE",
            description = "Which utility; default: that of the configuration.")
    private @Nullable String utility;

    /** The code of the utility, if it is not that of the configuration. */
    Optional<String> utility() {
        return Optional.ofNullable(utility);
    }

    /**
     * Opens the registers.
     *
     * @throws org.metermint.app.CommandFailure if there is no such installation or utility, or its database does not answer
     */
    public Registers registers() {
        return Registers.open(settings(), data(), utility());
    }

    /**
     * Opens the books.
     *
     * @throws org.metermint.app.CommandFailure as {@link #registers} does
     */
    Books books() {
        return new Books(registers());
    }
}
