package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.Secret;

/**
 * Whatever stands in a parameter of a call, it becomes a value that says the same, or a refusal that names it and does not
 * repeat a meter or a token. {@code JAZZER_FUZZ=1} makes these search; otherwise they replay what was found.
 */
class ParametersFuzzTest {
    private static final BigInteger MOST = BigInteger.valueOf(18_201_624);

    @FuzzTest(maxDuration = "60s")
    void identityRecord(FuzzedDataProvider data) {
        String text = data.consumeRemainingAsString();
        try {
            assertThat(IdentityRecord.parse(text).digits()).isEqualTo(text);
        } catch (ApiException e) {
            assertRefused(e, "idRecord", text);
        }
    }

    @FuzzTest(maxDuration = "60s")
    void meterNumber(FuzzedDataProvider data) {
        String text = data.consumeRemainingAsString();
        try {
            assertThat(Parameters.meter("drn", text).digits()).contains(text);
        } catch (ApiException e) {
            assertRefused(e, "drn", text);
        }
    }

    @FuzzTest(maxDuration = "60s")
    void tokenNumber(FuzzedDataProvider data) {
        String text = data.consumeRemainingAsString();
        try {
            assertThat(Parameters.token("tokenDec", new Secret(text)).digits()).isEqualTo(text);
        } catch (ApiException e) {
            assertRefused(e, "tokenDec", text);
        }
    }

    @FuzzTest(maxDuration = "60s")
    void amount(FuzzedDataProvider data) {
        double value = data.consumeDouble();
        try {
            BigInteger whole = Parameters.whole("transferAmount", value, MOST);
            assertThat(whole).isBetween(BigInteger.ZERO, MOST);
            assertThat(whole.doubleValue()).isEqualTo(Math.abs(value));
        } catch (ApiException e) {
            assertThat(e.getMessage()).contains("transferAmount");
        }
    }

    private static void assertRefused(ApiException refusal, String name, String text) {
        assertThat(refusal.getMessage()).contains(name);
        if (text.length() > 10) {
            assertThat(refusal.getMessage()).doesNotContain(text);
        }
    }
}
