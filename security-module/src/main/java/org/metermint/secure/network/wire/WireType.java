package org.metermint.secure.network.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TList;
import org.apache.thrift.protocol.TMap;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TType;

/**
 * How a value lies on the wire: its Thrift type and its two directions.
 *
 * <p>Reading never allocates by a count that a peer states: strings are checked against what is left of the frame,
 * lists and maps grow as their elements are read, and each element takes at least one octet.
 *
 * @param <V> the value in Java
 */
public interface WireType<V> {
    /** The most elements of a list or map; far above what any message of the interface holds. */
    int MAX_ELEMENTS = 4_096;

    /** The code that announces the type, one of {@link TType}. */
    byte code();

    /** The type's name in the interface definition, as {@code list<Token>}. */
    String idl();

    /** The class of the values. */
    Class<?> javaType();

    /** Writes a value. */
    void write(TProtocol out, V value) throws TException;

    /** Reads a value. */
    V read(TProtocol in) throws TException;

    /** Text, in UTF-8. */
    WireType<String> STRING = of(TType.STRING, "string", String.class, TProtocol::writeString, WireType::readText);

    /** Text that must never show in a log: a password, an access token. Plain text on the wire. */
    WireType<Secret> SECRET = of(
            TType.STRING,
            "string",
            Secret.class,
            (out, secret) -> out.writeString(secret.reveal()),
            in -> new Secret(readText(in)));

    /** True or false. */
    WireType<Boolean> BOOL = of(TType.BOOL, "bool", Boolean.class, TProtocol::writeBool, TProtocol::readBool);

    /** A signed number of 16 bits, an {@code int} in Java; writing one out of range is a programming error. */
    WireType<Integer> I16 = of(
            TType.I16, "i16", Integer.class, (out, number) -> out.writeI16(toShort(number)), in -> (int) in.readI16());

    /** A signed number of 32 bits. */
    WireType<Integer> I32 = of(TType.I32, "i32", Integer.class, TProtocol::writeI32, TProtocol::readI32);

    /** A signed number of 64 bits. */
    WireType<Long> I64 = of(TType.I64, "i64", Long.class, TProtocol::writeI64, TProtocol::readI64);

    /** A binary floating-point number: whatever counts money or energy leaves this form as soon as it is read. */
    WireType<Double> DOUBLE = of(TType.DOUBLE, "double", Double.class, TProtocol::writeDouble, TProtocol::readDouble);

    /** A list of values of one type. */
    static <E> WireType<List<E>> list(WireType<E> element) {
        return of(
                TType.LIST,
                "list<" + element.idl() + ">",
                List.class,
                (out, values) -> {
                    out.writeListBegin(new TList(element.code(), values.size()));
                    for (E value : values) {
                        element.write(out, value);
                    }
                },
                in -> readList(in, element));
    }

    /** A map; a key that comes twice keeps its last value. */
    static <K, V> WireType<Map<K, V>> map(WireType<K> key, WireType<V> value) {
        return of(
                TType.MAP,
                "map<" + key.idl() + "," + value.idl() + ">",
                Map.class,
                (out, entries) -> {
                    out.writeMapBegin(new TMap(key.code(), value.code(), entries.size()));
                    for (Map.Entry<K, V> entry : entries.entrySet()) {
                        key.write(out, entry.getKey());
                        value.write(out, entry.getValue());
                    }
                },
                in -> readMap(in, key, value));
    }

    private static <E> List<E> readList(TProtocol in, WireType<E> element) throws TException {
        TList head = in.readListBegin();
        requireElements(head.size);
        if (head.size > 0) {
            requireType(element, head.elemType);
        }
        List<E> values = new ArrayList<>();
        for (int i = 0; i < head.size; i++) {
            try {
                values.add(element.read(in));
            } catch (WireException e) {
                throw e.within("[" + i + "]");
            }
        }
        return List.copyOf(values);
    }

    private static <K, V> Map<K, V> readMap(TProtocol in, WireType<K> key, WireType<V> value) throws TException {
        TMap head = in.readMapBegin();
        requireElements(head.size);
        if (head.size > 0) {
            requireType(key, head.keyType);
            requireType(value, head.valueType);
        }
        Map<K, V> entries = new LinkedHashMap<>();
        for (int i = 0; i < head.size; i++) {
            K name = key.read(in);
            entries.put(name, value.read(in));
        }
        return entries;
    }

    private static void requireElements(int size) throws WireException {
        if (size < 0 || size > MAX_ELEMENTS) {
            throw new WireException.Malformed(size + " elements are outside 0.." + MAX_ELEMENTS);
        }
    }

    private static void requireType(WireType<?> declared, byte found) throws WireException {
        if (found != declared.code()) {
            throw new WireException.Unexpected("elements of Thrift type " + found + "; they must be " + declared.idl()
                    + " (" + declared.code() + ")");
        }
    }

    private static String readText(TProtocol in) throws TException {
        ByteBuffer octets = in.readBinary();
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(octets).toString();
        } catch (CharacterCodingException e) {
            throw new WireException.Malformed("text is not UTF-8");
        }
    }

    private static short toShort(int number) {
        if (number != (short) number) {
            throw new IllegalArgumentException("number " + number + " is outside -32768..32767, the range of i16");
        }
        return (short) number;
    }

    /** Writes a value. */
    @FunctionalInterface
    interface Writer<V> {
        void write(TProtocol out, V value) throws TException;
    }

    /** Reads a value. */
    @FunctionalInterface
    interface Reader<V> {
        V read(TProtocol in) throws TException;
    }

    private static <V> WireType<V> of(byte code, String idl, Class<?> javaType, Writer<V> writer, Reader<V> reader) {
        return new WireType<>() {
            @Override
            public byte code() {
                return code;
            }

            @Override
            public String idl() {
                return idl;
            }

            @Override
            public Class<?> javaType() {
                return javaType;
            }

            @Override
            public void write(TProtocol out, V value) throws TException {
                writer.write(out, value);
            }

            @Override
            public V read(TProtocol in) throws TException {
                return reader.read(in);
            }
        };
    }
}
