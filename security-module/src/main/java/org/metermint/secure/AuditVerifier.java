package org.metermint.secure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.internal.Audit;

/**
 * Verifies the record of a module from its files alone: every frame, the numbers and times of its records, the hashes, and
 * how the files follow one another. No key, no lock and no program that runs is needed, and nothing is changed; a copy of the files does
 * as well.
 *
 * <p>Without a key this shows that the record is whole in itself. That it is the one that the module wrote, and not one
 * that somebody made up from the beginning, shows the key of the record, or an {@link AuditAnchor} that was kept elsewhere; an
 * anchor also shows that the newest records were not cut off.
 */
public final class AuditVerifier {
    private AuditVerifier() {}

    /**
     * Verifies a record on its own.
     *
     * @param directory of the module, or that of its record
     * @throws SecurityModuleException of kind UNAVAILABLE if a file cannot be read
     */
    public static AuditReport verify(Path directory) throws SecurityModuleException {
        return verify(directory, List.of());
    }

    /**
     * Verifies a record and holds it against what is known from elsewhere.
     *
     * @throws SecurityModuleException as {@link #verify(Path)}
     */
    public static AuditReport verify(Path directory, List<AuditAnchor> anchors) throws SecurityModuleException {
        return run(directory, new Audit(record(directory), anchors, null));
    }

    /**
     * Verifies a record with the key of its module: also that the module itself wrote every frame and every header, and that the tokens
     * are those of the digests.
     *
     * @param directory of the module
     * @param source opens its store
     * @throws SecurityModuleException as {@link #verify(Path)}, and of kind ACCESS_DENIED, CORRUPT or NEWER_FORMAT if the
     *     store does not open
     */
    public static AuditReport verify(Path directory, List<AuditAnchor> anchors, KeyEncryptionKeySource source)
            throws SecurityModuleException {
        try {
            return run(directory, new Audit(record(directory), anchors, Audit.key(directory, source)));
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    private static AuditReport run(Path directory, Audit audit) throws SecurityModuleException {
        try {
            return audit.run();
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    private static SecurityModuleException unreadable(Path directory, IOException cause) {
        return new SecurityModuleException(
                Kind.UNAVAILABLE,
                "the record in " + directory + " cannot be read ("
                        + cause.getClass().getSimpleName() + ": " + cause.getMessage()
                        + "); name the directory of a security module, and see that you may read it",
                cause);
    }

    private static Path record(Path directory) {
        Path record = directory.resolve(Audit.RECORD);
        return Files.isDirectory(record) ? record : directory;
    }
}
