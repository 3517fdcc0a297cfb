package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.TestModules.NOW;
import static org.metermint.secure.TestModules.credit;
import static org.metermint.secure.TestModules.meter;
import static org.metermint.secure.TestModules.minute;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.internal.record.Sha256;
import org.metermint.token.cipher.Ea07Tables;

/** Whatever is done to the files of a record, the verifier finds it, and names the first record that it touches. */
class AuditVerifierTest {
    private static final boolean FULL = Boolean.getBoolean("metermint.full");
    private static final int HEADER = 236;
    private static final int HEAD = 52;

    @TempDir
    Path parent;

    private final TestModules.TestClock clock = new TestModules.TestClock();
    private Path directory;
    private Path record;
    private Path segment;
    private AuditReport whole;

    /** A frame, by where it lies. */
    private record Frame(int from, int to, long first, int records) {}

    @BeforeEach
    void makeARecord() throws Exception {
        directory = parent.resolve("store");
        record = directory.resolve("record");
        segment = record.resolve("segment-00000001");
        try (SoftwareSecurityModule module = open(RecordSettings.STANDARD)) {
            module.loadTestOnlyVendingKeys();
            module.issue(credit(id(1), meter(), minute(1)));
            List<IssueRequest> several = new ArrayList<>();
            for (int i = 2; i < 5; i++) {
                several.add(credit(id(i), meter(), minute(i)));
            }
            module.issueAll(several);
            module.issue(credit(id(5), meter(), minute(5)));
        }
        whole = AuditVerifier.verify(directory);
    }

    @Test
    void wholeRecord_isIntact_andToldInFigures() throws Exception {
        assertThat(whole.isIntact()).isTrue();
        assertThat(whole.messages()).isEqualTo(5);
        assertThat(whole.lastRecord()).isEqualTo(whole.messages() + whole.events());
        assertThat(whole.firstRecord()).isEqualTo(1);
        assertThat(whole.lastTime()).isEqualTo(NOW);
        assertThat(whole.unfinished()).isNull();
        assertThat(whole.authenticated()).isFalse();
        assertThat(AuditVerifier.verify(record)).isEqualTo(whole);
        AuditReport withKey = AuditVerifier.verify(directory, List.of(), TestModules.keyFile(directory));
        assertThat(withKey.authenticated()).isTrue();
        assertThat(withKey.chainHash()).isEqualTo(whole.chainHash());
    }

    @Test
    void anyOctetOfTheFileChanged_isFound_andTheRecordNamed() throws Exception {
        byte[] octets = Files.readAllBytes(segment);
        List<Frame> frames = frames(octets);
        for (int i = 0; i < octets.length; i++) {
            for (int bit = FULL ? 0 : i % 8; bit <= (FULL ? 7 : i % 8); bit++) {
                byte[] damaged = octets.clone();
                damaged[i] ^= (byte) (1 << bit);
                Files.write(segment, damaged);
                AuditReport report = AuditVerifier.verify(directory);
                assertThat(report.isIntact()).as("octet %d", i).isFalse();
                AuditReport.Damage damage = Objects.requireNonNull(report.damage());
                assertThat(damage.file()).isEqualTo(segment);
                assertThat(damage.record())
                        .as("octet %d, bit %d: %s", i, bit, damage)
                        .isEqualTo(recordAt(octets, frames, i));
            }
        }
    }

    /** The record that holds an octet of the lines; the first one of its frame for any other part of it. */
    private static long recordAt(byte[] octets, List<Frame> frames, int octet) {
        for (Frame frame : frames) {
            if (octet >= frame.from && octet < frame.to) {
                int at = frame.from + HEAD;
                for (int i = 0; i < frame.records; i++) {
                    int end = at + 3 + (ByteBuffer.wrap(octets).getShort(at) & 0xFFFF) + 4;
                    if (octet >= at && octet < end) {
                        return frame.first + i;
                    }
                    at = end;
                }
                return frame.first;
            }
        }
        return 1;
    }

