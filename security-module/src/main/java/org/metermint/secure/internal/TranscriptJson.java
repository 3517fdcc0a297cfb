package org.metermint.secure.internal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.metermint.secure.AuditAnchor;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.CeremonyTranscript;
import org.metermint.secure.EventKind;
import org.metermint.secure.KeyCeremony;
import org.metermint.secure.RecordedEvent;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.internal.record.SigningKey;

/**
 * A transcript as JSON: what is attested, the public key, and the signature over what is attested, written without spaces
 * and with its members in their order.
 */
public final class TranscriptJson {
    private static final String FORMAT = "metermint ceremony transcript";
    private static final int VERSION = 1;
    private static final HexFormat HEX = HexFormat.of();
    /** Stands for the text in errors. */
    private static final Path TEXT = Path.of("transcript");

    private TranscriptJson() {}

    static CeremonyTranscript sign(
            String module,
            Instant time,
            KeyCeremony ceremony,
            List<RecordedEvent> steps,
            AuditAnchor anchor,
            SigningKey key)
            throws SecurityModuleException {
        Map<String, Object> attested = new LinkedHashMap<>();
        attested.put("format", FORMAT);
        attested.put("version", VERSION);
        attested.put("module", module);
        attested.put("time", time.toString());
        attested.put("ceremony", CeremonyEntry.json(ceremony));
        attested.put("steps", steps.stream().map(TranscriptJson::json).toList());
        attested.put("lastRecord", anchor.record());
        attested.put("chainHash", anchor.chainHash());
        byte[] octets = StrictJson.parse(TEXT, StrictJson.write(attested)).compact();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("transcript", attested);
        json.put("publicKey", HEX.formatHex(key.publicKey()));
        json.put("signature", HEX.formatHex(key.sign(octets)));
        return read(new String(StrictJson.write(json), StandardCharsets.UTF_8));
    }

    private static Map<String, Object> json(RecordedEvent step) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("record", step.record());
        json.put("time", step.time().toString());
        json.put("who", step.event().who());
        json.put("facts", step.event().facts());
        return json;
    }

    /** See {@link CeremonyTranscript#verify}. */
    public static CeremonyTranscript read(String text) throws SecurityModuleException {
        StrictJson json = StrictJson.parse(TEXT, text.getBytes(StandardCharsets.UTF_8))
                .only("transcript", "publicKey", "signature");
        StrictJson attested = json.object("transcript");
        byte[] publicKey = json.octets("publicKey");
        if (!SigningKey.isValid(publicKey, attested.compact(), json.octets("signature"))) {
            throw new SecurityModuleException(
                    Kind.CORRUPT,
                    "the transcript was edited: the signature is not that of its text; take another copy");
        }
        int version = attested.number("version");
        if (version > VERSION) {
            throw new SecurityModuleException(
                    Kind.NEWER_FORMAT,
                    "the transcript has format version " + version + ", this program knows " + VERSION
                            + "; verify it with the version of the program that wrote it, or a later one");
        }
        if (!attested.text("format").equals(FORMAT)) {
            throw StrictJson.corrupt(TEXT, "has a member format that is not \"" + FORMAT + "\"");
        }
        attested.only("format", "version", "module", "time", "ceremony", "steps", "lastRecord", "chainHash");
        List<RecordedEvent> steps = new ArrayList<>();
        for (StrictJson step : attested.objects("steps")) {
            steps.add(step(step.only("record", "time", "who", "facts")));
        }
        long lastRecord = attested.longNumber("lastRecord");
        return new CeremonyTranscript(
                attested.text("module", UUID::fromString).toString(),
                HEX.formatHex(publicKey),
                attested.text("time", Instant::parse),
                CeremonyEntry.ceremony(attested.object("ceremony")),
                steps,
                attested.text("chainHash", hash -> new AuditAnchor(lastRecord, hash)),
                text);
    }

    private static RecordedEvent step(StrictJson json) throws SecurityModuleException {
        String who = json.text("who");
        Map<String, String> facts = json.texts("facts");
        return new RecordedEvent(
                json.longNumber("record"),
                json.text("time", Instant::parse),
                json.make(() -> new AuditEvent(EventKind.CEREMONY_STEP, who, facts)));
    }
}
