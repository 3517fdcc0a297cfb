package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.metermint.secure.ClientPolicy;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

class TokenRatesTest {
    /** Close to where the counter of the machine wraps around. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(2));

    private final TokenRates rates = new TokenRates(nanos::get);
    private final ClientPolicy ten = ServerFixture.seller(10);

    private int drawn(ClientPolicy client) {
        int drawn = 0;
        try {
            while (drawn < 1_000) {
                rates.draw(client, 1);
                drawn++;
            }
        } catch (SecurityModuleException e) {
            assertThat(e.kind()).isEqualTo(Kind.TOO_MANY_REQUESTS);
        }
        return drawn;
    }

    @Test
    void draw_atOnce_givesThoseOfOneSecondAndFillsAtTheRate() {
        assertThat(drawn(ten)).isEqualTo(10);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));
        assertThat(drawn(ten)).isEqualTo(5);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1_000));
        assertThat(drawn(ten)).isEqualTo(10);
    }

    @Test
    void draw_inTheLongRun_keepsTheRate() {
        int total = 0;
        for (int i = 0; i < 10_000; i++) { // ten seconds
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
            total += drawn(ten);
        }
        assertThat(total).isBetween(109, 110);
    }

    @Test
    void draw_moreThanIsThere_takesNothingAndSaysWhenToCome() throws Exception {
        rates.draw(ten, 8);
        assertThatThrownBy(() -> rates.draw(ten, 4)).hasMessageContaining("come again in 200 ms");
        rates.draw(ten, 2);
    }

    @Test
    void draw_slowClient_canHaveAWholeKeyChange() throws Exception {
        ClientPolicy one = ServerFixture.seller(1);
        rates.draw(one, 5);
        assertThatThrownBy(() -> rates.draw(one, 5)).hasMessageContaining("come again in 5000 ms");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(5));
        rates.draw(one, 5);
    }

    @Test
    void draw_withoutABound_isFree() {
        assertThat(drawn(ServerFixture.seller(0))).isEqualTo(1_000);
    }
}
