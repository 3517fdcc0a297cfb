package org.metermint.vending.upkeep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.refusal.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks that run at the start and then again and again, one at a time. One that fails is tried again soon, after a pause
 * that doubles with each failure and never exceeds the task's own period; the others go on meanwhile.
 */
public final class RegularTasks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegularTasks.class);
    private static final int MAX_DOUBLINGS = 20;

    private final Supplier<List<UtilityId>> utilities;
    private final Duration firstPause;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("upkeep").factory());

    /**
     * Tasks of an installation.
     *
     * @param utilities those that there are whenever a task begins
     * @param firstPause between a first failure and the next attempt
     */
    public RegularTasks(Supplier<List<UtilityId>> utilities, Duration firstPause) {
        this.utilities = utilities;
        this.firstPause = firstPause;
    }

    /** Runs a task now, and once in every period from then on. */
    public void every(Duration period, String name, Runnable task) {
        schedule(new Task(period, name, task), Duration.ZERO, 0);
    }

    /**
     * Runs a task for every utility, now, and once in every period from then on. One that fails for a utility still runs
     * for those after it, and comes again for all of them: it must not mind to be repeated.
     */
    public void everyForEachUtility(Duration period, String name, Consumer<UtilityId> task) {
        every(period, name, () -> forEachUtility(name, utilities.get(), task));
    }

    /**
     * Does something for each of some utilities, whatever becomes of the others.
     *
     * @throws IncompleteException if it failed for one of them; its causes are suppressed exceptions
     */
    public static void forEachUtility(String name, List<UtilityId> utilities, Consumer<UtilityId> task) {
        List<RuntimeException> failures = new ArrayList<>();
        for (UtilityId utility : utilities) {
            try {
                task.accept(utility);
            } catch (RuntimeException e) {
                tell(name + " for utility " + utility.value(), e);
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            IncompleteException incomplete = new IncompleteException(
                    name + " failed for " + failures.size() + " of " + utilities.size() + " utilities");
            failures.forEach(incomplete::addSuppressed);
            throw incomplete;
        }
    }

    /** Something was done for some utilities and not for all; what went wrong has been logged. */
    public static final class IncompleteException extends RuntimeException {
        private static final long serialVersionUID = 1;

        IncompleteException(String message) {
            super(message);
        }
    }

    private record Task(Duration period, String name, Runnable work) {}

    @SuppressWarnings("FutureReturnValueIgnored") // each run reports its own failures, and the executor ends it
    private void schedule(Task task, Duration delay, int failures) {
        try {
            thread.schedule(() -> run(task, failures), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} ends with the program", task.name(), e);
        }
    }

    private void run(Task task, int failures) {
        try {
            task.work().run();
        } catch (RuntimeException e) {
            tell(task.name(), e);
            schedule(task, pause(task, failures), failures + 1);
            return;
        }
        schedule(task, task.period(), 0);
    }

    private Duration pause(Task task, int failures) {
        Duration pause = firstPause.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
        return pause.compareTo(task.period()) < 0 ? pause : task.period();
    }

    private static void tell(String name, RuntimeException failure) {
        switch (failure) {
            case IncompleteException told -> LOG.warn("{}", told.getMessage());
            case RefusedException refused -> LOG.warn("{} waits: {}", name, refused.getMessage());
            default -> LOG.error("{} failed and is tried again", name, failure);
        }
    }

    /** Ends the tasks; waits for the one that is at work. */
    @Override
    public void close() {
        thread.shutdownNow();
        thread.close();
    }
}
