package org.metermint.app.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.client.RestClient.Answer;
import tools.jackson.databind.JsonNode;

/** The disk under the data directory full, with real processes on a real file system. */
@EnabledOnOs(OS.LINUX) // elsewhere no user can mount a disk for one process
class DiskFullTest {

    @TempDir
    Path parent;

    private Path place;
    private Path log;

    @BeforeEach
    void makePlace() throws IOException {
        place = Files.createDirectory(parent.resolve("disk"));
        log = Files.createFile(parent.resolve("server.log"));
    }

    @Test
    void disk_fullUnderTheServer_postponesSales_andLosesNothing() throws Exception {
        Path before = parent.resolve("before");
        Trade trade = Trade.found(before, System.nanoTime());
        try (SmallDisk disk = SmallDisk.mount(place, 448)) {
            Path data = place.resolve("data");
            disk.copy(before, data);
            ServerProcess server = ServerProcess.launch(disk.within(), data, log);
            trade.connect(server);
            trade.openTills();
            await(() -> trade.decided() > 20);

            disk.fill();
            awaitPostponed(trade);
            exhaustLog(disk.seenFromOutside(data));
            awaitPostponed(trade);

            disk.free();
            int sold = trade.decided();
            await(() -> trade.decided() > sold + 20);
            trade.closeTills();
            Map<String, Answer> outcome = trade.settle();
            server.stop();
            Path after = parent.resolve("disk-full");
            disk.copy(data, after);
            trade.compare(outcome, after);
        }
        assertThat(Files.readString(log).contains("\tat "))
                .as("a stack trace in the log")
                .isFalse();
    }

    @Test
    void start_onADiskThatIsFullOrNearly_saysWhatItNeeds() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(place, 64)) {
            JsonNode nearly = ServerProcess.launch(disk.within(), place.resolve("data"), log)
                    .refusal();
            assertThat(nearly.path("message").asString()).contains("63 MiB are free", "needs 200 MiB");
            assertThat(nearly.path("remedy").asString()).contains("Free some space", "--data");

            disk.fill();
            JsonNode full = ServerProcess.launch(disk.within(), place.resolve("other"), log)
                    .refusal();
            assertThat(full.path("message").asString()).contains("No space left on device");
            assertThat(full.path("remedy").asString()).contains("disk is not full", "--data");
        }
    }

    /** Waits until tills are sent away, and checks how: by the database, or by the security module when it is first. */
    private static void awaitPostponed(Trade trade) throws InterruptedException {
        trade.takePostponed();
        Map<String, Answer> postponed = new HashMap<>();
        await(() -> {
            postponed.putAll(trade.takePostponed());
            return !postponed.isEmpty();
        });
        assertThat(postponed.values()).allSatisfy(DiskFullTest::isToBeSentAgain);
    }

    /** Nothing is decided, the client is told so in the stable form, and nothing of the inside shows. */
    private static void isToBeSentAgain(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
        assertThat(answer.body().path("retryable").asBoolean()).isTrue();
        assertThat(answer.text()).doesNotContain("org.metermint", "Exception");
    }

    /** Lets the database run into the end of its log, where it can write no further and stops itself. */
    private static void exhaustLog(Path data) throws IOException {
        String url = "jdbc:postgresql://127.0.0.1:"
                + Files.readString(data.resolve("database.port")).strip() + "/postgres";
        String password = Files.readString(data.resolve("database.password")).strip();
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> {
            try (Connection superuser = DriverManager.getConnection(url, "postgres", password);
                    Statement statement = superuser.createStatement()) {
                for (int segment = 0; segment < 20; segment++) {
                    statement.execute("SELECT pg_logical_emit_message(false, 'filler', 'x'), pg_switch_wal()");
                }
            }
        });
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it happens in time").isLessThan(deadline);
            Thread.sleep(20);
        }
    }
}
