package org.metermint.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.vending.refusal.RefusalCode;

/**
 * Worlds of faults around the desk as it is, one after the other, each from a seed of its own and on a database of its own.
 * {@code -Dmetermint.seed=N} runs the one world of that seed.
 */
class SimulationTest {
    private static final int WORLDS = Boolean.getBoolean("metermint.full") ? 100 : 3;
    private static final int SALES = 700;

    @TempDir
    Path parent;

    @Test
    void desk_inAWorldOfFaults_sellsOnce_andKeepsItsBooks() throws Exception {
        Long given = Long.getLong("metermint.seed");
        long first = given == null ? System.nanoTime() : given;
        for (long seed = first; seed < first + (given == null ? WORLDS : 1); seed++) {
            System.out.println("world of seed " + seed);
            try (TestGround ground = new TestGround(parent);
                    World world = new World(seed, ground, Sabotage.NONE)) {
                World.Report report = world.run(SALES);
                System.out.println(report);
                assertThat(report.completed()).as("sales, seed %d", seed).isGreaterThan(SALES / 2);
                assertThat(report.deaths()).as("deaths, seed %d", seed).isPositive();
                assertThat(report.refusals())
                        .as("refusals, seed %d", seed)
                        .containsKeys(RefusalCode.REQUEST_VOIDED, RefusalCode.METER_UNKNOWN);
                assertThat(report.refunds()).as("refunds, seed %d", seed).isPositive();
            }
        }
    }
}
