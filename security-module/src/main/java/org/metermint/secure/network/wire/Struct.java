package org.metermint.secure.network.wire;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TStruct;
import org.apache.thrift.protocol.TType;
import org.jspecify.annotations.Nullable;

/**
 * A structure of the interface: a record and the table of its fields, one row for each component, in its order. Reading,
 * writing and the comparison with the interface definition all follow from the table, which is refused when it is
 * loaded unless names and types are those of the record and ids rise.
 *
 * <p>Fields of unknown id are skipped, so that a newer peer may send more. A field of a known id must have its declared
 * type. A required field that is missing is told by its name.
 *
 * @param <T> the record
 */
public final class Struct<T extends Record> implements WireType<T> {
    private final String name;
    private final Class<T> type;
    private final List<Field<T, ?>> fields;
    private final Field<T, ?>[] byId;
    private final int[] places;
    private final MethodHandle constructor;

    private Struct(String name, Class<T> type, List<Field<T, ?>> fields) {
        this.name = name;
        this.type = type;
        this.fields = fields;
        checkTable(type.getRecordComponents());
        int size = fields.getLast().id() + 1;
        this.byId = emptyTable(size);
        this.places = new int[size];
        for (int place = 0; place < fields.size(); place++) {
            int id = fields.get(place).id();
            byId[id] = fields.get(place);
            places[id] = place;
        }
        this.constructor = constructor(type);
    }

    /**
     * One row of the table.
     *
     * @param id the field's number on the wire
     * @param name of the field and of the record's component
     * @param required whether a message without it is refused
     */
    public record Field<T, V>(
            int id, String name, WireType<V> type, boolean required, Function<T, @Nullable V> accessor) {
        void write(TProtocol out, T struct) throws TException {
            V value = accessor.apply(struct);
            if (value != null) {
                out.writeFieldBegin(new TField(name, type.code(), (short) id));
                type.write(out, value);
                out.writeFieldEnd();
            } else if (required) {
                throw new IllegalArgumentException("required field " + name + " is null");
            }
        }
    }

    /** A field that every message must have. */
    static <T, V> Field<T, V> required(int id, String name, WireType<V> type, Function<T, @Nullable V> accessor) {
        return new Field<>(id, name, type, true, accessor);
    }

    /** A field that may be left out; null in Java. */
    static <T, V> Field<T, V> optional(int id, String name, WireType<V> type, Function<T, @Nullable V> accessor) {
        return new Field<>(id, name, type, false, accessor);
    }

    /** The structure of a record that bears its name. */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only copied
    static <T extends Record> Struct<T> of(Class<T> type, Field<T, ?>... fields) {
        return new Struct<>(type.getSimpleName(), type, List.of(fields));
    }

    /** The structure of a record whose name in the interface definition is another. */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only copied
    static <T extends Record> Struct<T> named(String name, Class<T> type, Field<T, ?>... fields) {
        return new Struct<>(name, type, List.of(fields));
    }

    @SuppressWarnings("unchecked") // an array of a generic type can be made only unchecked; it never leaves this class
    private static <T> Field<T, ?>[] emptyTable(int size) {
        return (Field<T, ?>[]) new Field<?, ?>[size];
    }

    private void checkTable(RecordComponent[] components) {
        boolean matches = components.length == fields.size();
        int last = 0;
        for (int i = 0; matches && i < components.length; i++) {
            Field<T, ?> field = fields.get(i);
            Class<?> boxed =
                    MethodType.methodType(components[i].getType()).wrap().returnType();
            matches = field.id() > last
                    && field.name().equals(components[i].getName())
                    && field.type().javaType() == boxed
                    && (field.required() || !components[i].getType().isPrimitive());
            last = field.id();
        }
        if (!matches) {
            throw new IllegalStateException("the fields of " + name + " are not the components of its record: "
                    + fields.stream().map(Field::name).toList() + " against " + Arrays.toString(components));
        }
    }

    private static MethodHandle constructor(Class<?> type) {
        Class<?>[] parameters = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return MethodHandles.publicLookup()
                    .findConstructor(type, MethodType.methodType(void.class, parameters))
                    .asSpreader(Object[].class, parameters.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " has no public canonical constructor", e);
        }
    }

    /** The rows of the table, by rising id. */
    public List<Field<T, ?>> fields() {
        return fields;
    }

    @Override
    public byte code() {
        return TType.STRUCT;
    }

    @Override
    public String idl() {
        return name;
    }

    @Override
    public Class<?> javaType() {
        return type;
    }

    /** The record. */
    public Class<T> type() {
        return type;
    }

    @Override
    public void write(TProtocol out, T value) throws TException {
        out.writeStructBegin(new TStruct(name));
        for (Field<T, ?> field : fields) {
            field.write(out, value);
        }
        out.writeFieldStop();
        out.writeStructEnd();
    }

    @Override
    public T read(TProtocol in) throws TException {
        @Nullable Object[] values = new @Nullable Object[fields.size()];
        for (TField head = in.readFieldBegin(); head.type != TType.STOP; head = in.readFieldBegin()) {
            Field<T, ?> field = head.id >= 0 && head.id < byId.length ? byId[head.id] : null;
            if (field == null) {
                Skipping.skip(in, head.type);
            } else {
                values[places[head.id]] = readField(in, field, head.type);
            }
        }
        for (int place = 0; place < values.length; place++) {
            if (values[place] == null && fields.get(place).required()) {
                Field<T, ?> missing = fields.get(place);
                throw new WireException.Unexpected("required field " + missing.id() + " is missing")
                        .within(missing.name());
            }
        }
        return construct(values);
    }

    private static Object readField(TProtocol in, Field<?, ?> field, byte found) throws TException {
        if (found != field.type().code()) {
            throw new WireException.Unexpected("field " + field.id() + " has Thrift type " + found + "; it must be "
                            + field.type().idl() + " (" + field.type().code() + ")")
                    .within(field.name());
        }
        try {
            return field.type().read(in);
        } catch (WireException e) {
            throw e.within(field.name());
        } catch (TException e) {
            throw WireException.Malformed.of(e).within(field.name());
        }
    }

    private T construct(@Nullable Object[] values) {
        try {
            return type.cast(constructor.invokeExact(values));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the constructor of " + name + " declares no checked exception", e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
