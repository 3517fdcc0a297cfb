package org.metermint.secure.internal;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An object in a JSON file of which every member is known and present; whatever deviates is told with its path. */
final class StrictJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Makes an error of what is wrong with a file. */
    private interface Fault {
        SecurityModuleException of(Path file, String what);
    }

    private final Path file;
    private final Fault fault;
    private final String path;
    private final JsonNode node;

    private StrictJson(Path file, Fault fault, String path, JsonNode node) {
        this.file = file;
        this.fault = fault;
        this.path = path;
        this.node = node;
    }

    /** Reads a file that this program wrote: what is wrong with it is damage. */
    static StrictJson parse(Path file, byte[] content) throws SecurityModuleException {
        return parse(file, StrictJson::corrupt, content);
    }

    /** Reads a file that a person wrote: what is wrong with it is a mistake to mend. */
    static StrictJson parseInput(Path file, byte[] content) throws SecurityModuleException {
        return parse(
                file,
                (source, what) -> new SecurityModuleException(Kind.NOT_PERMITTED, source + " " + what + "; correct it"),
                content);
    }

    private static StrictJson parse(Path file, Fault fault, byte[] content) throws SecurityModuleException {
        try {
            JsonNode node = MAPPER.readTree(content);
            if (node.isObject()) {
                return new StrictJson(file, fault, "", node);
            }
        } catch (JacksonException e) {
            // Told without its cause, whose message quotes the file.
        }
        throw fault.of(file, "is not one JSON object with members of different names");
    }

    /** Refuses members that this program does not know: they would mean something to whoever wrote them. */
    StrictJson only(String... names) throws SecurityModuleException {
        Set<String> known = Set.of(names);
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw fault.of(file, "has the unknown member " + path + name);
            }
        }
        return this;
    }

    StrictJson object(String name) throws SecurityModuleException {
        return new StrictJson(file, fault, path + name + ".", member(name, "an object", JsonNode::isObject));
    }

    StrictJson[] objects(String name) throws SecurityModuleException {
        JsonNode array = member(name, "an array", JsonNode::isArray);
        StrictJson[] objects = new StrictJson[array.size()];
        for (int i = 0; i < objects.length; i++) {
            if (!array.get(i).isObject()) {
                throw fault.of(file, "has a member " + path + name + "[" + i + "] that is not an object");
            }
            objects[i] = new StrictJson(file, fault, path + name + "[" + i + "].", array.get(i));
        }
        return objects;
    }

    /** An object of any members, all of them texts. */
    Map<String, String> texts(String name) throws SecurityModuleException {
        StrictJson object = object(name);
        Map<String, String> texts = new HashMap<>();
        for (String member : object.node.propertyNames()) {
            texts.put(member, object.text(member));
        }
        return texts;
    }

    String text(String name) throws SecurityModuleException {
        return member(name, "a text", JsonNode::isString).stringValue();
    }

    int number(String name) throws SecurityModuleException {
        return member(name, "a whole number", n -> n.isInt()).intValue();
    }

    /** This object without spaces, its members in their order. */
    byte[] compact() {
        return MAPPER.writeValueAsBytes(node);
    }

    boolean has(String name) {
        return node.has(name);
    }

    boolean flag(String name) throws SecurityModuleException {
        return member(name, "true or false", JsonNode::isBoolean).booleanValue();
    }

    /** What a type's own reader makes of a text; null if there is no such member. */
    <T> @Nullable T optional(String name, Function<String, T> reader) throws SecurityModuleException {
        return node.has(name) ? text(name, reader) : null;
    }

    /** The octets of the member nonce. */
    byte[] nonce() throws SecurityModuleException {
        byte[] nonce = octets("nonce");
        if (nonce.length != Aead.NONCE) {
            throw corrupt(
                    file, "has a member " + path + "nonce of " + nonce.length + " octets that must have " + Aead.NONCE);
        }
        return nonce;
    }

    byte[] octets(String name) throws SecurityModuleException {
        return convert(name, text(name), HexFormat.of()::parseHex);
    }

    /** A text that is read by a type's own reader, which throws IllegalArgumentException for what it does not accept. */
    <T> T text(String name, Function<String, T> reader) throws SecurityModuleException {
        return convert(name, text(name), reader);
    }

    /** A number that is read by a type's own reader, which throws IllegalArgumentException for what it does not accept. */
    <T> T number(String name, IntFunction<T> reader) throws SecurityModuleException {
        return convert(name, number(name), reader::apply);
    }

    private <S, T> T convert(String name, S source, Function<S, T> reader) throws SecurityModuleException {
        try {
            return reader.apply(source);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw fault.of(file, "has a member " + path + name + " that cannot be read: " + e.getMessage());
        }
    }

    private JsonNode member(String name, String kind, Predicate<JsonNode> isKind) throws SecurityModuleException {
        @Nullable JsonNode member = node.get(name);
        if (member == null) {
            throw fault.of(file, "lacks the member " + path + name);
        }
        if (!isKind.test(member)) {
            throw fault.of(file, "has a member " + path + name + " that is not " + kind);
        }
        return member;
    }

    /** Whether a member that may be null is so. */
    boolean isNull(String name) throws SecurityModuleException {
        return member(name, "there", any -> true).isNull();
    }

    /** Texts of an array, each read by a type's own reader. */
    <T> List<T> texts(String name, Function<String, T> reader) throws SecurityModuleException {
        JsonNode array = member(name, "an array", JsonNode::isArray);
        List<T> values = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            String place = name + "[" + i + "]";
            if (!array.get(i).isString()) {
                throw fault.of(file, "has a member " + path + place + " that is not a text");
            }
            values.add(convert(place, array.get(i).stringValue(), reader));
        }
        return values;
    }

    long longNumber(String name) throws SecurityModuleException {
        return member(name, "a whole number", n -> n.canConvertToExactIntegral() && n.canConvertToLong())
                .longValue();
    }

    /** The reader of a text that is one of the names of an enumeration. */
    static <E extends Enum<E>> Function<String, E> oneOf(Class<E> type) {
        return text -> {
            for (E constant : type.getEnumConstants()) {
                if (constant.name().equals(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(text + " is none of "
                    + Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", ")));
        };
    }

    /** Makes a value of what was read; the rules between its parts are its own. */
    <T> T make(Supplier<T> maker) throws SecurityModuleException {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw fault.of(
                    file,
                    "has a member " + (path.isEmpty() ? "" : path + " ") + "that contradicts itself: "
                            + e.getMessage());
        }
    }

    static SecurityModuleException corrupt(Path file, String what) {
        return new SecurityModuleException(
                Kind.CORRUPT,
                file + " " + what + "; keep it for inspection and restore the directory from its last copy");
    }

    static byte[] write(Map<String, Object> object) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(object);
    }
}
