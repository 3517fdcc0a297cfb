package org.metermint.secure.internal;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.EventKind;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.RecordSettings;
import org.metermint.secure.RestoreReceipt;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.internal.VendingKeyFile.Content;
import org.metermint.secure.internal.record.Journal;
import org.metermint.secure.internal.record.JournalFile;

/**
 * Makes a module from the backup of another. The store grows in a directory beside the one it is for, and is renamed when it
 * is whole: a crash leaves the target as it was, and the next attempt sweeps what the last one left.
 */
public final class Restoration {
    private static final Duration LONGEST_AHEAD = Duration.ofDays(366);
    private static final String UNFINISHED = ".restoring";

    private final Path directory;
    private final Path unfinished;
    private final String by;
    private final Clock clock;
    private final Duration ahead;
    private final KeyEncryptionKeySource source;

    private Restoration(Path directory, KeyEncryptionKeySource source, String by, Clock clock, Duration ahead) {
        this.directory = directory;
        this.unfinished = directory.resolveSibling("." + directory.getFileName() + UNFINISHED);
        this.source = source;
        this.by = by;
        this.clock = clock;
        this.ahead = ahead;
    }

    /** See {@link org.metermint.secure.SoftwareSecurityModule#restore}. */
    public static RestoreReceipt restore(
            Path backup,
            char[] passphrase,
            Path directory,
            KeyEncryptionKeySource source,
            String by,
            Clock clock,
            Duration ahead)
            throws SecurityModuleException {
        String person = People.require("person who restores", by);
        if (ahead.isNegative() || ahead.compareTo(LONGEST_AHEAD) > 0) {
            throw Policy.notPermitted("identifiers that begin " + ahead + " after the restoration are outside "
                    + Duration.ZERO + ".." + LONGEST_AHEAD);
        }
        Restoration restoration = new Restoration(directory.toAbsolutePath().normalize(), source, person, clock, ahead);
        try {
            restoration.requireEmpty();
            BackupFile.Opened opened = BackupFile.open(backup, KeyEncryptionKeySource.passphrase(passphrase));
            try {
                restoration.requireLaterThan(opened.facts);
                return restoration.run(opened);
            } finally {
                opened.keys.wipe();
            }
        } catch (IOException e) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    "backup " + backup + " was not restored into " + directory + " ("
                            + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "); look at both places, their disks and their permissions",
                    e);
        }
    }

    private void requireEmpty() throws IOException, SecurityModuleException {
        if (!Files.exists(directory)) {
            return;
        }
        boolean empty = false;
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                empty = files.findAny().isEmpty();
            }
        }
        if (!empty) {
            throw Policy.notPermitted(
                    directory + " is not an empty directory, and a backup is restored into nothing else; give another");
        }
    }

    /** The identifiers of the new module begin by the clock, so it must not be behind that of the lost one. */
    private void requireLaterThan(BackupFile.Facts backup) throws SecurityModuleException {
        if (clock.instant().isBefore(backup.time())) {
            throw Policy.notPermitted(
                    "the clock shows " + clock.instant() + ", and the backup was made at " + backup.time()
                            + "; set the clock right, since the identifiers of the restored module begin by it");
        }
    }

    private RestoreReceipt run(BackupFile.Opened backup) throws IOException, SecurityModuleException {
        VendingKeyFile keys = new VendingKeyFile(StoreKey.create(source));
        try {
            Content content = backup.keys.contentFor(directory.resolve(KeyRing.KEYS), backup.content, keys);
            sweep();
            DurableFiles.createDirectory(unfinished);
            DirectoryLock lock = DirectoryLock.take(unfinished);
            try {
                RestoreReceipt receipt = fill(backup, keys, content);
                Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
                DurableFiles.syncDirectoryOf(directory);
                return receipt;
            } finally {
                lock.close();
                sweep();
            }
        } finally {
            keys.wipe();
        }
    }

    /** Writes the new store, with the restoration as the first thing in its record that anybody did. */
    private RestoreReceipt fill(BackupFile.Opened backup, VendingKeyFile keys, Content content)
            throws IOException, SecurityModuleException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant floor = now.plus(ahead);
        byte[] state = RegisterState.beginning(backup.state, floor);
        Path record = unfinished.resolve(KeyRing.RECORD);
        Journal.create(record, keys.module(), keys.journalCipher(), now, state);
        DurableFiles.replace(unfinished.resolve(KeyRing.KEYS), keys.encode(content));
        PolicyFile policy = PolicyFile.open(unfinished, keys.module(), keys::policySeal);
        BackupFile.Facts facts = backup.facts;
        try (IssueRegister register = IssueRegister.open(
                record,
                JournalFile::open,
                new IssueRegister.Parts(
                        keys.journalCipher(), keys.module(), clock, policy::current, RecordSettings.STANDARD))) {
            Map<String, String> told = new TreeMap<>();
            told.put("backupOf", facts.module().toString());
            told.put("backupTime", facts.time().toString());
            told.put("lastRecord", Long.toString(facts.lastRecord()));
            told.put("chainHash", facts.chainHash());
            told.put("identifiersAfter", floor.toString());
            told.put(KeyRing.SEAL, keys.seal(content));
            register.event(new AuditEvent(EventKind.RESTORED, by, told));
            policy.settle(register);
            policy.replace(backup.policy, by);
        }
        return new RestoreReceipt(
                directory,
                keys.module().toString(),
                facts.module().toString(),
                facts.time(),
                facts.lastRecord(),
                facts.chainHash(),
                now,
                floor,
                (int) content.keys().stream()
                        .filter(key -> key.info().destroyedAt() == null)
                        .count());
    }

    /** Takes away what an attempt left that did not end. */
    private void sweep() throws IOException {
        if (!Files.exists(unfinished)) {
            return;
        }
        Files.walkFileTree(unfinished, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
