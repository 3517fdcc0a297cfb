package org.metermint.secure;

import java.nio.file.Path;
import java.time.Instant;

/**
 * That a backup was written. Nothing of it is secret: kept elsewhere than the backup, it tells whether the file is still
 * the one that was written, and up to which record it goes.
 *
 * @param moduleId of the module whose backup it is
 * @param lastRecord the number of the last record that the backup knows
 * @param chainHash what stands for that record and all before it, 64 hexadecimal digits
 * @param sha256 of the file, 64 hexadecimal digits
 */
public record BackupReceipt(
        Path file, String moduleId, Instant time, long lastRecord, String chainHash, String sha256) {}
