package org.metermint.app.token.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.metermint.app.CommandFailure;
import org.metermint.token.cipher.Ea07Tables;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * EA07 tables that an operator supplies, as a file of JSON: {@code {"sub1":[16 integers],"sub2":[16 integers],
 * "perm":[64 integers]}}, in the direction of encryption.
 */
public final class Ea07TablesFile {
    private static final String REMEDY = "The file must hold {\"sub1\":[16 integers],\"sub2\":[16 integers],"
            + "\"perm\":[64 integers]}, each table a bijection in the direction of encryption.";
    private static final List<String> TABLES = List.of("sub1", "sub2", "perm");
    private static final int MAX_OCTETS = 1 << 16;

    private Ea07TablesFile() {}

    /**
     * Reads and checks a file.
     *
     * @throws CommandFailure if it cannot be read or holds anything but three bijections; the message names the table,
     *     the index and the value
     */
    public static Ea07Tables read(Path file) {
        try {
            if (Files.size(file) > MAX_OCTETS) {
                throw failure(file, "is larger than " + MAX_OCTETS + " octets");
            }
            return parse(file, Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new CommandFailure("there is no file " + file, "Name the file with the EA07 tables.", e);
        } catch (IOException e) {
            throw new CommandFailure("cannot read " + file + ": " + e.getMessage(), "Check its permissions.", e);
        }
    }

    private static Ea07Tables parse(Path file, byte[] json) {
        Map<String, int[]> tables = new HashMap<>();
        try (JsonParser parser = JsonFactory.builder().build().createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw failure(file, "is not a JSON object");
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                if (!TABLES.contains(name)) {
                    throw failure(file, "has the unknown member " + Request.shown(name));
                }
                if (tables.put(name, integers(file, name, parser)) != null) {
                    throw failure(file, "has the member " + name + " twice");
                }
            }
            if (parser.nextToken() != null) {
                throw failure(file, "has something behind the JSON object");
            }
        } catch (JacksonException e) {
            throw failure(
                    file,
                    "is not JSON: error at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr());
        }
        try {
            return Ea07Tables.of(table(file, tables, "sub1"), table(file, tables, "sub2"), table(file, tables, "perm"));
        } catch (IllegalArgumentException e) {
            throw failure(file, "is refused: " + e.getMessage());
        }
    }

    private static int[] table(Path file, Map<String, int[]> tables, String name) {
        int[] table = tables.get(name);
        if (table == null) {
            throw failure(file, "has no member " + name);
        }
        return table;
    }

    private static int[] integers(Path file, String name, JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw failure(file, "has a " + name + " that is not an array");
        }
        IntStream.Builder integers = IntStream.builder();
        int index = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token != JsonToken.VALUE_NUMBER_INT || parser.getStringLength() > 9) {
                throw failure(
                        file,
                        "has a " + name + "[" + index + "] that is no integer of the table: "
                                + Request.shown(String.valueOf(parser.getString())));
            }
            integers.add(parser.getIntValue());
            index++;
        }
        return integers.build().toArray();
    }

    private static CommandFailure failure(Path file, String what) {
        return new CommandFailure("the file of EA07 tables " + file + " " + what, REMEDY);
    }
}
