package org.metermint.app.vendor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.server.Registers;
import org.metermint.vending.vendor.ClientIdentity;
import picocli.CommandLine.Option;

/** Who acts: a client with its secret, since two persons move a float, or change a price. */
public final class Acting {
    @Option(
            names = "--client",
            required = true,
            paramLabel = "ID",
            description = "Who acts: a client with the role FINANCE, or for tariffs ADMINISTRATOR. Its secret is taken"
                    + " from the environment, METERMINT_SECRET.")
    private @Nullable String client;

    /** The identity behind the credential. */
    public ClientIdentity in(Registers registers) {
        return identity(registers, Objects.requireNonNull(client));
    }

    /** The identity of a client whose secret is in the environment. */
    public static ClientIdentity identity(Registers registers, String id) {
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
