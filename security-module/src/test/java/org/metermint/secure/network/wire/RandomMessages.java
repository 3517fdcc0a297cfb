package org.metermint.secure.network.wire;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Values of any type of the wire, drawn from a seed. */
public final class RandomMessages {
    private static final String LETTERS = "abcXYZ019 _-.,{}\"\\äß日本\u0000\n";

    private final SplittableRandom random;

    public RandomMessages(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A record of a structure; about half of its optional fields are present. */
    public <T extends Record> T of(Struct<T> struct) {
        return struct.type().cast(value(struct));
    }

    /** A value of a type. */
    public Object value(WireType<?> type) {
        return switch (type) {
            case Struct<?> struct -> struct(struct);
            case WireType<?> text when text == WireType.STRING -> text();
            case WireType<?> secret when secret == WireType.SECRET -> new Secret(text());
            case WireType<?> bool when bool == WireType.BOOL -> random.nextBoolean();
            case WireType<?> i16 when i16 == WireType.I16 -> (int) (short) random.nextInt();
            case WireType<?> i32 when i32 == WireType.I32 -> random.nextInt();
            case WireType<?> i64 when i64 == WireType.I64 -> random.nextLong();
            case WireType<?> number when number == WireType.DOUBLE -> random.nextInt() / 8.0;
            case WireType<?> map when map.idl().equals("map<string,string>") -> textMap();
            case WireType<?> list -> list(list.idl());
        };
    }

    private Object struct(Struct<?> struct) {
        try {
            Object[] values = new Object[struct.fields().size()];
            for (int i = 0; i < values.length; i++) {
                Struct.Field<?, ?> field = struct.fields().get(i);
                values[i] = field.required() || random.nextBoolean() ? value(field.type()) : null;
            }
            Constructor<?> constructor = struct.type()
                    .getConstructor(Arrays.stream(struct.type().getRecordComponents())
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new));
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    private Map<String, String> textMap() {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            map.put(text(), text());
        }
        return map;
    }

    private List<Object> list(String idl) {
        WireType<?> element = switch (idl) {
            case "list<Token>" -> Token.STRUCT;
            case "list<NodeStatus>" -> NodeStatus.STRUCT;
            case "list<Alert>" -> Alert.STRUCT;
            case "list<string>" -> WireType.STRING;
            default -> throw new IllegalArgumentException("no list of that type is on the wire: " + idl);
        };
        List<Object> values = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            values.add(value(element));
        }
        return values;
    }
}
