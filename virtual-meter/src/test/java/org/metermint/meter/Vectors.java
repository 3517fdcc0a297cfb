package org.metermint.meter;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The vector files of the project, as data. */
final class Vectors {
    private static final JsonMapper JSON = new JsonMapper();

    private Vectors() {}

    /** The entries of one file under {@code vectors/}; never an empty list. */
    static Stream<JsonNode> of(String file) {
        Path path = Path.of(System.getProperty("metermint.root"), "vectors", file);
        JsonNode document = JSON.readTree(path.toFile());
        List<JsonNode> entries = document.get("vectors").valueStream().toList();
        if (entries.isEmpty() || entries.size() != document.get("count").intValue()) {
            throw new IllegalStateException(
                    file + " holds " + entries.size() + " vectors and says " + document.get("count"));
        }
        return entries.stream();
    }
}
