package org.metermint.app.token;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.metermint.app.command.Terminal;

/** A line that says how far a long run is, rewritten once a second; silent unless there is a terminal to show it. */
final class Progress implements LongConsumer {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PrintStream terminal;
    private final boolean silent;
    private long nextNanos = System.nanoTime() + INTERVAL_NANOS;
    private boolean shown;

    private Progress(PrintStream terminal, boolean silent) {
        this.terminal = terminal;
        this.silent = silent;
    }

    /** Progress on standard error, if that is a terminal and the replies do not go to one as well. */
    static Progress onTerminal(PrintStream standardError) {
        return new Progress(
                standardError, !Terminal.isAt(Terminal.STANDARD_ERROR) || Terminal.isAt(Terminal.STANDARD_OUTPUT));
    }

    @Override
    public synchronized void accept(long line) {
        if (silent || System.nanoTime() - nextNanos < 0) {
            return;
        }
        nextNanos = System.nanoTime() + INTERVAL_NANOS;
        shown = true;
        terminal.print("\rmetermint: line " + line);
        terminal.flush();
    }

    /** Ends the line. */
    synchronized void end() {
        if (shown) {
            terminal.println();
        }
    }
}
