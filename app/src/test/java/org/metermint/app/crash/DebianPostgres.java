package org.metermint.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A PostgreSQL 15 of Debian with durable settings, on the loopback interface, whose processes a test may kill. */
final class DebianPostgres implements AutoCloseable {
    static final String PASSWORD = "chosen-by-the-administrator";

    private static final Path PROGRAMS = Path.of("/usr/lib/postgresql/15/bin");

    private final Path data;
    private final Path log;
    private final int port;

    private DebianPostgres(Path data, Path log, int port) {
        this.data = data;
        this.log = log;
        this.port = port;
    }

    /** Makes and starts one in a directory that does not exist. */
    static DebianPostgres found(Path directory) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Files.createDirectory(directory);
        Path password = Files.writeString(directory.resolve("password"), PASSWORD);
        DebianPostgres postgres =
                new DebianPostgres(directory.resolve("data"), Files.createFile(directory.resolve("log")), port);
        assertThat(postgres.run(
                        "initdb",
                        "-A",
                        "scram-sha-256",
                        "-U",
                        "postgres",
                        "--pwfile",
                        password.toString(),
                        "-E",
                        "UTF8"))
                .as(Files.readString(postgres.log))
                .isZero();
        postgres.start();
        return postgres;
    }

    String server() {
        return "jdbc:postgresql://127.0.0.1:" + port;
    }

    /** Starts it; after a kill, as soon as what is left of the old one is gone. */
    void start() throws IOException, InterruptedException {
        String options = "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=on"
                + " -c synchronous_commit=on -c full_page_writes=on -p " + port;
        for (int attempt = 1; run("pg_ctl", "start", "-w", "-l", log.toString(), "-o", options) != 0; attempt++) {
            assertThat(attempt).as(() -> tail(log)).isLessThan(100);
            Thread.sleep(100);
        }
    }

    /** As kill -9 of the first process does: the others end when they notice. */
    void killPostmaster() throws IOException {
        postmaster().ifPresent(ProcessHandle::destroyForcibly);
    }

    /** As kill -9 of one of its processes does: all others end, and it recovers by itself. */
    void killBackend(int which) throws IOException {
        List<ProcessHandle> backends =
                postmaster().map(first -> first.children().toList()).orElse(List.of());
        if (!backends.isEmpty()) {
            backends.get(which % backends.size()).destroyForcibly();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            run("pg_ctl", "stop", "-w", "-m", "immediate");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<ProcessHandle> postmaster() throws IOException {
        Path file = data.resolve("postmaster.pid");
        return Files.exists(file)
                ? ProcessHandle.of(Long.parseLong(Files.readAllLines(file).getFirst()))
                : Optional.empty();
    }

    private int run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "--user")); // PostgreSQL does not run for root
        }
        command.add(PROGRAMS.resolve(program).toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-D", data.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start()
                .waitFor();
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
