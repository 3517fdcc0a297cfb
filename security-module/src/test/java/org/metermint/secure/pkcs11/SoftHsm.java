package org.metermint.secure.pkcs11;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.metermint.secure.SecurityModuleException;

/**
 * A SoftHSM of a test's own, with a library of its own: a library reads its configuration and its tokens when it is
 * loaded, and is loaded once for each path.
 */
public final class SoftHsm {
    public static final String PIN = "482915";

    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/softhsm/libsofthsm2.so"),
            Path.of("/usr/lib64/softhsm/libsofthsm2.so"),
            Path.of("/usr/lib64/pkcs11/libsofthsm2.so"),
            Path.of("/usr/local/lib/softhsm/libsofthsm2.so"),
            Path.of("/opt/homebrew/lib/softhsm/libsofthsm2.so"));

    private final Path directory;
    private final Path library;

    private SoftHsm(Path directory, Path library) {
        this.directory = directory;
        this.library = library;
    }

    /** Makes a SoftHSM in an empty directory, with a token for each label. */
    public static SoftHsm create(Path directory, String... tokenLabels) throws IOException, InterruptedException {
        Path installed = LIBRARIES.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new AssertionError("SoftHSM is not installed: install the package softhsm2"));
        Files.createDirectories(directory.resolve("tokens"));
        SoftHsm hsm = new SoftHsm(directory, Files.copy(installed, directory.resolve("libsofthsm2.so")));
        for (String label : tokenLabels) {
            hsm.addToken(label);
        }
        Path readByLibrary = Path.of(System.getenv("SOFTHSM2_CONF"));
        Files.copy(hsm.configuration(), readByLibrary, StandardCopyOption.REPLACE_EXISTING);
        return hsm;
    }

    public void addToken(String label) throws IOException, InterruptedException {
        StringBuilder octal = new StringBuilder(); // of UTF-8, whatever character set this process runs under
        for (byte octet : label.getBytes(StandardCharsets.UTF_8)) {
            octal.append(String.format("\\%03o", octet & 0xFF));
        }
        run(
                "sh",
                "-c",
                "softhsm2-util --init-token --free --label \"$(printf '" + octal + "')\" --so-pin 7736104 --pin "
                        + PIN);
    }

    /** The same tokens, as a process sees them that starts now. */
    public SoftHsm loadedAnew() throws IOException {
        Path copy = Files.createTempFile(directory, "libsofthsm2-", ".so");
        return new SoftHsm(directory, Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING));
    }

    /** The path of its library. */
    public Path library() {
        return library;
    }

    public Pkcs11Token open(String tokenLabel) throws SecurityModuleException {
        return Pkcs11Token.open(library, tokenLabel, PIN.toCharArray());
    }

    /** What any program that has the PIN gets out of a token, by pkcs11-tool. */
    public String pkcs11Tool(String tokenLabel, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "pkcs11-tool", "--module", library.toString(), "--token-label", tokenLabel, "--login", "--pin", PIN));
        command.addAll(Arrays.asList(arguments));
        return output(command, false);
    }

    /** The variables of the environment that a program needs to find these tokens. */
    public Map<String, String> environment() {
        return Map.of("SOFTHSM2_CONF", directory.resolve("softhsm2.conf").toString());
    }

    /** The files of the tokens. */
    public Path tokens() {
        return directory.resolve("tokens");
    }

    private Path configuration() throws IOException {
        Path file = directory.resolve("softhsm2.conf");
        return Files.writeString(
                file, "directories.tokendir = " + tokens() + "\nobjectstore.backend = file\nlog.level = ERROR\n");
    }

    private void run(String... command) throws IOException, InterruptedException {
        output(List.of(command), true);
    }

    private String output(List<String> command, boolean mustSucceed) throws IOException, InterruptedException {
        configuration();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0 && mustSucceed) {
            throw new AssertionError(command.getFirst() + " failed: " + said);
        }
        return said;
    }
}
