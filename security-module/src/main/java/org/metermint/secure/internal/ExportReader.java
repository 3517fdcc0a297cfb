package org.metermint.secure.internal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.ClientName;
import org.metermint.secure.IssuedExport;
import org.metermint.secure.MessageId;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.TokenKind;
import org.metermint.secure.internal.record.Sha256;
import org.metermint.secure.internal.record.SigningKey;
import org.metermint.token.SupplyGroupCode;

/** Reads what {@link DayExport} wrote: once for the signature, once for the content. */
public final class ExportReader {
    private static final int LONGEST_LINE = 1 << 22;

    private final Path file;
    private final Consumer<IssuedExport.Message> messages;
    private final Map<String, Long> counts = new HashMap<>();
    private int line;

    /** A reader of one file. */
    public ExportReader(Path file, Consumer<IssuedExport.Message> messages) {
        this.file = file;
        this.messages = messages;
    }

    /** Reads the file once. */
    public IssuedExport read() throws IOException, SecurityModuleException {
        long lines = verifySignature();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            line = 0;
            StrictJson head = next(in);
            long record = head.longNumber("firstRecord");
            while (line < lines - 2) {
                read(next(in), record++);
            }
            return export(head, next(in), record - 1);
        }
    }

    /** Verifies the last line against all before it; returns how many lines there are. */
    private long verifySignature() throws IOException, SecurityModuleException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            MessageDigest sha256 = Sha256.begin();
            StrictJson head = null;
            byte[] last = nextLine(in);
            byte[] current = last == null ? null : nextLine(in);
            while (last != null && current != null) {
                if (head == null) {
                    head = parse(last, 1);
                }
                sha256.update(last);
                sha256.update((byte) '\n');
                last = current;
                current = nextLine(in);
            }
            if (head == null || last == null || line < 4) {
                throw damaged("has too few lines to be an export");
            }
            requireFormat(head);
            byte[] hash = sha256.digest();
            StrictJson signed = parse(last, line).only("sha256", "signature");
            if (!MessageDigest.isEqual(hash, signed.octets("sha256"))
                    || !SigningKey.isValid(head.octets("publicKey"), hash, signed.octets("signature"))) {
                throw damaged("was edited: its signature does not fit what is in it");
            }
            return line;
        }
    }

    private static void requireFormat(StrictJson head) throws SecurityModuleException {
        head.only("format", "version", "module", "publicKey", "day", "complete", "firstRecord", "chainHashBefore");
        if (!head.text("format").equals(DayExport.FORMAT) || head.number("version") != DayExport.VERSION) {
            throw new SecurityModuleException(
                    SecurityModuleException.Kind.NEWER_FORMAT,
                    "the export has a format that this program does not know; use the version that wrote it, or a later"
                            + " one");
        }
    }

    private void read(StrictJson json, long expected) throws SecurityModuleException {
        long record = json.longNumber("record");
        if (record != expected) {
            throw damaged("has record " + record + " where record " + expected + " belongs");
        }
        if (json.has("event")) {
            return;
        }
        TokenKind kind = json.text("kind", TokenKind::valueOf);
        String group = json.has("supplyGroup") ? json.text("supplyGroup") : "";
        counts.merge(group + " " + kind, 1L, Long::sum);
        messages.accept(new IssuedExport.Message(
                record,
                json.text("client", ClientName::new),
                json.text("messageId", MessageId::new),
                json.texts("tokens", digest -> digest)));
    }

    private IssuedExport export(StrictJson head, StrictJson closing, long lastRecord) throws SecurityModuleException {
        closing.only("records", "lastRecord", "totals", "chainHashAfter");
        if (closing.longNumber("lastRecord") != lastRecord
                || closing.longNumber("records") != lastRecord - head.longNumber("firstRecord") + 1) {
            throw damaged("ends with record " + lastRecord + " and says otherwise");
        }
        return new IssuedExport(
                head.text("module", UUID::fromString),
                head.text("publicKey"),
                head.text("day", LocalDate::parse),
                head.flag("complete"),
                head.longNumber("firstRecord"),
                lastRecord,
                head.text("chainHashBefore"),
                closing.text("chainHashAfter"),
                totals(closing));
    }

    private List<IssuedExport.Total> totals(StrictJson closing) throws SecurityModuleException {
        List<IssuedExport.Total> totals = new ArrayList<>();
        for (StrictJson json : closing.objects("totals")) {
            String group = json.has("supplyGroup") ? json.text("supplyGroup") : "";
            TokenKind kind = json.text("kind", TokenKind::valueOf);
            long count = json.longNumber("count");
            Long counted = counts.remove(group + " " + kind);
            if (counted == null || counted != count) {
                throw damaged("counts " + count + " messages of kind " + kind + " and holds " + counted);
            }
            SupplyGroupCode code = group.isEmpty() ? null : SupplyGroupCode.parse(group);
            totals.add(new IssuedExport.Total(code, kind, count, json.text("amount", BigInteger::new)));
        }
        if (!counts.isEmpty()) {
            throw damaged("holds messages that its totals do not count");
        }
        return totals;
    }

    private StrictJson next(InputStream in) throws IOException, SecurityModuleException {
        byte[] octets = nextLine(in);
        if (octets == null) {
            throw damaged("changed while it was read");
        }
        return parse(octets, line);
    }

    private StrictJson parse(byte[] octets, int number) throws SecurityModuleException {
        return StrictJson.parse(file.resolveSibling(file.getFileName() + ", line " + number), octets);
    }

    /** The next line without its end; null at the end of the file. */
    private byte @Nullable [] nextLine(InputStream in) throws IOException, SecurityModuleException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(512);
        int octet = in.read();
        if (octet < 0) {
            return null;
        }
        line++;
        while (octet != '\n') {
            if (octet < 0 || octets.size() == LONGEST_LINE) {
                throw damaged("is cut short");
            }
            octets.write(octet);
            octet = in.read();
        }
        return octets.toByteArray();
    }

    private SecurityModuleException damaged(String what) {
        return StrictJson.corrupt(file, what + " (line " + line + ")");
    }
}
