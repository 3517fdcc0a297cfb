package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed while it takes in, expires and destroys keys, begins ceremonies, changes the policy and the
 * key-encryption key: afterwards there is the old or the new state, never another, and never a key lost.
 */
class CustodyCrashTest {
    private static final boolean FULL = Boolean.getBoolean("metermint.full");
    private static final int KILLS = FULL ? 500 : 20;
    /** So that stores stay small. */
    private static final int KILLS_OF_A_STORE = 10;

    private static final int LONGEST_WORK_MILLIS = 20;

    @TempDir
    Path parent;

    @Test
    void everyKill_leavesTheOldStateOrTheNew() throws Exception {
        long seed = Long.getLong("metermint.seed", System.nanoTime());
        Random random = new Random(seed);
        int done = 0;
        int interrupted = 0;
        int most = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Path directory = parent.resolve("store" + kill / KILLS_OF_A_STORE);
            done = kill % KILLS_OF_A_STORE == 0 ? 0 : done;
            List<String> said = KilledProcess.run(
                    random, LONGEST_WORK_MILLIS, CustodyChild.class, directory.toString(), Integer.toString(done));
            int acknowledged = (int) count(said, "done ");
            int begun = (int) count(said, "begin ");
            int found = find(directory, done + acknowledged, done + begun, "seed " + seed + ", kill " + kill);
            interrupted += begun - acknowledged;
            done = found;
            most = Math.max(most, done);
        }
        assertThat(interrupted).as("kills within a step, seed %d", seed).isGreaterThan(KILLS / 10);
        assertThat(most).as("steps in a store, seed %d", seed).isGreaterThan(12);
    }

    private static long count(List<String> said, String what) {
        return said.stream().filter(line -> line.startsWith(what)).count();
    }

    /** How many steps a store has taken: as many as were acknowledged, or the one that was begun as well. */
    private static int find(Path directory, int acknowledged, int begun, String when) throws Exception {
        for (int steps = acknowledged; steps <= begun; steps++) {
            try (SoftwareSecurityModule module = CustodyChild.open(directory, CustodyChild.source(steps))) {
                List<String> state = CustodyChild.state(module);
                if (state.equals(CustodyChild.expected(steps))) {
                    return steps;
                }
                assertThat(steps).as("%s: %s", when, state).isLessThan(begun);
            } catch (SecurityModuleException e) {
                assertThat(e.kind()).as("%s: %s", when, e).isEqualTo(SecurityModuleException.Kind.ACCESS_DENIED);
                assertThat(steps).as("%s: %s", when, e).isLessThan(begun);
            }
        }
        throw new AssertionError(when + ": neither " + acknowledged + " nor " + begun + " steps");
    }
}
