package org.metermint.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.client.RestClient.Answer;
import org.metermint.app.settings.Settings;
import org.metermint.vending.database.DebianPostgres;

/**
 * Kills a PostgreSQL of the utility's own, wholly or one of its processes, and now and then the real server with it, while
 * many tills sell over HTTP on few meters. A server that lives finds its database again by itself. In the end what the
 * tills were told is compared with what the books hold ({@link Trade#compare}).
 *
 * <p>10 kills, or 100 in a full run. The seed is printed; {@code -Dmetermint.seed=N} repeats it, as far as instants can be
 * repeated.
 */
@EnabledOnOs(OS.LINUX) // the programs are those of Debian
class PostgresCrashTest {

    private static final int KILLS = Boolean.getBoolean("metermint.full") ? 100 : 10;
    private static final int TILLS = 20;
    private static final int MOST_AWAITED = 40;

    @TempDir
    Path parent;

    private final long seed = Long.getLong("metermint.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void database_killedAtRandomInstants_losesNothingAndSellsNothingTwice() throws Exception {
        System.out.println("crash campaign of " + KILLS + " kills of PostgreSQL, seed " + seed);
        Path log = Files.createFile(parent.resolve("server.log"));
        Path data = parent.resolve("postgres-crashes");
        try (DebianPostgres postgres = DebianPostgres.create()) {
            Path configuration = configuration(postgres);
            Trade trade = Trade.found(Settings.read(configuration), data, random.nextLong());
            ServerProcess server = launch(configuration, data, log);
            try {
                trade.connect(server);
                trade.openTills(TILLS);
                for (int kill = 1; kill <= KILLS; kill++) {
                    trade.awaitDecisions(1 + random.nextInt(MOST_AWAITED));
                    boolean serverToo = random.nextInt(4) == 0;
                    if (serverToo) {
                        server.kill();
                    }
                    if (!serverToo && random.nextInt(3) == 0) {
                        postgres.killBackend(random.nextInt(100));
                    } else {
                        postgres.killPostmaster();
                        postgres.start();
                    }
                    if (serverToo) {
                        server = launch(configuration, data, log);
                        trade.connect(server);
                    }
                }
                trade.awaitDecisions(MOST_AWAITED);
                trade.closeTills();
                assertThat(trade.decided())
                        .as("something was sold (seed %d)", seed)
                        .isGreaterThan(KILLS);
                Map<String, Answer> outcome = trade.settle();
                server.stop();
                trade.compare(outcome, data);
            } finally {
                server.kill();
            }
        }
    }

    private Path configuration(DebianPostgres postgres) throws Exception {
        Path password = Files.writeString(parent.resolve("admin.password"), "any will do\n");
        return Files.writeString(parent.resolve("metermint.conf"), """
                database.url = %s/metermint
                database.user = postgres
                database.password-file = %s
                """.formatted(postgres.url(), password));
    }

    /** A server that reads the configuration. */
    private static ServerProcess launch(Path configuration, Path data, Path log) throws Exception {
        return ServerProcess.launch(
                List.of("sh", "-c", "file=$1; shift; exec \"$@\" --config \"$file\"", "sh", configuration.toString()),
                data,
                log);
    }
}
