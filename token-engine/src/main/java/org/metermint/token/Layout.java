package org.metermint.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where the fields of one kind of token lie. Every kind of token is a record and one layout; encoding, decoding,
 * {@link #describe} and the tables of the reference all follow from it.
 *
 * <p>A layout covers 48 bits: the subclass (4 bits) and the payload behind it (44 bits). A kind that serves several
 * subclasses, as credit does for electricity, water, gas and time, declares the subclass as its first field. A layout
 * whose widths do not sum to 48 is refused when it is loaded.
 *
 * @param <T> the token's record
 */
public final class Layout<T extends KnownToken> {
    /** Bits of the subclass and the payload together: all of a token's block but its CRC. */
    public static final int BITS = 48;

    static final int SUBCLASS_BITS = 4;
    private static final int CRC_BITS = 16;

    private final Class<T> type;
    private final TokenClass tokenClass;
    private final int firstSubclass;
    private final int lastSubclass;
    private final int keyBits;
    private final Field<T, ?>[] fields;
    private final int[] shifts;
    private final long fixedBits;
    private final Constructor<T> constructor;

    private Layout(
            Class<T> type,
            TokenClass tokenClass,
            int firstSubclass,
            int lastSubclass,
            int keyBits,
            Constructor<T> constructor,
            List<Field<T, ?>> fields) {
        this.type = type;
        this.tokenClass = tokenClass;
        this.firstSubclass = firstSubclass;
        this.lastSubclass = lastSubclass;
        this.keyBits = keyBits;
        this.constructor = constructor;
        this.fields = toArray(fields);
        boolean subclassIsField = firstSubclass != lastSubclass;
        this.fixedBits = subclassIsField ? 0 : (long) firstSubclass << (BITS - SUBCLASS_BITS);
        this.shifts = new int[this.fields.length];
        int free = subclassIsField ? BITS : BITS - SUBCLASS_BITS;
        for (int i = 0; i < shifts.length; i++) {
            free -= this.fields[i].width();
            shifts[i] = free;
            free -= this.fields[i].zeros();
        }
        if (free != 0) {
            throw new IllegalStateException("the fields of " + type.getSimpleName() + " take " + (BITS - free)
                    + " bits; they must take " + BITS);
        }
    }

    @SuppressWarnings("unchecked") // an array of a generic type can be made only unchecked; it never leaves this class
    private static <T> Field<T, ?>[] toArray(List<Field<T, ?>> fields) {
        return fields.toArray((Field<T, ?>[]) new Field<?, ?>[0]);
    }

    /** The kind's place: its class and subclasses, and the decoder keys that it exists for. */
    record Place(TokenClass tokenClass, int firstSubclass, int lastSubclass, int keyBits) {
        /** One subclass, under every key. */
        static Place of(TokenClass tokenClass, int subclass) {
            return new Place(tokenClass, subclass, subclass, 0);
        }

        /** Several subclasses, the first field of the layout being the subclass. */
        static Place of(TokenClass tokenClass, int firstSubclass, int lastSubclass) {
            return new Place(tokenClass, firstSubclass, lastSubclass, 0);
        }

        /** The same place, only under decoder keys of so many bits. */
        Place underKeysOf(int bits) {
            return new Place(tokenClass, firstSubclass, lastSubclass, bits);
        }
    }

    @FunctionalInterface
    interface Of1<A, T> {
        T make(A a);
    }

    @FunctionalInterface
    interface Of2<A, B, T> {
        T make(A a, B b);
    }

    @FunctionalInterface
    interface Of3<A, B, C, T> {
        T make(A a, B b, C c);
    }

    @FunctionalInterface
    interface Of4<A, B, C, D, T> {
        T make(A a, B b, C c, D d);
    }

    @FunctionalInterface
    interface Of6<A, B, C, D, E, F, T> {
        T make(A a, B b, C c, D d, E e, F f);
    }

    @FunctionalInterface
    private interface Constructor<T> {
        T make(long[] bits);
    }

    static <T extends KnownToken, A> Layout<T> of(Class<T> type, Place place, Of1<A, T> make, Field<T, A> a) {
        return of(type, place, bits -> make.make(a.decode(bits[0])), List.of(a));
    }

    static <T extends KnownToken, A, B> Layout<T> of(
            Class<T> type, Place place, Of2<A, B, T> make, Field<T, A> a, Field<T, B> b) {
        return of(type, place, bits -> make.make(a.decode(bits[0]), b.decode(bits[1])), List.of(a, b));
    }

    static <T extends KnownToken, A, B, C> Layout<T> of(
            Class<T> type, Place place, Of3<A, B, C, T> make, Field<T, A> a, Field<T, B> b, Field<T, C> c) {
        return of(
                type,
                place,
                bits -> make.make(a.decode(bits[0]), b.decode(bits[1]), c.decode(bits[2])),
                List.of(a, b, c));
    }

    static <T extends KnownToken, A, B, C, D> Layout<T> of(
            Class<T> type,
            Place place,
            Of4<A, B, C, D, T> make,
            Field<T, A> a,
            Field<T, B> b,
            Field<T, C> c,
            Field<T, D> d) {
        return of(
                type,
                place,
                bits -> make.make(a.decode(bits[0]), b.decode(bits[1]), c.decode(bits[2]), d.decode(bits[3])),
                List.of(a, b, c, d));
    }

    static <T extends KnownToken, A, B, C, D, E, F> Layout<T> of(
            Class<T> type,
            Place place,
            Of6<A, B, C, D, E, F, T> make,
            Field<T, A> a,
            Field<T, B> b,
            Field<T, C> c,
            Field<T, D> d,
            Field<T, E> e,
            Field<T, F> f) {
        return of(
                type,
                place,
                bits -> make.make(
                        a.decode(bits[0]),
                        b.decode(bits[1]),
                        c.decode(bits[2]),
                        d.decode(bits[3]),
                        e.decode(bits[4]),
                        f.decode(bits[5])),
                List.of(a, b, c, d, e, f));
    }

    private static <T extends KnownToken> Layout<T> of(
            Class<T> type, Place place, Constructor<T> constructor, List<Field<T, ?>> fields) {
        return new Layout<>(
                type,
                place.tokenClass(),
                place.firstSubclass(),
                place.lastSubclass(),
                place.keyBits(),
                constructor,
                fields);
    }

    /** Refuses a number that does not fit so many bits. */
    static long requireBits(String field, int width, long bits) {
        if (bits < 0 || bits >>> width != 0) {
            throw new IllegalArgumentException(field + " " + bits + " is outside 0.." + ((1L << width) - 1));
        }
        return bits;
    }

    /** The record that this layout writes and reads. */
    public Class<T> type() {
        return type;
    }

    /** The class of the tokens. */
    public TokenClass tokenClass() {
        return tokenClass;
    }

    /** The subclasses of the tokens, rising. */
    public IntStream subclasses() {
        return IntStream.rangeClosed(firstSubclass, lastSubclass);
    }

    /** Length of the decoder keys under which this layout holds, in bits; empty if it holds under every key. */
    public Optional<Integer> keyBits() {
        return keyBits == 0 ? Optional.empty() : Optional.of(keyBits);
    }

    boolean holdsUnder(int decoderKeyBits) {
        return keyBits == 0 || keyBits == decoderKeyBits;
    }

    /** Subclass and payload of a token: 48 bits. */
    long encode(T token) {
        long bits = fixedBits;
        for (int i = 0; i < fields.length; i++) {
            bits |= fields[i].encode(token) << shifts[i];
        }
        return bits;
    }

    /**
     * The token that 48 bits stand for.
     *
     * @throws IllegalArgumentException if a field holds bits that mean nothing; the message names the field
     */
    T decode(long bits) {
        long known = fixedBits;
        long[] parts = new long[fields.length];
        for (int i = 0; i < parts.length; i++) {
            long mask = (1L << fields[i].width()) - 1;
            parts[i] = (bits >>> shifts[i]) & mask;
            known |= bits & (mask << shifts[i]);
        }
        if (known != bits) {
            throw new IllegalArgumentException(type.getSimpleName() + " has bits set that must be zero");
        }
        return constructor.make(parts);
    }

    /** The fields of a token in their order, each with its place in the 64-bit block, its bits and its value. */
    public List<FieldValue> describe(T token) {
        List<FieldValue> values = new ArrayList<>();
        for (int i = 0; i < fields.length; i++) {
            values.add(new FieldValue(fieldPlace(i), fields[i].encode(token), fields[i].value(token)));
        }
        return List.copyOf(values);
    }

    /** The places of all fields in the 64-bit block, from the subclass down, fixed ones and zeros among them. */
    public List<FieldPlace> places() {
        List<FieldPlace> places = new ArrayList<>();
        if (firstSubclass == lastSubclass) {
            places.add(new FieldPlace("SubClass", 63, 60));
        }
        for (int i = 0; i < fields.length; i++) {
            places.add(fieldPlace(i));
            if (fields[i].zeros() > 0) {
                int high = shifts[i] + CRC_BITS - 1;
                places.add(new FieldPlace("zeros", high, high - fields[i].zeros() + 1));
            }
        }
        return List.copyOf(places);
    }

    private FieldPlace fieldPlace(int i) {
        int low = shifts[i] + CRC_BITS;
        return new FieldPlace(fields[i].name(), low + fields[i].width() - 1, low);
    }

    /**
     * Where a field lies in the 64-bit block, before encryption.
     *
     * @param name the standard's name of the field
     * @param highBit its most significant bit, 63 at most
     * @param lowBit its least significant bit, 16 at least: the CRC lies below
     */
    public record FieldPlace(String name, int highBit, int lowBit) {
        /** What the field is for, in plain words. */
        public String meaning() {
            return FieldGlossary.meaning(name);
        }

        /** The field's width in bits. */
        public int width() {
            return highBit - lowBit + 1;
        }
    }

    /**
     * A field of one token.
     *
     * @param place where it lies
     * @param bits what stands there
     * @param value what that means, for example a {@link TokenIdentifier}
     */
    public record FieldValue(FieldPlace place, long bits, Object value) {}
}
