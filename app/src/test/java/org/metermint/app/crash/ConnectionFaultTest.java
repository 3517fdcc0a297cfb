package org.metermint.app.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.client.RestClient.Answer;
import org.metermint.app.database.DataDirectory;
import org.metermint.app.database.EmbeddedDatabase;
import org.metermint.app.server.Server;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.metermint.simulation.proxy.Fault;
import org.metermint.simulation.proxy.Fault.Kind;
import org.metermint.simulation.proxy.FaultProxy;

/**
 * The connection between till and server, and that between server and database, broken at every step of a sale, and at
 * every octet of it. The till repeats its request until it is decided; nobody mends the server. Nothing is lost, nothing
 * is sold twice, and the books balance ({@link Trade#compare}).
 *
 * <p>A full run cuts after every octet of one sale on the way to the database and of three on the way to the till; a sample
 * takes one octet of several, beginning with a random one. The seed is printed, and {@code -Dmetermint.seed=N} repeats it.
 */
class ConnectionFaultTest {

    private static final boolean FULL = Boolean.getBoolean("metermint.full");
    private static final Duration PAUSE = Duration.ofMillis(10);
    /** Far more steps than a sale has: to end a search that never ends. */
    private static final int TOO_MANY = 2_000;

    @TempDir
    Path parent;

    private final long seed = Long.getLong("metermint.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private DataDirectory elsewhere;
    private EmbeddedDatabase postgres;
    private FaultProxy toDatabase;
    private FaultProxy toServer;
    private Path data;
    private Trade trade;
    private Till till;
    private Server server;

    @BeforeEach
    void open() throws Exception {
        System.out.println("connection faults, seed " + seed);
        elsewhere = DataDirectory.open(parent.resolve("elsewhere"));
        postgres = EmbeddedDatabase.start(elsewhere);
        String address = postgres.server();
        toDatabase = FaultProxy.before(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
        data = parent.resolve("data");
        Settings settings = settings();
        trade = Trade.found(settings, data, random.nextLong());
        till = trade.till("till", Duration.ofMillis(5));
        server = Server.start(settings, data);
        toServer = FaultProxy.before(server.port());
        trade.connect("http://127.0.0.1:" + toServer.port());
        assertThat(till.sell("whole").sold()).isTrue();
    }

    private Settings settings() throws IOException {
        Path password = Files.writeString(parent.resolve("admin.password"), postgres.superuserPassword() + "\n");
        Path file = Files.writeString(
                parent.resolve("metermint.conf"), """
                database.url = jdbc:postgresql://127.0.0.1:%d/metermint
                database.user = %s
                database.password-file = %s
                """.formatted(toDatabase.port(), postgres.superuser(), password));
        return Settings.read(file).with(Setting.HTTP_PORT, "0");
    }

    @AfterEach
    void everythingIsThere_once() throws Exception {
        try {
            toDatabase.disarm();
            toServer.disarm();
            Map<String, Answer> outcome = trade.settle();
            assertThat(outcome.values()).allMatch(Answer::sold, "sold, since the till is patient");
            server.close();
            trade.compare(outcome, data);
        } finally {
            server.close();
            toServer.close();
            toDatabase.close();
            postgres.close();
            elsewhere.close();
        }
    }

    @Test
    void tillsConnection_brokenAtEveryStep_sellsOnce() {
        breakAtEveryStep(toServer, 3);
    }

    @Test
    void tillsConnection_cutAtEveryOctet_sellsOnce() {
        cutAtEveryOctet(toServer, FULL ? 3 : 1, FULL ? 1 : 37);
    }

    @Test
    void databasesConnection_brokenAtEveryStep_sellsOnce() {
        breakAtEveryStep(
                toDatabase, 6); // two round trips reserve, a third completes: a way there and one back for each
    }

    @Test
    void databasesConnection_cutAtEveryOctet_sellsOnce() {
        cutAtEveryOctet(toDatabase, 1, FULL ? 1 : 211);
    }

    @Test
    void pool_heldBySomebodyElse_postponesTheSale_andLosesNothing() throws Exception {
        HikariDataSource pool =
                (HikariDataSource) server.installation().database().pool();
        List<Connection> held = new ArrayList<>();
        try {
            while (held.size() < pool.getMaximumPoolSize()) {
                held.add(pool.getConnection());
            }
            isToBeSentAgain("pool");
        } finally {
            for (Connection connection : held) {
                connection.close();
            }
        }
        sell("pool");
    }

    @Test
    void database_withoutRoomForConnections_postponesTheSale_andIsFoundAgain() throws Exception {
        toDatabase.arm(Fault.atStep(Kind.PARTITION, 0, Duration.ofDays(1))); // the server loses those that it has
        List<Connection> held = new ArrayList<>();
        try {
            isToBeSentAgain("no-room");
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> {
                        while (held.size() < TOO_MANY) {
                            held.add(DriverManager.getConnection(
                                    postgres.server() + "/postgres",
                                    postgres.superuser(),
                                    postgres.superuserPassword()));
                        }
                    })
                    .satisfies(full -> assertThat(full.getSQLState()).isEqualTo("53300"));
            toDatabase.endPartition();
            isToBeSentAgain("no-room");
        } finally {
            for (Connection connection : held) {
                connection.close();
            }
        }
        sell("no-room");
    }

    /** A request that nothing is decided of, as its client is told in the stable form. */
    private void isToBeSentAgain(String request) throws Exception {
        Answer answer = till.ask(request);
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
        assertThat(answer.retryable()).isTrue();
        assertThat(answer.text()).doesNotContain("org.metermint", "Exception");
    }

    /** Sells once for every kind of fault and every step, until a sale has fewer steps than that. */
    private void breakAtEveryStep(FaultProxy proxy, int least) {
        for (Kind kind : Kind.values()) {
            boolean struck = true;
            int step;
            for (step = 0; struck && step < TOO_MANY; step++) {
                proxy.arm(Fault.atStep(kind, step, PAUSE));
                sell(kind + "-" + step);
                struck = !proxy.isArmed();
            }
            assertThat(step).as("steps of a sale, broken by %s", kind).isBetween(least, TOO_MANY - 1);
            System.out.println(kind + " at each of " + (step - 1) + " steps");
        }
    }

    /** Cuts after every octet of a sale, or after one of several. */
    private void cutAtEveryOctet(FaultProxy proxy, int rounds, int stride) {
        for (int round = 1; round <= rounds; round++) {
            boolean struck = true;
            int cuts = 0;
            for (int octet = random.nextInt(stride); struck; octet += stride) {
                proxy.arm(Fault.cutAfterOctets(octet));
                sell("octet-" + round + "-" + octet);
                struck = !proxy.isArmed();
                cuts++;
            }
            assertThat(cuts).as("cuts within one sale").isGreaterThan(20);
            System.out.println("cut after octets of a sale: " + (cuts - 1) + " times");
        }
    }

    private void sell(String request) {
        assertThat(till.sell(request).sold()).as("%s, seed %d", request, seed).isTrue();
    }
}
