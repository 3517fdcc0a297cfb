package org.metermint.app.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.metermint.app.CommandFailure;
import org.metermint.app.database.DataDirectory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The client of the demonstration, in a file of its data directory that only the owner can read, so that {@code
 * metermint sale} finds it. A real client keeps its secret itself.
 */
public record ClientFile(String url, Credential credential) {

    private static final String NAME = "demonstration-client.json";

    public static void write(DataDirectory directory, String url, Credential credential) {
        directory.writePrivate(
                NAME,
                JsonMapper.shared()
                        .writeValueAsString(
                                Map.of("url", url, "client", credential.client(), "secret", credential.secret())));
    }

    /** The client of the demonstration that was last run on a data directory. */
    public static Optional<ClientFile> read(Path data) {
        Path file = data.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
            return Optional.of(new ClientFile(
                    json.path("url").asString(),
                    new Credential(
                            json.path("client").asString(), json.path("secret").asString())));
        } catch (IOException | JacksonException e) {
            throw new CommandFailure(
                    "cannot read " + file + ": " + e.getMessage(),
                    "Give --server, --client and METERMINT_SECRET instead, or run the demonstration again.",
                    e);
        }
    }
}
