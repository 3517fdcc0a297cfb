package org.metermint.secure.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import org.metermint.secure.AuditAnchor;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.BackupReceipt;
import org.metermint.secure.EventKind;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.internal.VendingKeyFile.Content;
import org.metermint.secure.internal.record.Sha256;

/**
 * Makes backups. The file lies whole on the disk before the record says that it was made, and gets its name afterwards:
 * no backup can be used that the record does not know.
 */
final class Backups {
    private final KeyRing keys;
    private final PolicyFile policy;
    private final IssueRegister register;
    private final Clock clock;

    Backups(KeyRing keys, PolicyFile policy, IssueRegister register, Clock clock) {
        this.keys = keys;
        this.policy = policy;
        this.register = register;
        this.clock = clock;
    }

    /** See {@link org.metermint.secure.KeyCustody#backup}. */
    BackupReceipt make(Path target, KeyEncryptionKeySource passphrase, String by) throws SecurityModuleException {
        Path file = target.toAbsolutePath();
        if (Files.exists(file)) {
            throw Policy.notPermitted(file + " exists, and a backup overwrites nothing; give it another name");
        }
        VendingKeyFile cover = new VendingKeyFile(StoreKey.create(keys.module(), passphrase));
        try {
            return write(file, cover, by);
        } catch (IOException e) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    "the backup " + file + " could not be written ("
                            + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "); look at the directory it shall lie in, and its disk",
                    e);
        } finally {
            cover.wipe();
        }
    }

    private BackupReceipt write(Path file, VendingKeyFile cover, String by)
            throws IOException, SecurityModuleException {
        Instant time = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        AuditAnchor head;
        byte[] state;
        IssuePolicy present;
        Content content;
        synchronized (keys) { // neither keys nor policy change meanwhile; issuing goes on
            synchronized (policy) {
                head = register.head();
                state = register.checkpoint(Instant.EPOCH);
                present = policy.current();
                content = keys.contentFor(cover);
            }
        }
        BackupFile.Facts facts = new BackupFile.Facts(keys.module(), time, head.record(), head.chainHash());
        byte[] octets = BackupFile.encode(facts, cover, content, present, state);
        String sha256 = HexFormat.of().formatHex(Sha256.of(octets));
        DurableFiles.prepare(file, octets);
        try {
            register.event(new AuditEvent(
                    EventKind.BACKUP_MADE,
                    by,
                    Map.of(
                            "file", String.valueOf(file.getFileName()),
                            "sha256", sha256,
                            "lastRecord", Long.toString(head.record()))));
            DurableFiles.commitNew(file);
        } catch (IOException | SecurityModuleException e) {
            Files.deleteIfExists(DurableFiles.prepared(file));
            throw e;
        }
        return new BackupReceipt(file, keys.module().toString(), time, head.record(), head.chainHash(), sha256);
    }
}
