package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.metermint.secure.ClientName;
import org.metermint.secure.PasswordHash;
import org.metermint.secure.TestModules;
import org.metermint.secure.network.wire.Secret;

class SessionsTest {
    private static final ClientName CLIENT = new ClientName("till-1");
    private static final PasswordHash HASH = PasswordHash.of("correct horse battery".toCharArray());

    private final TestModules.TestClock clock = new TestModules.TestClock();
    private final Sessions sessions = new Sessions(clock, Duration.ofHours(1));

    @Test
    void session_lastsItsTimeAndNoLonger() {
        Secret token = sessions.begin(CLIENT, HASH);
        clock.set(TestModules.NOW.plus(Duration.ofHours(1)).minusNanos(1));
        assertThat(sessions.find(token)).isPresent();
        clock.set(TestModules.NOW.plus(Duration.ofHours(1)));
        assertThat(sessions.find(token)).isEmpty();
    }

    @Test
    void sessions_ofOneClient_areBoundedAndTheOldestEnds() {
        Secret other = sessions.begin(new ClientName("till-2"), HASH);
        List<Secret> tokens = new ArrayList<>();
        for (int i = 0; i < Sessions.MAX_PER_CLIENT + 3; i++) {
            tokens.add(sessions.begin(CLIENT, HASH));
        }
        assertThat(tokens).doesNotHaveDuplicates();
        for (int i = 0; i < tokens.size(); i++) {
            assertThat(sessions.find(tokens.get(i)).isPresent())
                    .as("session %d", i)
                    .isEqualTo(i >= 3);
        }
        assertThat(sessions.find(other)).isPresent();
    }

    @Test
    void memory_holdsNoAccessToken() throws Exception {
        Secret token = sessions.begin(CLIENT, HASH);
        Field table = Sessions.class.getDeclaredField("byHash");
        table.setAccessible(true);
        Map<?, ?> held = (Map<?, ?>) table.get(sessions);
        assertThat(held).hasSize(1);
        assertThat(held.toString()).doesNotContain(token.reveal());
        assertThat(sessions.find(new Secret(held.keySet().iterator().next().toString())))
                .as("what is kept opens nothing")
                .isEmpty();
    }
}
