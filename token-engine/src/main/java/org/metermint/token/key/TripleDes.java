package org.metermint.token.key;

import org.metermint.token.cipher.Ea09;

/** Triple DES under two keys: encrypt by the first, decrypt by the second, encrypt by the first. */
final class TripleDes {
    private final Ea09 first;
    private final Ea09 second;

    TripleDes(long firstKey, long secondKey) {
        this.first = new Ea09(firstKey);
        this.second = new Ea09(secondKey);
    }

    long encrypt(long block) {
        return first.encrypt(second.decrypt(first.encrypt(block)));
    }
}