    @Test
    void fileCutAnywhere_endsBeforeTheFrame_andAnAnchorTellsWhatIsMissing() throws Exception {
        byte[] octets = Files.readAllBytes(segment);
        List<Frame> frames = frames(octets);
        AuditAnchor anchor = new AuditAnchor(whole.lastRecord(), whole.chainHash());
        for (int length = 0; length < octets.length; length++) {
            Files.write(segment, Arrays.copyOf(octets, length));
            AuditReport report = AuditVerifier.verify(directory);
            if (length < HEADER) {
                assertThat(report.isIntact()).isFalse();
                continue;
            }
            int cut = length;
            long last = frames.stream()
                    .filter(frame -> frame.to <= cut)
                    .mapToLong(frame -> frame.first + frame.records - 1)
                    .max()
                    .orElse(0);
            assertThat(report.isIntact()).as("cut to %d", length).isTrue();
            assertThat(report.lastRecord()).isEqualTo(last);
            boolean between = length == HEADER || frames.stream().anyMatch(frame -> frame.to == cut);
            assertThat(report.unfinished() == null).as("cut to %d", length).isEqualTo(between);
            AuditReport.Damage damage = Objects.requireNonNull(
                    AuditVerifier.verify(directory, List.of(anchor)).damage());
            assertThat(damage.record()).isEqualTo(last + 1);
            assertThat(damage.what()).contains("cut off");
        }
    }

    @Test
    void framesSwappedRepeatedOrLeftOut_areFoundAtTheFirst() throws Exception {
        byte[] octets = Files.readAllBytes(segment);
        List<Frame> frames = frames(octets);
        for (int i = 0; i < frames.size(); i++) {
            for (int j = 0; j < frames.size(); j++) {
                List<Frame> order = new ArrayList<>(frames);
                if (i != j) {
                    order.set(i, frames.get(j));
                    order.set(j, frames.get(i));
                    assertDamage(write(octets, order), frames.get(Math.min(i, j)).first);
                }
                List<Frame> repeated = new ArrayList<>(frames);
                repeated.add(j, frames.get(i));
                if (i != j) { // a frame in front of itself is the frame behind itself
                    assertDamage(write(octets, repeated), j < frames.size() ? frames.get(j).first : 0);
                }
            }
            List<Frame> shorter = new ArrayList<>(frames);
            shorter.remove(i);
            if (i < frames.size() - 1) {
                assertDamage(write(octets, shorter), frames.get(i).first);
            }
        }
    }

