package org.metermint.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.vending.refusal.RefusalCode;

/**
 * Worlds of faults around the desk as it is, each from a seed of its own, on a database and a module of its own; some at
 * once, since a world mostly waits for the disk. {@code -Dmetermint.seed=N} runs the one world of that seed.
 */
class SimulationTest {
    private static final int WORLDS = Boolean.getBoolean("metermint.full") ? 300 : 3;
    private static final int AT_ONCE = 3;
    private static final int SALES = 700;

    @TempDir
    Path parent;

    @Test
    void desk_inAWorldOfFaults_sellsOnce_andKeepsItsBooks() throws Exception {
        Long given = Long.getLong("metermint.seed");
        long first = given == null ? System.nanoTime() : given;
        int worlds = given == null ? WORLDS : 1;
        System.out.println(worlds + " worlds from seed " + first);
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            CompletionService<World.Report> done = new ExecutorCompletionService<>(threads);
            for (long seed = first; seed < first + worlds; seed++) {
                long of = seed;
                done.submit(() -> world(of));
            }
            try {
                for (int i = 0; i < worlds; i++) {
                    World.Report report = done.take().get();
                    System.out.println(report);
                    hasSeenEnough(report);
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private World.Report world(long seed) throws Exception {
        try (TestGround ground = new TestGround(parent);
                World world = new World(seed, ground, Sabotage.NONE)) {
            return world.run(SALES);
        }
    }

    private static void hasSeenEnough(World.Report report) {
        assertThat(report.completed()).as("sales, seed %d", report.seed()).isGreaterThan(SALES / 2);
        assertThat(report.deaths()).as("deaths, seed %d", report.seed()).isPositive();
        assertThat(report.refusals())
                .as("refusals, seed %d", report.seed())
                .containsKeys(RefusalCode.REQUEST_VOIDED, RefusalCode.METER_UNKNOWN);
        assertThat(report.refunds()).as("refunds, seed %d", report.seed()).isPositive();
    }
}
