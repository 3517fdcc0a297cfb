package org.metermint.token.key;

import java.util.List;
import org.metermint.token.KeyChangeToken;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.KeyWord;
import org.metermint.token.Set1stSectionDecoderKey;
import org.metermint.token.Set2ndSectionDecoderKey;
import org.metermint.token.Set3rdSectionDecoderKey;
import org.metermint.token.Set3rdSectionSupplyGroupCode;
import org.metermint.token.Set4thSectionDecoderKey;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;

/**
 * What a key change gives a meter: the new key and what belongs to it. All tokens of the set are encrypted under the
 * key that the meter still holds (IEC 62055-41, key change token set).
 *
 * @param key the new key; a secret
 * @param type its type
 * @param expiry until which token identifier it is good
 * @param revision the revision of the vending key that it comes from
 * @param tariffIndex the tariff index that it was derived with
 * @param supplyGroup the supply group; a set of two tokens does not carry it
 * @param rollover RO: whether the meter empties its memory of token identifiers, because the base date of the new key is
 *     another; never with a key that stays the same, or used tokens would work again
 */
public record KeyChangeSet(
        DecoderKey key,
        KeyType type,
        KeyExpiryNumber expiry,
        KeyRevisionNumber revision,
        TariffIndex tariffIndex,
        SupplyGroupCode supplyGroup,
        boolean rollover) {

    /**
     * The tokens of the set, by section.
     *
     * @param count 2 or 3 for a key of 64 bits, 4 for one of 128
     * @throws IllegalArgumentException if the count does not fit the key
     */
    public List<KeyChangeToken> tokens(int count) {
        List<KeyWord> words = key.words();
        if (words.size() == 4) {
            if (count != 4) {
                throw new IllegalArgumentException("a key of 128 bits changes by 4 tokens, not " + count);
            }
            return List.of(
                    first(false, words.get(0)),
                    second(words.get(3)),
                    new Set3rdSectionDecoderKey(supplyGroup.value() & 0xFFF, words.get(1)),
                    new Set4thSectionDecoderKey(supplyGroup.value() >>> 12, words.get(2)));
        }
        return switch (count) {
            case 2 -> List.of(first(false, words.get(0)), second(words.get(1)));
            case 3 ->
                List.of(first(true, words.get(0)), second(words.get(1)), new Set3rdSectionSupplyGroupCode(supplyGroup));
            default -> throw new IllegalArgumentException("a key of 64 bits changes by 2 or 3 tokens, not " + count);
        };
    }

    private Set1stSectionDecoderKey first(boolean supplyGroupFollows, KeyWord word) {
        return new Set1stSectionDecoderKey(expiry.value() >>> 4, revision, rollover, supplyGroupFollows, type, word);
    }

    private Set2ndSectionDecoderKey second(KeyWord word) {
        return new Set2ndSectionDecoderKey(expiry.value() & 15, tariffIndex, word);
    }
}
