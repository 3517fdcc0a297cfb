package org.metermint.token;

import java.util.List;

/** A token of a kind that the standard defines: a record with a {@link Layout}. Only these can be issued. */
public sealed interface KnownToken extends Token permits IdentifiedToken, KeyChangeToken, TestToken {
    /** Where the fields of this kind lie. */
    Layout<?> layout();

    @Override
    default TokenClass tokenClass() {
        return layout().tokenClass();
    }

    @Override
    default int subclass() {
        return (int) (subclassAndPayload() >>> (Layout.BITS - Layout.SUBCLASS_BITS));
    }

    /** Subclass (4 bits) and payload (44 bits), as they stand above the CRC before encryption. */
    default long subclassAndPayload() {
        return encode(layout(), this);
    }

    /** The fields in their order, each with its place, its bits and its meaning. */
    default List<Layout.FieldValue> describe() {
        return describe(layout(), this);
    }

    private static <T extends KnownToken> long encode(Layout<T> layout, KnownToken token) {
        return layout.encode(layout.type().cast(token));
    }

    private static <T extends KnownToken> List<Layout.FieldValue> describe(Layout<T> layout, KnownToken token) {
        return layout.describe(layout.type().cast(token));
    }
}
