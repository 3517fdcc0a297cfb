package org.metermint.secure;

import java.util.Arrays;
import org.metermint.token.BaseDate;
import org.metermint.token.Set1stSectionDecoderKey;
import org.metermint.token.TokenClass;
import org.metermint.token.TokenFrame;
import org.metermint.token.TokenNumber;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.key.DecoderKey;
import org.metermint.token.key.DecoderKeyIdentity;
import org.metermint.token.key.KeyDerivation;
import org.metermint.token.key.VendingKey;

/** Reads flag RO of a key change set as the meter would: with the old key, whichever of its base dates fits. */
final class RolloverFlag {
    private RolloverFlag() {}

    static boolean of(IssuedTokens set, MeterKeyState from, byte[] vendingKey) {
        TokenNumber first = set.tokens().getFirst();
        KeyDerivation derivation = vendingKey.length == 8 ? KeyDerivation.DKGA02 : KeyDerivation.DKGA04;
        return Arrays.stream(BaseDate.values())
                .map(base -> derivation.derive(
                        VendingKey.of(vendingKey),
                        new DecoderKeyIdentity(
                                from.pan(),
                                from.algorithm(),
                                from.supplyGroup(),
                                from.tariffIndex(),
                                from.revision(),
                                from.type(),
                                base)))
                .map(key -> decrypt(key, first))
                .filter(block -> TokenFrame.isAuthentic(TokenClass.METER_SPECIFIC_MANAGEMENT, block))
                .map(block -> (Set1stSectionDecoderKey) TokenFrame.read(
                        TokenClass.METER_SPECIFIC_MANAGEMENT,
                        block,
                        from.algorithm().keyBits()))
                .findFirst()
                .orElseThrow()
                .rollover();
    }

    private static long decrypt(DecoderKey key, TokenNumber token) {
        return key.cipher(Ea07Tables.sample()).decrypt(TokenFrame.extractBlock(token));
    }
}
