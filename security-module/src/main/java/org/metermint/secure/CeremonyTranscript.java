package org.metermint.secure;

import java.time.Instant;
import java.util.List;
import org.metermint.secure.internal.TranscriptJson;

/**
 * What happened in a ceremony, as the module attests it: for the file of the people who answer for the key. Nothing of it is
 * secret.
 *
 * @param moduleId of the module
 * @param publicKey with which the module signs, 64 hexadecimal digits: it stands at the beginning of its record and in
 *     its exports too
 * @param time when the transcript was made
 * @param steps of the ceremony in the record of this module, in their order; the first steps of one that began in a module
 *     of whose backup this one was made are in the record of that
 * @param anchor the last record when the transcript was made
 * @param json all of this and the signature of the module, as text
 */
public record CeremonyTranscript(
        String moduleId,
        String publicKey,
        Instant time,
        KeyCeremony ceremony,
        List<RecordedEvent> steps,
        AuditAnchor anchor,
        String json) {

    public CeremonyTranscript {
        steps = List.copyOf(steps);
    }

    /**
     * Reads a transcript and verifies that it is as it was signed. Whose signature it is, tells the public key: compare it
     * with that of the module's record or exports. Spaces and line ends between the members of the JSON may be others.
     *
     * @throws SecurityModuleException of kind CORRUPT if it was edited or is no transcript, NEWER_FORMAT
     */
    public static CeremonyTranscript verify(String json) throws SecurityModuleException {
        return TranscriptJson.read(json);
    }
}
