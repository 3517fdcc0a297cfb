package org.metermint.token.decode;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyChangeToken;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyWord;
import org.metermint.token.Set1stSectionDecoderKey;
import org.metermint.token.Set2ndSectionDecoderKey;
import org.metermint.token.Set3rdSectionDecoderKey;
import org.metermint.token.Set3rdSectionSupplyGroupCode;
import org.metermint.token.Set4thSectionDecoderKey;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.key.DecoderKey;

/**
 * The key change tokens that a meter has kept while their set is not complete. They come in any order, and one that
 * comes again takes the place of the earlier. An immutable value.
 */
public final class KeyChangeProgress {
    /** No set is begun. */
    public static final KeyChangeProgress NONE = new KeyChangeProgress(null, null, null, null, null, null);

    private final @Nullable Instant begun;
    private final @Nullable Set1stSectionDecoderKey first;
    private final @Nullable Set2ndSectionDecoderKey second;
    private final @Nullable Set3rdSectionSupplyGroupCode supplyGroup;
    private final @Nullable Set3rdSectionDecoderKey third;
    private final @Nullable Set4thSectionDecoderKey fourth;

    private KeyChangeProgress(
            @Nullable Instant begun,
            @Nullable Set1stSectionDecoderKey first,
            @Nullable Set2ndSectionDecoderKey second,
            @Nullable Set3rdSectionSupplyGroupCode supplyGroup,
            @Nullable Set3rdSectionDecoderKey third,
            @Nullable Set4thSectionDecoderKey fourth) {
        this.begun = begun;
        this.first = first;
        this.second = second;
        this.supplyGroup = supplyGroup;
        this.third = third;
        this.fourth = fourth;
    }

    /** The progress with one more section. */
    public KeyChangeProgress with(KeyChangeToken section, Instant now) {
        Instant since = begun == null ? now : begun;
        return switch (section) {
            case Set1stSectionDecoderKey t -> new KeyChangeProgress(since, t, second, supplyGroup, third, fourth);
            case Set2ndSectionDecoderKey t -> new KeyChangeProgress(since, first, t, supplyGroup, third, fourth);
            case Set3rdSectionSupplyGroupCode t -> new KeyChangeProgress(since, first, second, t, third, fourth);
            case Set3rdSectionDecoderKey t -> new KeyChangeProgress(since, first, second, supplyGroup, t, fourth);
            case Set4thSectionDecoderKey t -> new KeyChangeProgress(since, first, second, supplyGroup, third, t);
        };
    }

    /** This progress, or none if its first token was entered longer ago than the limit. */
    public KeyChangeProgress at(Instant now, Duration limit) {
        return begun != null && now.isAfter(begun.plus(limit)) ? NONE : this;
    }

    /** Whether no section is kept. */
    public boolean isEmpty() {
        return begun == null;
    }

    /** When the first section of the set was entered; empty if none is kept. */
    public Optional<Instant> begun() {
        return Optional.ofNullable(begun);
    }

    /**
     * What the set changes, once it is complete.
     *
     * @param algorithm the meter's, which decides how long the new key is
     * @param takesSupplyGroup whether the meter knows sets of three for 64-bit keys; one that does not ignores the bit
     *     that announces the third token
     * @throws IllegalArgumentException if the supply group code of a complete set is no such code
     */
    public Optional<NewKey> complete(EncryptionAlgorithm algorithm, boolean takesSupplyGroup) {
        Set1stSectionDecoderKey a = first;
        Set2ndSectionDecoderKey b = second;
        if (a == null || b == null) {
            return Optional.empty();
        }
        if (algorithm.keyBits() == 128) {
            Set3rdSectionDecoderKey c = third;
            Set4thSectionDecoderKey d = fourth;
            if (c == null || d == null) {
                return Optional.empty();
            }
            DecoderKey key = DecoderKey.of(algorithm, join(a.keyWord(), c.keyWord()), join(d.keyWord(), b.keyWord()));
            int code = (d.supplyGroupHigh() << 12) | c.supplyGroupLow();
            return Optional.of(new NewKey(key, a, b, Optional.of(new SupplyGroupCode(code))));
        }
        boolean carriesSupplyGroup = takesSupplyGroup && a.supplyGroupFollows();
        if (carriesSupplyGroup && supplyGroup == null) {
            return Optional.empty();
        }
        Optional<SupplyGroupCode> group = Optional.ofNullable(carriesSupplyGroup ? supplyGroup : null)
                .map(Set3rdSectionSupplyGroupCode::supplyGroup);
        return Optional.of(new NewKey(DecoderKey.of(algorithm, 0, join(a.keyWord(), b.keyWord())), a, b, group));
    }

    private static long join(KeyWord high, KeyWord low) {
        return (high.bits() << 32) | low.bits();
    }

    /**
     * The change that a complete set stands for.
     *
     * @param key the new key
     * @param first the section with the revision, the type and the roll-over flag
     * @param second the section with the tariff index
     * @param supplyGroup the new supply group, if the set carries one
     */
    public record NewKey(
            DecoderKey key,
            Set1stSectionDecoderKey first,
            Set2ndSectionDecoderKey second,
            Optional<SupplyGroupCode> supplyGroup) {
        /** Until which token identifier the new key is good: its halves stand in two sections. */
        public KeyExpiryNumber expiry() {
            return new KeyExpiryNumber((first.expiryHigh() << 4) | second.expiryLow());
        }

        /** The register that holds the new key in place of the present one. */
        DecoderKeyRegister inPlaceOf(DecoderKeyRegister present) {
            return new DecoderKeyRegister(
                    key,
                    first.type(),
                    expiry(),
                    first.revision(),
                    second.tariffIndex(),
                    supplyGroup.orElse(present.supplyGroup()));
        }
    }

    /** The tokens that are kept, by section, so that a meter can store them. */
    public List<KeyChangeToken> sections() {
        return Stream.<@Nullable KeyChangeToken>of(first, second, supplyGroup, third, fourth)
                .flatMap(Stream::ofNullable)
                .toList();
    }
}
