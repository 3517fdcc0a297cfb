package org.metermint.app.command;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar that says how far into its file an import is, on a terminal at standard error; elsewhere it is nothing. */
final class ImportProgress implements AutoCloseable {

    private static final int WIDTH = 79;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream terminal;
    private final Optional<ProgressBar> bar;

    private ImportProgress(PrintStream terminal, Optional<ProgressBar> bar) {
        this.terminal = terminal;
        this.bar = bar;
    }

    /** The progress through a file, for whoever watches standard error. */
    static ImportProgress through(Path file) {
        return Terminal.isAt(Terminal.STANDARD_ERROR)
                ? through(file, System.err)
                : new ImportProgress(System.err, Optional.empty());
    }

    static ImportProgress through(Path file, PrintStream terminal) {
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(String.valueOf(file.getFileName()))
                .setInitialMax(lines(file))
                .setUnit(" lines", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .setConsumer(new ConsoleProgressBarConsumer(terminal, WIDTH))
                .build();
        return new ImportProgress(terminal, Optional.of(bar));
    }

    /** The import has come to a line. */
    void reach(long line) {
        bar.ifPresent(shown -> shown.stepTo(line));
    }

    /** Frees the terminal's line for something else; the bar comes back by itself. */
    void giveWay() {
        if (bar.isPresent()) {
            terminal.print(CLEAR_LINE);
            terminal.flush();
        }
    }

    @Override
    public void close() {
        bar.ifPresent(ProgressBar::close);
    }

    /** How many lines a file has; 0 if it cannot be read, which the import itself will tell. */
    private static long lines(Path file) {
        try (InputStream content = new BufferedInputStream(Files.newInputStream(file))) {
            long lines = 0;
            for (int octet = content.read(); octet >= 0; octet = content.read()) {
                lines += octet == '\n' ? 1 : 0;
            }
            return lines;
        } catch (IOException e) {
            return 0;
        }
    }
}
