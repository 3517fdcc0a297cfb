package org.metermint.secure.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.AuditAnchor;
import org.metermint.secure.AuditReport;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.internal.record.RecordDamage;
import org.metermint.secure.internal.record.RecordReader;
import org.metermint.secure.internal.record.Sha256;
import org.metermint.token.TokenNumber;

/** One run of {@link org.metermint.secure.AuditVerifier} over a record. */
public final class Audit {
    /** The directory of the record in that of a module. */
    public static final String RECORD = KeyRing.RECORD;

    private static final HexFormat HEX = HexFormat.of();
    private static final UUID UNKNOWN = new UUID(0, 0);

    private final Path record;
    private final @Nullable Aead cipher;
    private final NavigableMap<Long, String> anchors = new TreeMap<>();

    private UUID module = UNKNOWN;
    private String publicKey = HEX.formatHex(new byte[Sha256.OCTETS]);
    private int segments;
    private long firstRecord = 1;
    private long lastRecord;
    private long messages;
    private long events;
    private @Nullable Instant lastTime;
    private byte[] chainHash = new byte[Sha256.OCTETS];
    private AuditReport.@Nullable Unfinished unfinished;
    private AuditReport.@Nullable Damage damage;

    /** A run that also checks who wrote the record, if there is a key. */
    public Audit(Path record, List<AuditAnchor> anchors, @Nullable Aead cipher) {
        this.record = record;
        this.cipher = cipher;
        anchors.forEach(anchor -> this.anchors.put(anchor.record(), anchor.chainHash()));
    }

    /** The key of the record of a module. */
    public static Aead key(Path directory, KeyEncryptionKeySource source) throws IOException, SecurityModuleException {
        VendingKeyFile file = KeyRing.unlock(directory, source, Clock.systemUTC());
        try {
            return file.journalCipher();
        } finally {
            file.wipe();
        }
    }

    /** Reads the record to its end or to the first damage. */
    public AuditReport run() throws IOException {
        try {
            read();
        } catch (RecordDamage e) {
            damage = new AuditReport.Damage(e.file(), e.place(), e.record(), String.valueOf(e.getMessage()));
        }
        return new AuditReport(
                module,
                publicKey,
                segments,
                firstRecord,
                lastRecord,
                messages,
                events,
                lastTime,
                HEX.formatHex(chainHash),
                cipher != null && damage == null,
                unfinished,
                damage);
    }

    private void read() throws IOException, RecordDamage {
        try (RecordReader reader = RecordReader.open(record)) {
            begin(reader);
            if (cipher != null) {
                reader.verifiedWith(cipher);
            }
            RecordReader.Records records = reader.next();
            while (records != null) {
                verify(records);
                lastRecord = records.lastRecord();
                lastTime = records.time();
                chainHash = records.after();
                records = reader.next();
            }
            if (reader.unfinishedOctets() > 0) {
                unfinished = new AuditReport.Unfinished(reader.file(), reader.end(), reader.unfinishedOctets());
            }
            if (!anchors.isEmpty() && anchors.lastKey() > lastRecord) {
                throw new RecordDamage(
                        reader.file(),
                        reader.end(),
                        lastRecord + 1,
                        "the record ends with record " + lastRecord + ", and record " + anchors.lastKey()
                                + " is known from elsewhere: what follows was cut off");
            }
            reader.requireCheckpoint();
        }
    }

    private void begin(RecordReader reader) throws RecordDamage {
        module = reader.module();
        publicKey = HEX.formatHex(reader.publicKey());
        segments = reader.segments();
        firstRecord = reader.firstRecord();
        lastRecord = firstRecord - 1;
        chainHash = reader.before();
        String known = anchors.get(lastRecord);
        if (firstRecord > 1 && known == null) {
            throw new RecordDamage(
                    reader.file(),
                    0,
                    firstRecord,
                    "the files before it are missing; if they were archived, name the export that ends with record "
                            + lastRecord);
        }
        if (known != null && !known.equals(HEX.formatHex(chainHash))) {
            throw new RecordDamage(reader.file(), 0, firstRecord, "it does not follow what is known from elsewhere");
        }
    }

    private void verify(RecordReader.Records records) throws RecordDamage {
        List<byte[]> clear = records.clear();
        List<byte[]> secret = cipher == null ? null : records.secret(cipher);
        for (int i = 0; i < clear.size(); i++) {
            long number = records.firstRecord() + i;
            try {
                verify(number, records.time(), clear.get(i), secret == null ? null : secret.get(i));
            } catch (IllegalArgumentException e) {
                throw records.damage(number, "record " + number + " cannot be read: " + e.getMessage());
            }
        }
        for (Map.Entry<Long, String> anchor : anchors.subMap(records.firstRecord(), true, records.lastRecord(), true)
                .entrySet()) {
            if (anchor.getKey() != records.lastRecord() || !anchor.getValue().equals(HEX.formatHex(records.after()))) {
                throw records.damage(
                        records.firstRecord(),
                        "record " + anchor.getKey() + " or one before it is not the one that is known from elsewhere");
            }
        }
    }

    private void verify(long number, Instant time, byte[] clear, byte @Nullable [] secret) {
        if (EventLine.isEvent(clear)) {
            EventLine.read(clear);
            events++;
            return;
        }
        IssuedMessage.Read read = IssuedMessage.read(number, time, clear, secret);
        messages++;
        List<TokenNumber> tokens = read.message().result().tokens();
        TokenDigest digest = new TokenDigest(module);
        for (int i = 0; i < tokens.size(); i++) {
            MessageKey key = read.message().key();
            if (!MessageDigest.isEqual(
                    digest.of(key.client(), key.id(), tokens.get(i)),
                    read.digests().get(i))) {
                throw new IllegalArgumentException("its digests are not those of its tokens");
            }
        }
    }
}
