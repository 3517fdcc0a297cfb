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
            .enable(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
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

    /**
     * The tariff of a file in the format of {@code vectors/tariffs}, tried out: every version of it is made once.
     *
     * @throws CommandFailure naming the file if it is none
     */
    static PublishedFile published(Path path, JsonNode file) {
        PublishedFile published = named(path, file);
        try {
            published.tariffs();
            return published;
        } catch (CommandFailure e) {
            throw new CommandFailure(path + ": " + e.getMessage(), e.remedy(), e);
        } catch (IllegalArgumentException | ArithmeticException | java.time.DateTimeException | JacksonException e) {
            throw new CommandFailure(path + ": " + e.getMessage(), "Correct the file there.", e);
        }
    }

    /**
     * The same, not tried out.
     *
     * @throws CommandFailure naming the file if it does not even say which tariff it is
     */
    static PublishedFile named(Path path, JsonNode file) {
        try {
            return new PublishedFile(file);
        } catch (CommandFailure e) {
            throw new CommandFailure(path + ": " + e.getMessage(), e.remedy(), e);
        }
    }
}
