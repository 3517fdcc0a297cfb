package org.metermint.app.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.metermint.app.CommandFailure;
import org.metermint.app.Metermint;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A security module in a process of its own, on the public test keys, for as long as a demonstration runs. It is made
 * with the commands that anybody would use for it: {@code security-module serve}, {@code key test-keys}, {@code key
 * users}. The key store and the key file never come into this process, which knows an address, a fingerprint and a
 * password. The module ends with its standard input, so that it does not outlive this process however that ends.
 */
final class SeparateModule implements AutoCloseable {
    private static final String STORE = "store";
    private static final String USER = "demonstration";
    private static final int PASSWORD_OCTETS = 24;
    private static final long END_SECONDS = 20;

    private final Path home;
    private final Process process;
    private final JsonNode listening;

    private SeparateModule(Path home, Process process, JsonNode listening) {
        this.home = home;
        this.process = process;
        this.listening = listening;
    }

    /**
     * Starts the module.
     *
     * @param home directory of its store, its key file and its log; made if it is not there
     * @throws CommandFailure if it does not start, in its own words
     */
    static SeparateModule start(Path home) throws IOException, InterruptedException {
        Files.createDirectories(home, permitted("rwx------"));
        List<String> serve =
                new ArrayList<>(List.of("security-module", "serve", "--json", "--port", "0", "--until-input-ends"));
        serve.addAll(store(home));
        boolean isNew = !Files.exists(home.resolve(STORE));
        Process process = launch(home, serve);
        boolean started = false;
        try {
            SeparateModule module = new SeparateModule(home, process, firstWords(home, process));
            module.run("", "key", "test-keys");
            module.makeUser(isNew);
            started = true;
            return module;
        } finally {
            if (!started) {
                process.destroyForcibly();
            }
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> permitted(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }

    private static List<String> store(Path home) {
        return List.of(
                "--store",
                home.resolve(STORE).toString(),
                "--key-file",
                home.resolve("store.key").toString());
    }

    private static Process launch(Path home, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-Xlog:disable", // it would go to standard output, where the module says where it listens
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Metermint.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log(home).toFile()))
                .start();
    }

    private static Path log(Path home) {
        return home.resolve("log");
    }

    private static JsonNode firstWords(Path home, Process process) throws IOException {
        String line = process.inputReader().readLine();
        try {
            JsonNode said = JsonMapper.shared().readTree(line == null ? "" : line);
            if (said.path("port").isInt()) {
                return said;
            }
            throw failed(home, said.path("error").path("message").asString("it said nothing"));
        } catch (JacksonException e) {
            throw failed(home, "it did not say where it listens");
        }
    }

    private static CommandFailure failed(Path home, String what) {
        return new CommandFailure(
                "the separate security module did not start: " + what, "See " + log(home) + " for more.");
    }

    /** Runs a command on the store; while the module serves, it reaches it there. */
    private void run(String input, String... arguments) throws IOException, InterruptedException {
        if (exitCode(input, arguments) != 0) {
            throw failed(home, "metermint " + String.join(" ", arguments) + " failed");
        }
    }

    private int exitCode(String input, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.add("--json");
        all.addAll(store(home));
        Process command = launch(home, all);
        try (OutputStream in = command.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        command.getInputStream().transferTo(OutputStream.nullOutputStream());
        return command.waitFor();
    }

    /** A new password at every start: the old one is known to nobody any more. */
    private void makeUser(boolean isNew) throws IOException, InterruptedException {
        byte[] random = new byte[PASSWORD_OCTETS];
        new SecureRandom().nextBytes(random);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        if (isNew || exitCode(password + "\n", "key", "users", "set-password", USER) != 0) {
            run(password + "\n", "key", "users", "add", USER);
        }
        Path next = home.resolve("password.new");
        Files.deleteIfExists(next);
        Files.createFile(next, permitted("rw-------"));
        Files.writeString(next, password + "\n");
        Files.move(next, passwordFile(), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path passwordFile() {
        return home.resolve("password");
    }

    /** Settings of a server that sells through this module. */
    Settings settings(Settings settings) {
        return settings.with(Setting.SECURITY_MODULE, Setting.NETWORK)
                .with(Setting.SECURITY_NETWORK_ADDRESSES, address())
                .with(Setting.SECURITY_NETWORK_USER, USER)
                .with(Setting.SECURITY_NETWORK_PASSWORD_FILE, passwordFile().toString())
                .with(Setting.SECURITY_NETWORK_PIN, fingerprint())
                .with(Setting.SECURITY_NETWORK_TRUST_STORE, "");
    }

    private String address() {
        return listening.path("address").asString() + ":"
                + listening.path("port").asInt();
    }

    private String fingerprint() {
        return listening.path("certificate_sha256").asString();
    }

    /** Process id, for whoever wants to look at it. */
    long pid() {
        return process.pid();
    }

    /** What there is to see. */
    String words() {
        return """
                The security module is process %d, with its store in %s.
                  listens on   %s
                  certificate  SHA-256 %s
                The server, process %d, sells through it over TLS and has no key. The meters that the demonstration
                plays beside it have theirs, as meters do.
                """.formatted(
                        process.pid(),
                        home.resolve(STORE),
                        address(),
                        fingerprint(),
                        ProcessHandle.current().pid());
    }

    /** Ends the module and its password. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        Files.deleteIfExists(passwordFile());
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
