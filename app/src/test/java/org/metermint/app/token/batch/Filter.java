package org.metermint.app.token.batch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.metermint.token.cipher.Ea07Tables;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The filter as a function from request lines to replies, and the vectors of the project to feed it with. */
final class Filter {
    static final JsonMapper JSON = new JsonMapper();

    private Filter() {}

    /** What the filter answers to one request. */
    static JsonNode reply(JsonNode request) {
        return replies(Ea07Tables.sample(), Stream.of(request)).getFirst();
    }

    /** What the filter answers to one line. */
    static JsonNode reply(String line) {
        return parse(output(Ea07Tables.sample(), line.getBytes(StandardCharsets.UTF_8)))
                .getFirst();
    }

    /** What the filter answers to each request. */
    static List<JsonNode> replies(Ea07Tables tables, Stream<? extends JsonNode> requests) {
        StringBuilder lines = new StringBuilder();
        requests.forEach(request -> lines.append(request).append('\n'));
        return parse(output(tables, lines.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** Standard output for a standard input. */
    static String output(Ea07Tables tables, byte[] input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new TokenBatch(tables, 2).run(new ByteArrayInputStream(input), out, line -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    static List<JsonNode> parse(String output) {
        return output.lines().map(JSON::readTree).toList();
    }

    static ObjectNode request(String op) {
        return JSON.createObjectNode().put("op", op);
    }

    /** A request with the named members of an entry, where it has them. */
    static ObjectNode request(String op, JsonNode entry, String... members) {
        ObjectNode request = request(op);
        for (String member : members) {
            if (entry.has(member)) {
                request.set(member, entry.get(member));
            }
        }
        return request;
    }

    /** The entries of one file of the folder {@code vectors/}. */
    static Stream<JsonNode> vectors(String file) {
        return JSON.readTree(Path.of(System.getProperty("metermint.root"), "vectors", file)
                        .toFile())
                .get("vectors")
                .valueStream();
    }
}
