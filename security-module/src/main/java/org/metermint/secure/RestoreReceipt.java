package org.metermint.secure;

import java.nio.file.Path;
import java.time.Instant;

/**
 * That a module was made from a backup of another.
 *
 * @param directory of the new module
 * @param moduleId of the new module
 * @param backupOf the id of the module whose backup it was
 * @param backupTime when the backup was made
 * @param lastRecord the last record of that module that the backup knows
 * @param chainHash what stands for that record and all before it, 64 hexadecimal digits
 * @param restoredAt when the new module was made
 * @param identifiersAfter no meter gets a token identifier of this instant or of one before
 * @param vendingKeys how many keys can be used, after the token is there that some of them may be in
 */
public record RestoreReceipt(
        Path directory,
        String moduleId,
        String backupOf,
        Instant backupTime,
        long lastRecord,
        String chainHash,
        Instant restoredAt,
        Instant identifiersAfter,
        int vendingKeys) {}
