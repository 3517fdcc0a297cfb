package org.metermint.app.command;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.ledger.Progress;

/** A bar for each step of long work, on a terminal at standard error; elsewhere it is nothing. */
public final class WorkProgress implements Progress, AutoCloseable {
    private static final int WIDTH = 79;

    private final PrintStream terminal;
    private final boolean watched;
    private @Nullable ProgressBar bar;

    private WorkProgress(PrintStream terminal, boolean watched) {
        this.terminal = terminal;
        this.watched = watched;
    }

    /** For whoever watches standard error. */
    public static WorkProgress shown() {
        return new WorkProgress(System.err, Terminal.isAt(Terminal.STANDARD_ERROR));
    }

    static WorkProgress on(PrintStream terminal) {
        return new WorkProgress(terminal, true);
    }

    @Override
    public void begin(String step, long of) {
        close();
        if (watched) {
            bar = new ProgressBarBuilder()
                    .setTaskName(step)
                    .setInitialMax(of == 0 ? -1 : of)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200)
                    .setConsumer(new ConsoleProgressBarConsumer(terminal, WIDTH))
                    .build();
        }
    }

    @Override
    public void reach(long done) {
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
