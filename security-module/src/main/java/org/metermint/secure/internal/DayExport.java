package org.metermint.secure.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.TokenKind;
import org.metermint.secure.internal.record.RecordDamage;
import org.metermint.secure.internal.record.RecordReader;
import org.metermint.secure.internal.record.Sha256;
import org.metermint.secure.internal.record.SigningKey;
import org.metermint.token.SupplyGroupCode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the records of a day into a file for others: a line of JSON for the day, one for each record, one with the totals,
 * and one with the SHA-256 of all lines before it and the module's signature over that. {@link org.metermint.secure.IssuedExport} reads it.
 */
final class DayExport {
    static final String DIRECTORY = "exports";
    static final String FORMAT = "metermint issued tokens";
    static final int VERSION = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final HexFormat HEX = HexFormat.of();

    private final Path directory;
    private final Path record;
    private final SigningKey key;

    DayExport(Path module, SigningKey key) {
        this.directory = module.resolve(DIRECTORY);
        this.record = module.resolve(KeyRing.RECORD);
        this.key = key;
    }

    /** What was written. */
    record Written(
            Path file,
            LocalDate day,
            boolean complete,
            long records,
            long lastRecord,
            String chainHash,
            String sha256) {}

    /** The first day after one that has records; empty if there is none. */
    Optional<LocalDate> nextDay(@Nullable LocalDate after) throws IOException, SecurityModuleException {
        Instant since = after == null
                ? Instant.EPOCH
                : after.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        try (RecordReader reader = RecordReader.openBefore(record, since)) {
            RecordReader.Records first = skipTo(reader, since);
            return first == null ? Optional.empty() : Optional.of(LocalDate.ofInstant(first.time(), ZoneOffset.UTC));
        } catch (RecordDamage e) {
            throw e.refusal();
        }
    }

    private static RecordReader.@Nullable Records skipTo(RecordReader reader, Instant since)
            throws IOException, RecordDamage {
        RecordReader.Records records = reader.next();
        while (records != null && records.time().isBefore(since)) {
            records = reader.next();
        }
        return records;
    }

    /**
     * Writes the file of a day; empty if the day has no records.
     *
     * @param complete whether the day has ended; if not, the file says so in its name and its head
     */
    Optional<Written> write(LocalDate day, boolean complete) throws IOException, SecurityModuleException {
        Instant since = day.atStartOfDay(ZoneOffset.UTC).toInstant();
        try (RecordReader reader = RecordReader.openBefore(record, since)) {
            RecordReader.Records first = skipTo(reader, since);
            Instant until = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
            if (first == null || !first.time().isBefore(until)) {
                return Optional.empty();
            }
            DurableFiles.createDirectory(directory);
            Path file = directory.resolve("issued-" + day + (complete ? ".jsonl" : ".partial.jsonl"));
            Day content = new Day(reader, first, day, complete, until);
            DurableFiles.replace(file, content::writeTo);
            if (complete) {
                Files.deleteIfExists(directory.resolve("issued-" + day + ".partial.jsonl"));
            }
            return Optional.of(content.written(file));
        } catch (RecordDamage e) {
            throw e.refusal();
        } catch (IOException e) {
            if (e.getCause() instanceof RecordDamage damage) {
                throw damage.refusal();
            }
            throw e;
        }
    }

    /** The lines of one day on their way into a file. */
    private final class Day {
        private final RecordReader reader;
        private final RecordReader.Records first;
        private final LocalDate day;
        private final boolean complete;
        private final Instant until;
        private final MessageDigest sha256 = Sha256.begin();
        private final Totals totals = new Totals();
        private long lastRecord;
        private byte[] chainHash;
        private byte[] hash = {};

        Day(RecordReader reader, RecordReader.Records first, LocalDate day, boolean complete, Instant until) {
            this.reader = reader;
            this.first = first;
            this.day = day;
            this.complete = complete;
            this.until = until;
            this.chainHash = first.before();
        }

