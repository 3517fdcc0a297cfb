package org.metermint.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Instant;
import java.util.function.Function;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.decode.Decision;
import org.metermint.token.decode.Decoder;
import org.metermint.token.decode.DecoderFacts;
import org.metermint.token.decode.DecoderKeyRegister;
import org.metermint.token.decode.DecoderState;
import org.metermint.token.decode.TidMemory;
import org.metermint.token.decode.TokenExecution;
import org.metermint.token.key.DecoderKey;

/**
 * Whatever a reader of outside text is given, it answers with a value that writes back to the same, or refuses with a
 * message. {@code JAZZER_FUZZ=1} makes these search; otherwise they replay what was found.
 */
class TokenFuzzTest {
    private static <T> void valueOrMessage(String text, Function<String, T> parser, Function<T, String> writer) {
        T value;
        try {
            value = parser.apply(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(200);
            return;
        }
        assertThat(parser.apply(writer.apply(value))).isEqualTo(value);
    }

    @FuzzTest(maxDuration = "60s")
    void digitsOfAToken(FuzzedDataProvider data) {
        valueOrMessage(data.consumeRemainingAsString(), TokenNumber::parse, TokenNumber::grouped);
    }

    @FuzzTest(maxDuration = "60s")
    void meterNumbers(FuzzedDataProvider data) {
        String text = data.consumeRemainingAsString();
        valueOrMessage(text, MeterPan::parse, MeterPan::digits);
        valueOrMessage(text, DecoderReferenceNumber::parse, DecoderReferenceNumber::digits);
    }

    @FuzzTest(maxDuration = "60s")
    void smallIdentifiers(FuzzedDataProvider data) {
        String text = data.consumeRemainingAsString();
        valueOrMessage(text, SupplyGroupCode::parse, SupplyGroupCode::digits);
        valueOrMessage(text, TariffIndex::parse, TariffIndex::digits);
    }

    @FuzzTest(maxDuration = "60s")
    void blocksOfAnyBits(FuzzedDataProvider data) {
        TokenClass tokenClass = TokenClass.ofNumber(data.consumeInt(0, 3));
        long bits = data.consumeLong() >>> 16;
        int keyBits = data.consumeBoolean() ? 64 : 128;
        long block = TokenFrame.block(tokenClass, bits);
        assertThat(TokenFrame.isAuthentic(tokenClass, block)).isTrue();
        Token token = TokenFrame.read(tokenClass, block, keyBits);
        assertThat(token.tokenClass()).isEqualTo(tokenClass);
        assertThat(token.subclass()).isEqualTo((int) (bits >>> 44));
        // the one code that reads as another amount is minus zero
        if (token instanceof KnownToken known && !(token instanceof TransferCurrencyCredit)) {
            assertThat(known.subclassAndPayload()).isEqualTo(bits);
        }
    }

    @FuzzTest(maxDuration = "60s")
    void keypadOfAMeter(FuzzedDataProvider data) {
        EncryptionAlgorithm algorithm = data.consumeBoolean() ? EncryptionAlgorithm.EA07 : EncryptionAlgorithm.EA11;
        DecoderKey key = DecoderKey.of(algorithm, algorithm.keyBits() == 128 ? 3 : 0, 5);
        DecoderState state = new DecoderState(
                new DecoderKeyRegister(
                        key,
                        KeyType.ofNumber(data.consumeInt(0, 3)),
                        new KeyExpiryNumber(data.consumeInt(0, 255)),
                        new KeyRevisionNumber(1),
                        new TariffIndex(1),
                        new SupplyGroupCode(1)),
                TidMemory.ofNewMeter(50, new TokenIdentifier(0)));
        Decoder decoder = new Decoder(DecoderFacts.of(algorithm, Ea07Tables.sample(), 1));
        Decision decision =
                decoder.enter(data.consumeRemainingAsString(), state, Instant.EPOCH, TokenExecution.EVERYTHING);
        if (decision instanceof Decision.Rejected rejected) {
            assertThat(rejected.after()).isEqualTo(state);
        }
    }
}
