package org.metermint.secure.network;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs work later. */
interface PoolTimer extends AutoCloseable {
    /** Runs work once, after a delay; not any more after {@link #close}. */
    void after(Duration delay, Runnable work);

    @Override
    void close();

    /** The system's time; each work runs on a thread of its own. */
    static PoolTimer system(String name) {
        ScheduledExecutorService threads = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
        return new PoolTimer() {
            @Override
            public void after(Duration delay, Runnable work) {
                try {
                    var unused = threads.schedule(
                            () -> Thread.ofVirtual().name(name).start(work), delay.toNanos(), TimeUnit.NANOSECONDS);
                } catch (RejectedExecutionException e) {
                    // closed: nothing is to run any more
                }
            }

            @Override
            public void close() {
                threads.shutdownNow();
            }
        };
    }
}
