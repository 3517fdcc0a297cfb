package org.metermint.channel.rest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.metermint.tariff.Tariff;
import org.metermint.vending.tariff.TariffJson;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.type.LogicalType;

/**
 * JSON as this interface reads and writes it. Reading forgives nothing: a body is UTF-8, one value, members once each
 * and none unknown, types as they are, no control characters in texts. What is wrong is told by place.
 */
final class StrictJson {
    /** The most bytes that a body may have. A tariff of 64 blocks and 32 levies needs a tenth of it. */
    static final int MAX_BYTES = 64 * 1024;

    private static final int MAX_DEPTH = 8;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(100)
                    .build())
            .build();

    private static final JsonMapper MAPPER = JsonMapper.builder(FACTORY)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    texts -> texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .addModule(new SimpleModule().addSerializer(new TariffSerializer()))
            .build();

    private StrictJson() {}

    /**
     * Reads a body.
     *
     * @throws ProblemException saying what is wrong, and where
     */
    static <T> T read(byte[] body, Class<T> type) {
        String text = text(body);
        inspect(text);
        if (type == Tariff.class) {
            return type.cast(TariffJson.parse(text));
        }
        T value;
        try {
            value = MAPPER.readValue(text, type);
        } catch (DatabindException e) {
            throw new ProblemException(wrongMember(e));
        }
        if (value == null) {
            throw new ProblemException(Fault.MEMBER_TYPE, "the body is null; it needs an object");
        }
        Completeness.require(value);
        return value;
    }

    static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    private static String text(byte[] body) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.wrap(body);
        try {
            return decoder.decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new ProblemException(
                    Fault.JSON_MALFORMED, "the body is not UTF-8: byte " + (bytes.position() + 1) + " does not fit");
        }
    }

    /** Goes over the whole text once, before anything is made of it. */
    private static void inspect(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new ProblemException(Fault.JSON_MALFORMED, "the body is empty; it needs a JSON object");
            }
            while (token != null) {
                if (token == JsonToken.PROPERTY_NAME || token == JsonToken.VALUE_STRING) {
                    inspectText(parser);
                }
                boolean ended = parser.streamReadContext().inRoot();
                token = parser.nextToken();
                if (ended && token != null) {
                    throw new ProblemException(
                            Fault.JSON_MALFORMED,
                            "line %d, column %d: more follows after the end of the value"
                                    .formatted(
                                            parser.currentTokenLocation().getLineNr(),
                                            parser.currentTokenLocation().getColumnNr()));
                }
            }
        } catch (StreamReadException e) {
            throw new ProblemException(malformed(e));
        } catch (JacksonException e) {
            throw new ProblemException(Fault.JSON_MALFORMED, place(e) + e.getOriginalMessage());
        }
    }

    private static void inspectText(JsonParser parser) {
        String text = parser.getString();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean half = Character.isSurrogate(c)
                    && !(Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1)));
            if (half || Character.isISOControl(c)) {
                throw new ProblemException(Problem.ofField(
                        path(parser.streamReadContext()),
                        Optional.empty(),
                        "the text holds " + (half ? "half a character" : "a control character")
                                + " (U+%04X) at position %d; remove it".formatted((int) c, i + 1)));
            }
            if (Character.isSurrogate(c)) {
                i++;
            }
        }
    }

    private static Problem malformed(StreamReadException e) {
        String message = String.valueOf(e.getOriginalMessage());
        if (message.startsWith("Duplicate")) {
            return Problem.of(Fault.MEMBER_DUPLICATE, place(e) + "the member stands twice in one object");
        }
        return Problem.of(Fault.JSON_MALFORMED, place(e) + firstSentence(message));
    }

    private static Problem wrongMember(DatabindException e) {
        String path = TariffJson.path(e.getPath());
        Optional<String> field = path.isEmpty() ? Optional.empty() : Optional.of(path);
        return switch (e) {
            case UnrecognizedPropertyException unknown ->
                Problem.of(Fault.MEMBER_UNKNOWN, "known here are " + known(unknown), field, Optional.empty());
            case InvalidFormatException format ->
                Problem.of(
                        Fault.MEMBER_TYPE,
                        "it needs " + inWords(format.getTargetType()),
                        field,
                        Optional.of(String.valueOf(format.getValue())));
            case MismatchedInputException mismatched ->
                Problem.of(
                        Fault.MEMBER_TYPE, "it needs " + inWords(mismatched.getTargetType()), field, Optional.empty());
            default -> Problem.of(Fault.MEMBER_TYPE, place(e) + "it cannot be read", field, Optional.empty());
        };
    }

    private static String known(UnrecognizedPropertyException unknown) {
        Collection<Object> known = unknown.getKnownPropertyIds();
        return known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
    }

    private static String inWords(@Nullable Class<?> type) {
        if (type == null || type.isRecord() || Map.class.isAssignableFrom(type)) {
            return "an object";
        }
        if (type.isEnum()) {
            return "one of " + List.of(type.getEnumConstants());
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "an array";
        }
        if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
            return "a whole number within the range of its type";
        }
        return type == Boolean.class || type == boolean.class ? "true or false" : "a string";
    }

    private static String place(JacksonException e) {
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : "line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ": ";
    }

    /** Jackson's messages go on about its own settings after the first sentence. */
    private static String firstSentence(String message) {
        String line = message.lines().findFirst().orElse("");
        int end = line.indexOf(" (`StreamReadConstraints");
        return end < 0 ? line : line.substring(0, end);
    }

    private static String path(TokenStreamContext innermost) {
        Deque<String> steps = new ArrayDeque<>();
        for (TokenStreamContext at = innermost; at != null && !at.inRoot(); at = at.getParent()) {
            steps.push(at.inArray() ? "[" + at.getCurrentIndex() + "]" : "." + printable(at.currentName()));
        }
        String path = String.join("", steps);
        return path.startsWith(".") ? path.substring(1) : path;
    }

    private static String printable(@Nullable String name) {
        return String.valueOf(name).replaceAll("[^ -~]", "?");
    }

    /** A tariff version is written as the document that it is read from. */
    private static final class TariffSerializer extends StdSerializer<Tariff> {
        TariffSerializer() {
            super(Tariff.class);
        }

        @Override
        public void serialize(Tariff version, JsonGenerator generator, SerializationContext context) {
            generator.writeRawValue(TariffJson.write(version));
        }
    }
}
