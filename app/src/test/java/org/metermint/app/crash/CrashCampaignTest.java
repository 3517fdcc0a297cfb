package org.metermint.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.client.RestClient.Answer;

/**
 * Kills the real server, and now and then its database, at random instants while tills sell over HTTP, starts it again,
 * and in the end compares what the tills were told with what the books hold ({@link Trade#compare}).
 *
 * <p>20 kills, or 500 in a full run. The seed is printed; {@code -Dmetermint.seed=N} repeats it, as far as instants can
 * be repeated.
 */
class CrashCampaignTest {

    private static final int KILLS = Boolean.getBoolean("metermint.full") ? 500 : 20;
    /** Sales before the end of a server is near, so that a slow machine sells as much as a fast one. */
    private static final int MOST_AWAITED = 6;

    @TempDir
    Path parent;

    private final long seed = Long.getLong("metermint.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void server_killedAtRandomInstants_losesNothingAndSellsNothingTwice() throws Exception {
        System.out.println("crash campaign of " + KILLS + " kills, seed " + seed);
        Path data = parent.resolve("crash-campaign");
        Trade trade = Trade.found(data, random.nextLong());
        trade.openTills();
        Path log = Files.createFile(parent.resolve("server.log"));
        for (int kill = 1; kill <= KILLS; kill++) {
            ServerProcess server = ServerProcess.launch(data, log);
            if (random.nextInt(10) > 0) {
                trade.connect(server);
                trade.awaitDecisions(random.nextInt(MOST_AWAITED));
                Thread.sleep(random.nextInt(500));
            } else {
                Thread.sleep(random.nextInt(2_000)); // killed while it starts
            }
            boolean databaseToo = random.nextInt(4) == 0;
            if (databaseToo && random.nextBoolean()) {
                killDatabase(data);
            }
            server.kill();
            if (databaseToo) {
                killDatabase(data);
            }
        }
        ServerProcess server = ServerProcess.launch(data, log);
        Map<String, Answer> outcome;
        try {
            trade.connect(server);
            trade.awaitDecisions(MOST_AWAITED);
            trade.closeTills();
            assertThat(trade.decided()).as("something was sold (seed %d)", seed).isGreaterThan(KILLS);
            outcome = trade.settle();
        } finally {
            server.stop();
        }
        trade.compare(outcome, data);
    }

    /** Kills the database as well, if it runs. */
    private static void killDatabase(Path data) throws IOException {
        Path file = data.resolve("database/postmaster.pid");
        if (Files.exists(file)) {
            List<String> lines = Files.readAllLines(file);
            if (!lines.isEmpty() && lines.getFirst().matches("[0-9]+")) {
                ProcessHandle.of(Long.parseLong(lines.getFirst()))
                        .filter(process -> process.info().command().orElse("").startsWith(data.toString()))
                        .ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }
}
