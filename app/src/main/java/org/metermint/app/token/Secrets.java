package org.metermint.app.token;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Terminal;

/**
 * Where a key comes from: the command line, which other users of the machine can see; a file; or with {@code -} a
 * question on the terminal, or one line of standard input where there is none.
 */
final class Secrets {
    private static final int MAX_OCTETS = 1 << 10;

    private Secrets() {}

    /** A key in hexadecimal digits, or null if neither option was given. */
    static @Nullable String read(String option, @Nullable String value, @Nullable Path file) {
        if (value != null && file != null) {
            throw new CommandFailure(
                    option + " and " + option + "-file were both given", "Give the key in one of the two ways.");
        }
        if (file != null) {
            return readFile(option, file);
        }
        return "-".equals(value) ? ask(option) : value;
    }

    private static String readFile(String option, Path file) {
        try {
            if (Files.size(file) > MAX_OCTETS) {
                throw new CommandFailure(
                        option + "-file " + file + " is larger than " + MAX_OCTETS + " octets",
                        "The file must hold one key in hexadecimal digits.");
            }
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            throw new CommandFailure(option + "-file " + file + " does not exist", "Check its name.", e);
        } catch (IOException e) {
            throw new CommandFailure(
                    option + "-file " + file + " cannot be read: " + e.getMessage(), "Check its permissions.", e);
        }
    }

    private static String ask(String option) {
        if (Terminal.isAt(Terminal.STANDARD_INPUT)) {
            return Optional.ofNullable(System.console())
                    .map(console -> console.readPassword("%s (not shown): ", option))
                    .map(typed -> new String(typed).strip())
                    .orElse("");
        }
        try {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return line == null ? "" : line.strip();
        } catch (IOException e) {
            throw new CommandFailure(
                    option + " cannot be read from standard input: " + e.getMessage(), "Give it in a file.", e);
        }
    }
}
