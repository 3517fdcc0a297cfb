package org.metermint.token.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.HexFormat;
import java.util.function.Function;
import org.metermint.token.EncryptionAlgorithm;

/**
 * A key in text is read and writes back to the same, or is refused with a message that repeats none of it.
 * {@code JAZZER_FUZZ=1} makes these search; otherwise they replay what was found.
 */
class KeyFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void vendingKeys(FuzzedDataProvider data) {
        sameOrSilent(
                data.consumeRemainingAsString(),
                VendingKey::parseHex,
                key -> HexFormat.of().formatHex(key.clearOctets()));
    }

    @FuzzTest(maxDuration = "60s")
    void decoderKeys(FuzzedDataProvider data) {
        EncryptionAlgorithm algorithm = data.pickValue(EncryptionAlgorithm.values());
        sameOrSilent(
                data.consumeRemainingAsString(), text -> DecoderKey.parseHex(algorithm, text), DecoderKey::clearHex);
    }

    private static <T> void sameOrSilent(String text, Function<String, T> parser, Function<T, String> writer) {
        T key;
        try {
            key = parser.apply(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            if (text.length() >= 8) {
                assertThat(e.getMessage()).doesNotContain(text.substring(0, 8));
            }
            return;
        }
        assertThat(writer.apply(key)).isEqualToIgnoringCase(text);
        assertThat(key.toString()).doesNotContainIgnoringCase(text);
    }
}