        void writeTo(OutputStream out) throws IOException {
            line(out, head());
            try {
                RecordReader.Records records = first;
                while (records != null && records.time().isBefore(until)) {
                    write(out, records);
                    records = reader.next();
                }
            } catch (RecordDamage e) {
                throw new IOException("what is damaged is not exported", e);
            }
            line(out, closing());
            hash = sha256.digest();
            Map<String, Object> signature = new LinkedHashMap<>();
            signature.put("sha256", HEX.formatHex(hash));
            signature.put("signature", HEX.formatHex(key.sign(hash)));
            out.write(MAPPER.writeValueAsBytes(signature));
            out.write('\n');
        }

        private Map<String, Object> head() {
            Map<String, Object> head = new LinkedHashMap<>();
            head.put("format", FORMAT);
            head.put("version", VERSION);
            head.put("module", reader.module().toString());
            head.put("publicKey", HEX.formatHex(reader.publicKey()));
            head.put("day", day.toString());
            head.put("complete", complete);
            head.put("firstRecord", first.firstRecord());
            // The chain hash that the export of the day before ends with: a header of a segment may stand between.
            head.put("chainHashBefore", HEX.formatHex(chainHashBefore()));
            return head;
        }

        private byte[] chainHashBefore() {
            return first.firstRecord() == reader.firstRecord() ? reader.before() : first.before();
        }

        private void write(OutputStream out, RecordReader.Records records) throws IOException {
            long number = records.firstRecord();
            for (byte[] clear : records.clear()) {
                line(out, RecordJson.record(number, records.time(), clear));
                totals.add(number, records.time(), clear);
                number++;
            }
            lastRecord = records.lastRecord();
            chainHash = records.after();
        }

        private Map<String, Object> closing() {
            Map<String, Object> closing = new LinkedHashMap<>();
            closing.put("records", lastRecord - first.firstRecord() + 1);
            closing.put("lastRecord", lastRecord);
            closing.put("totals", totals.json());
            closing.put("chainHashAfter", HEX.formatHex(chainHash));
            return closing;
        }

        private void line(OutputStream out, Map<String, Object> json) throws IOException {
            byte[] line = MAPPER.writeValueAsBytes(json);
            sha256.update(line);
            sha256.update((byte) '\n');
            out.write(line);
            out.write('\n');
        }

        Written written(Path file) {
            return new Written(
                    file,
                    day,
                    complete,
                    lastRecord - first.firstRecord() + 1,
                    lastRecord,
                    HEX.formatHex(chainHash),
                    HEX.formatHex(hash));
        }
    }

    /** Count and amount by supply group and kind. */
    private static final class Totals {
        private final Map<String, Map<TokenKind, BigInteger[]>> sums = new TreeMap<>();

        void add(long number, Instant time, byte[] clear) {
            if (EventLine.isEvent(clear)) {
                return;
            }
            IssueRequest request =
                    IssuedMessage.read(number, time, clear, null).message().request();
            SupplyGroupCode group = PeriodTotals.group(request);
            BigInteger[] sum = sums.computeIfAbsent(group == null ? "" : group.digits(), g -> new TreeMap<>())
                    .computeIfAbsent(TokenKind.of(request), k -> new BigInteger[] {BigInteger.ZERO, BigInteger.ZERO});
            sum[0] = sum[0].add(BigInteger.ONE);
            sum[1] = sum[1].add(BigInteger.valueOf(PeriodTotals.amount(request)));
        }

        List<Map<String, Object>> json() {
            List<Map<String, Object>> json = new ArrayList<>();
            sums.forEach((group, kinds) -> kinds.forEach((kind, sum) -> {
                Map<String, Object> total = new LinkedHashMap<>();
                if (!group.isEmpty()) {
                    total.put("supplyGroup", group);
                }
                total.put("kind", kind.name());
                total.put("count", sum[0]);
                total.put("amount", sum[1].toString());
                json.add(total);
            }));
            return json;
        }
    }
}
