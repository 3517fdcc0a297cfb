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

/** A bar that says how far an import is, on a terminal at standard error; elsewhere it is nothing. */
public final class ImportProgress implements AutoCloseable {

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
        boolean watched = Terminal.isAt(Terminal.STANDARD_ERROR); // else the lines need not be counted
        return of(String.valueOf(file.getFileName()), watched ? lines(file) : 0, " lines");
    }

    static ImportProgress through(Path file, PrintStream terminal) {
        return of(String.valueOf(file.getFileName()), lines(file), " lines", terminal);
    }

    /**
     * The progress through so many rows, for whoever watches standard error.
     *
     * @param unit with a space before it
     */
    public static ImportProgress of(String name, long rows, String unit) {
        return Terminal.isAt(Terminal.STANDARD_ERROR)
                ? of(name, rows, unit, System.err)
                : new ImportProgress(System.err, Optional.empty());
    }

    private static ImportProgress of(String name, long rows, String unit, PrintStream terminal) {
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(rows)
                .setUnit(unit, 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .setConsumer(new ConsoleProgressBarConsumer(terminal, WIDTH))
                .build();
        return new ImportProgress(terminal, Optional.of(bar));
    }

    /** The import has come to a line, or a row. */
    public void reach(long line) {
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
