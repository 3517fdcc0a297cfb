package org.metermint.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.metermint.tariff.Tariff;
import org.metermint.vending.refusal.RefusedException;

/**
 * Whatever bytes come as a body, they become a value or a problem of the sender. {@code JAZZER_FUZZ=1} makes this
 * search; otherwise it replays what was found.
 */
class SaleBodyFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void saleBody(byte[] body) {
        try {
            assertThat(StrictJson.read(body, SaleBody.class).request("key")).isNotNull();
        } catch (ProblemException e) {
            isOfTheSender(e.problem());
        }
    }

    @FuzzTest(maxDuration = "60s")
    void registers(byte[] body) {
        try {
            assertThat(StrictJson.read(body, MeterResource.class).meter()).isNotNull();
        } catch (ProblemException e) {
            isOfTheSender(e.problem());
        } catch (RefusedException e) {
            isOfTheSender(Problem.of(e.refusal()));
        }
    }

    @FuzzTest(maxDuration = "60s")
    void tariff(byte[] body) {
        try {
            assertThat(StrictJson.read(body, Tariff.class)).isNotNull();
        } catch (ProblemException e) {
            isOfTheSender(e.problem());
        } catch (RefusedException e) {
            isOfTheSender(Problem.of(e.refusal()));
        }
    }

    private static void isOfTheSender(Problem problem) {
        assertThat(problem.status()).isBetween(400, 499);
        assertThat(problem.detail()).isNotBlank().doesNotContain("org.", "java.", "tools.");
    }
}
