package org.metermint.app.tariff;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.metermint.app.CommandFailure;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads files of tariffs. */
final class TariffFiles {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private TariffFiles() {}

    /**
     * Reads one file.
     *
     * @throws CommandFailure if it cannot be read or is no JSON object
     */
    static JsonNode read(Path path) {
        JsonNode file;
        try {
            file = MAPPER.readTree(Files.readString(path));
        } catch (IOException e) {
            throw new CommandFailure("cannot read " + path, "Give the path of a readable file.", e);
        } catch (JacksonException e) {
            throw new CommandFailure(
                    path + ", line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ": " + e.getOriginalMessage(),
                    "Correct the file there.",
                    e);
        }
        if (!file.isObject()) {
            throw new CommandFailure(path + " holds no JSON object", "See vectors/tariffs/README.md for the format.");
        }
        return file;
    }
}
