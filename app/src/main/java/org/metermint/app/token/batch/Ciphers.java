package org.metermint.app.token.batch;

import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.cipher.BlockCipher;
import org.metermint.token.cipher.Ea07;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.cipher.Ea09;
import org.metermint.token.cipher.Ea11;

/** The ciphers of a run, whose EA07 has the tables that the run was started with. */
record Ciphers(Ea07Tables tables) {
    /** The cipher of an algorithm under a key in hexadecimal digits, 16 or 32 of them as the algorithm wants. */
    BlockCipher of(EncryptionAlgorithm algorithm, String key) {
        long high = Request.bits(key, 0, 16);
        return switch (algorithm) {
            case EA07 -> new Ea07(tables, high);
            case EA09 -> new Ea09(high);
            case EA11 -> new Ea11(high, Request.bits(key, 16, 32));
        };
    }
}
