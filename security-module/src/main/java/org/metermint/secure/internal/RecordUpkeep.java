package org.metermint.secure.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.EventKind;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/**
 * What is done to the record beside the issuing: days that have ended are exported, and results past their retention are
 * dropped. A thread of its own looks after it when the module opens, when a segment ends, and every minute.
 */
final class RecordUpkeep implements AutoCloseable {
    private static final int SECONDS_BETWEEN_LOOKS = 60;
    private static final String EXPORTED_TO = "exportedTo";

    private final IssueRegister register;
    private final DayExport exports;
    private final Semaphore due = new Semaphore(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    /** The day up to which nothing is left to export. */
    private @Nullable LocalDate exportedBefore;

    private volatile boolean closing;
    private volatile @Nullable String problem;

    RecordUpkeep(Path module, IssueRegister register) {
        this.register = register;
        this.exports = new DayExport(module, register.signingKey());
    }

    /** Begins to look after the record. */
    void start() {
        register.whenRolled(due::release);
        Thread.ofPlatform().daemon().name("metermint-record").start(this::lookAfter);
    }

    private void lookAfter() {
        try {
            boolean last = false;
            while (!last) {
                if (due.tryAcquire(SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS)) {
                    due.drainPermits();
                }
                last = closing;
                runOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does; the next opening makes up for what is left
        } finally {
            ended.countDown();
        }
    }

    /** Does what is due; what fails is told by {@link #problem} and tried again later. */
    synchronized void runOnce() {
        try {
            exportEndedDays();
            register.dropResults();
            problem = null;
        } catch (IOException | SecurityModuleException e) {
            problem = "the upkeep of the record failed and is tried again every minute: " + e.getMessage();
        } catch (RuntimeException e) {
            problem = "the upkeep of the record failed with an error of the program (" + e + "); report it as a bug";
        }
    }

    private void exportEndedDays() throws IOException, SecurityModuleException {
        LocalDate today = register.today();
        if (today.equals(exportedBefore)) {
            return;
        }
        Optional<LocalDate> day = exports.nextDay(lastExported());
        while (day.isPresent() && day.get().isBefore(today)) {
            export(day.get(), today, AuditEvent.MODULE, day.get());
            day = exports.nextDay(day.get());
        }
        exportedBefore = today;
    }

    /** Up to which day every day was exported; null if none was. */
    private @Nullable LocalDate lastExported() {
        return register.lastEvent(EventKind.EXPORTED)
                .map(event -> event.event().facts().get(EXPORTED_TO))
                .map(LocalDate::parse)
                .orElse(null);
    }

    /** Exports a day because somebody asks for it; empty if it has no records. */
    synchronized Optional<Path> export(LocalDate day, String by) throws SecurityModuleException {
        try {
            return export(day, register.today(), by, lastExported());
        } catch (IOException e) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE, "the export of " + day + " could not be written; is the disk full?", e);
        }
    }

    private Optional<Path> export(LocalDate day, LocalDate today, String by, @Nullable LocalDate exportedTo)
            throws IOException, SecurityModuleException {
        Optional<DayExport.Written> written = exports.write(day, day.isBefore(today));
        if (written.isPresent()) {
            DayExport.Written export = written.get();
            Map<String, String> facts = new TreeMap<>();
            facts.put("day", day.toString());
            facts.put("complete", Boolean.toString(export.complete()));
            facts.put("records", Long.toString(export.records()));
            facts.put("lastRecord", Long.toString(export.lastRecord()));
            facts.put("chainHash", export.chainHash());
            facts.put("sha256", export.sha256());
            if (exportedTo != null) {
                facts.put(EXPORTED_TO, exportedTo.toString());
            }
            register.event(new AuditEvent(EventKind.EXPORTED, by, facts));
        }
        return written.map(DayExport.Written::file);
    }

    /** What keeps upkeep from being done; null if nothing does. */
    @Nullable String problem() {
        return problem;
    }

    /** Does for the last time what is due. */
    @Override
    public void close() {
        closing = true;
        due.release();
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
