package org.metermint.vending.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A PostgreSQL of the operating system, 15 as Debian 12 has it, on a cluster of its own in a temporary directory. As root
 * it runs as the user {@code postgres}, since PostgreSQL refuses root. Unlike the embedded one of the tests it can be
 * killed and started again.
 */
public final class DebianPostgres implements AutoCloseable {
    private static final String USER = "postgres";
    private static final Path PROGRAMS = Path.of("/usr/lib/postgresql/15/bin");
    private static final int START_ATTEMPTS = 100;

    private final Path directory;
    private final Path cluster;
    private final int port;
    private final Thread stopAtExit = Thread.ofPlatform().unstarted(this::stop);

    private DebianPostgres(Path directory, int port) {
        this.directory = directory;
        this.cluster = directory.resolve("cluster");
        this.port = port;
    }

    /** A new cluster, started, with durable settings. */
    public static DebianPostgres create() {
        if (!Files.isExecutable(PROGRAMS.resolve("initdb"))) {
            throw new IllegalStateException("there is no PostgreSQL 15 in " + PROGRAMS
                    + "; install it (on Debian 12: apt-get install postgresql)");
        }
        try {
            Path directory = Files.createTempDirectory("metermint-postgresql");
            if (isRoot()) {
                Files.setOwner(
                        directory,
                        directory
                                .getFileSystem()
                                .getUserPrincipalLookupService()
                                .lookupPrincipalByName(USER));
            }
            DebianPostgres made = new DebianPostgres(directory, freePort());
            made.run(
                    "initdb",
                    "--pgdata=" + made.cluster,
                    "--username=" + USER,
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8");
            Runtime.getRuntime().addShutdownHook(made.stopAtExit);
            made.start();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** {@code jdbc:postgresql://host:port}, without a database. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port;
    }

    /** Kills it without warning, as a failing machine does. */
    public void kill() {
        List<ProcessHandle> all = postmaster().stream()
                .flatMap(first -> Stream.concat(Stream.of(first), first.descendants()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }

    /** As {@code kill -9} of the first process does: the others end when they notice. */
    public void killPostmaster() {
        postmaster().ifPresent(ProcessHandle::destroyForcibly);
    }

    /** As {@code kill -9} of one of its processes does: all others end, and it recovers by itself. */
    public void killBackend(int which) {
        List<ProcessHandle> backends =
                postmaster().stream().flatMap(ProcessHandle::children).toList();
        if (!backends.isEmpty()) {
            backends.get(which % backends.size()).destroyForcibly();
        }
    }

    private Optional<ProcessHandle> postmaster() {
        Path file = cluster.resolve("postmaster.pid");
        try {
            return Files.exists(file)
                    ? ProcessHandle.of(
                            Long.parseLong(Files.readAllLines(file).getFirst().strip()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it, again after a kill: as soon as what is left of the old one is gone. */
    public void start() {
        for (int attempt = 1; ; attempt++) {
            try {
                run(
                        "pg_ctl",
                        "start",
                        "--pgdata=" + cluster,
                        "--wait",
                        "--log=" + directory.resolve("log"),
                        "--options=-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
                                + " -c fsync=on -c synchronous_commit=on -c full_page_writes=on"
                                + " -c max_connections=100");
                return;
            } catch (IOException e) {
                // what the killed one held may take a moment to be gone
                if (attempt == START_ATTEMPTS) {
                    throw new UncheckedIOException(e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(stopAtExit);
        stop();
    }

    private void stop() {
        try {
            run("pg_ctl", "stop", "--pgdata=" + cluster, "--mode=immediate", "--wait");
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("runuser", "-u", USER, "--"));
        }
        command.add(PROGRAMS.resolve(program).toString());
        command.addAll(List.of(arguments));
        // into a file: the server that pg_ctl leaves behind would keep a pipe open
        Path output = Files.createTempFile("metermint-postgresql", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(command + " failed: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command + " ran", e);
        } finally {
            Files.delete(output);
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }
}