    private AuditReport write(byte[] octets, List<Frame> order) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(octets, 0, HEADER);
        order.forEach(frame -> out.write(octets, frame.from, frame.to - frame.from));
        Files.write(segment, out.toByteArray());
        return AuditVerifier.verify(directory);
    }

    private static void assertDamage(AuditReport report, long record) {
        assertThat(report.damage())
                .isNotNull()
                .satisfies(damage ->
                        assertThat(damage.record()).as(damage.toString()).isEqualTo(record));
    }

    @Test
    void segmentLeftOutOrOfAnotherModule_isFound() throws Exception {
        try (SoftwareSecurityModule module = open(new RecordSettings(1_000, Duration.ofDays(40)))) {
            for (int i = 10; i < 40; i++) {
                module.issue(credit(id(i), meter(), minute(i)));
            }
        }
        AuditReport several = AuditVerifier.verify(directory);
        assertThat(several.isIntact()).as("%s", several.damage()).isTrue();
        assertThat(several.segments()).isGreaterThan(5);
        Path third = record.resolve("segment-00000003");
        Path aside = parent.resolve("aside");
        Files.move(third, aside);
        AuditReport.Damage missing =
                Objects.requireNonNull(AuditVerifier.verify(directory).damage());
        assertThat(missing.file()).isEqualTo(third);
        assertThat(missing.what()).contains("missing");
        Files.copy(record.resolve("segment-00000004"), third);
        assertThat(AuditVerifier.verify(directory).isIntact()).isFalse();
        Files.delete(third);
        Files.move(aside, third);
        assertThat(AuditVerifier.verify(directory)).isEqualTo(several);
        assertThatThrownBy(() -> {
                    Files.write(third, new byte[] {1}, StandardOpenOption.APPEND);
                    open(RecordSettings.STANDARD);
                })
                .hasMessageContaining("segment-00000003");
    }

    @Test
    void archivedBeginning_needsAnAnchor() throws Exception {
        try (SoftwareSecurityModule module = open(new RecordSettings(1_000, Duration.ofDays(40)))) {
            for (int i = 10; i < 40; i++) {
                module.issue(credit(id(i), meter(), minute(i)));
            }
        }
        Files.delete(segment);
        AuditReport.Damage damage =
                Objects.requireNonNull(AuditVerifier.verify(directory).damage());
        assertThat(damage.what()).contains("archived");
        AuditAnchor end = new AuditAnchor(whole.lastRecord(), whole.chainHash());
        AuditReport rest = AuditVerifier.verify(directory, List.of(end));
        // the module was opened again in the first segment, after the anchor
        assertThat(rest.firstRecord()).isGreaterThan(whole.lastRecord());
    }

    @Test
    void recordOfAModuleAtWork_isIntact_howeverOftenItIsRead() throws Exception {
        AtomicBoolean end = new AtomicBoolean();
        try (SoftwareSecurityModule module = open(new RecordSettings(2_000, Duration.ofDays(40)));
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Integer> issued = threads.submit(() -> {
                int i = 10;
                while (!end.get()) {
                    module.issue(credit(id(i), meter(i), minute(1)));
                    i++;
                }
                return i;
            });
            long last = 0;
            for (int i = 0; i < (FULL ? 2_000 : 60) && !issued.isDone(); i++) {
                AuditReport report = AuditVerifier.verify(directory);
                assertThat(report.damage()).isNull();
                assertThat(report.lastRecord()).isGreaterThanOrEqualTo(last);
                last = report.lastRecord();
            }
            end.set(true);
            assertThat(issued.get()).isGreaterThan(10);
        }
    }

    /** What is left of a segment whose results were dropped is as well guarded as before. */
    @Test
    void anyOctetOfAPrunedSegmentChanged_isFound() throws Exception {
        RecordSettings settings = new RecordSettings(1_000, Duration.ofDays(1));
        try (SoftwareSecurityModule module = open(settings)) {
            for (int i = 10; i < 20; i++) {
                module.issue(credit(id(i), meter(), minute(i)));
            }
            clock.set(NOW.plus(Duration.ofDays(5)));
            module.issue(credit(id(20), meter(), minute(20)));
        }
        open(settings).close();
        AuditReport pruned = AuditVerifier.verify(directory, List.of(), TestModules.keyFile(directory));
        assertThat(pruned.isIntact()).as("%s", pruned.damage()).isTrue();
        assertThat(pruned.messages()).isEqualTo(16);
        byte[] octets = Files.readAllBytes(segment);
        assertThat(new String(octets, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("MMPRUNED");
        for (int i = 0; i < octets.length; i++) {
            byte[] damaged = octets.clone();
            damaged[i] ^= (byte) (1 << i % 8);
            Files.write(segment, damaged);
            AuditReport.Damage damage =
                    Objects.requireNonNull(AuditVerifier.verify(directory).damage());
            assertThat(damage.file()).as("octet %d", i).isEqualTo(segment);
            Files.write(segment, Arrays.copyOf(octets, i));
            assertThat(AuditVerifier.verify(directory).isIntact())
                    .as("cut to %d", i)
                    .isFalse();
        }
        byte[] unmarked = octets.clone();
        System.arraycopy("MMRECORD".getBytes(StandardCharsets.US_ASCII), 0, unmarked, 0, 8);
        Files.write(segment, unmarked);
        assertThat(AuditVerifier.verify(directory).isIntact()).isFalse();
    }

    /** Whoever has no key can still compute hashes: the key, or an anchor, shows that it was not the module. */
    @Test
    void recordRewrittenWithItsHashes_isFoundWithTheKeyOrAnAnchor() throws Exception {
        byte[] octets = Files.readAllBytes(segment);
        List<Frame> frames = frames(octets);
        Frame last = frames.getLast();
        Files.write(segment, Arrays.copyOf(octets, last.from));
        AuditReport shorter = AuditVerifier.verify(directory);
        assertThat(shorter.isIntact()).isTrue();
        assertThat(AuditVerifier.verify(directory, List.of(new AuditAnchor(whole.lastRecord(), whole.chainHash())))
                        .isIntact())
                .isFalse();
        assertThat(AuditVerifier.verify(directory, List.of(new AuditAnchor(shorter.lastRecord(), whole.chainHash())))
                        .isIntact())
                .isFalse();
        Files.write(segment, forged(octets, last));
        assertThat(AuditVerifier.verify(directory).isIntact())
                .as("hashes alone")
                .isTrue();
        AuditReport withKey = AuditVerifier.verify(directory, List.of(), TestModules.keyFile(directory));
        assertThat(withKey.damage()).isNotNull().satisfies(damage -> {
            assertThat(damage.record()).isEqualTo(last.first);
            assertThat(damage.what()).contains("not written by the module");
        });
        assertThatThrownBy(() -> open(RecordSettings.STANDARD)).hasMessageContaining("not written by this module");
    }

    /** The last frame with its clock changed and every checksum and hash made to fit. */
    private static byte[] forged(byte[] octets, Frame frame) {
        byte[] forged = octets.clone();
        forged[frame.from + 35] ^= 1;
        CRC32C crc = new CRC32C();
        crc.update(forged, frame.from, HEAD - 4);
        ByteBuffer.wrap(forged).putInt(frame.from + HEAD - 4, (int) crc.getValue());
        int lines = HEAD + ByteBuffer.wrap(forged).getInt(frame.from);
        byte[] before = Arrays.copyOfRange(forged, frame.from - 32, frame.from);
        byte[] core = Sha256.of(before, Arrays.copyOfRange(forged, frame.from, frame.from + lines));
        byte[] results = Sha256.of(Arrays.copyOfRange(forged, frame.from + lines, frame.to - 32));
        byte[] after = Sha256.of(core, results);
        System.arraycopy(after, 0, forged, frame.to - 32, 32);
        return forged;
    }

    @Test
    void directoryWithoutARecord_isToldWithTheRemedy() throws Exception {
        AuditReport nothing = AuditVerifier.verify(parent);
        assertThat(nothing.isIntact()).isFalse();
        assertThat(Objects.requireNonNull(nothing.damage()).what()).contains("missing");
        assertThatThrownBy(() -> AuditVerifier.verify(segment)).hasMessageContaining("name the directory");
    }

    private static List<Frame> frames(byte[] octets) {
        List<Frame> frames = new ArrayList<>();
        int at = HEADER;
        while (at < octets.length) {
            ByteBuffer in = ByteBuffer.wrap(octets, at, octets.length - at);
            int lines = in.getInt();
            int results = in.getInt();
            int records = in.getInt();
            int end = at + HEAD + lines + results + 32;
            frames.add(new Frame(at, end, in.getLong(), records));
            at = end;
        }
        return frames;
    }

    private static MessageId id(int number) {
        return MessageId.of(new UUID(9, number));
    }

    private SoftwareSecurityModule open(RecordSettings settings) throws Exception {
        return SoftwareSecurityModule.open(
                directory,
                TestModules.keyFile(directory),
                clock.clock(),
                TestModules.RND_5,
                Ea07Tables.sample(),
                settings);
    }
}
