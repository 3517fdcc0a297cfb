package org.metermint.token;

import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/**
 * One field of a {@link Layout}: some bits of a token, and the value of the record that they stand for.
 *
 * @param <T> the token's record
 * @param <V> the type of the value
 */
final class Field<T, V> {
    private final String name;
    private final int width;
    private final int zeros;
    private final Function<T, V> accessor;
    private final ToLongFunction<V> toBits;
    private final LongFunction<V> ofBits;

    private Field(
            String name,
            int width,
            int zeros,
            Function<T, V> accessor,
            ToLongFunction<V> toBits,
            LongFunction<V> ofBits) {
        this.name = name;
        this.width = width;
        this.zeros = zeros;
        this.accessor = accessor;
        this.toBits = toBits;
        this.ofBits = ofBits;
    }

    /**
     * A field.
     *
     * @param name the standard's name
     * @param width in bits
     * @param accessor finds the value in the record
     * @param toBits writes the value
     * @param ofBits reads the value; throws {@link IllegalArgumentException} for bits that mean nothing
     */
    static <T, V> Field<T, V> bits(
            String name, int width, Function<T, V> accessor, ToLongFunction<V> toBits, LongFunction<V> ofBits) {
        return new Field<>(name, width, 0, accessor, toBits, ofBits);
    }

    /** The same field, with so many zero bits behind it that must stay zero. */
    Field<T, V> followedByZeros(int bits) {
        return new Field<>(name, width, bits, accessor, toBits, ofBits);
    }

    String name() {
        return name;
    }

    int width() {
        return width;
    }

    /** How many zero bits follow. */
    int zeros() {
        return zeros;
    }

    V value(T token) {
        return accessor.apply(token);
    }

    long encode(T token) {
        return toBits.applyAsLong(accessor.apply(token));
    }

    V decode(long bits) {
        return ofBits.apply(bits);
    }
}
