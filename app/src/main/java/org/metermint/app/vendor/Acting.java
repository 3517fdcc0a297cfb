package org.metermint.app.vendor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.server.Registers;
import org.metermint.vending.vendor.ClientIdentity;
import picocli.CommandLine.Option;

/** Who acts: a client with its secret, since two persons move a float. */
final class Acting {
    @Option(
            names = "--client",
            required = true,
            paramLabel = "ID",
            description = "Who acts: a client with the role FINANCE. Its secret is taken from the environment,"
                    + " METERMINT_SECRET.")
    private @Nullable String client;

    /** The identity behind the credential. */
    ClientIdentity in(Registers registers) {
        String id = Objects.requireNonNull(client);
        String secret = System.getenv("METERMINT_SECRET");
        if (secret == null) {
            throw new CommandFailure(
                    "the secret of client " + id + " is not known",
                    "Put it into the environment variable METERMINT_SECRET.");
        }
        return registers
                .vending()
                .clients()
                .authenticate(id, secret)
                .filter(identity ->
                        identity.utility().equals(registers.utility().id()))
                .orElseThrow(() -> new CommandFailure(
                        "the credential of client " + id + " is not valid",
                        "Check the id and METERMINT_SECRET; make a new client with metermint vendor client add."));
    }
}
