package org.metermint.secure.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.internal.Aead;

class JournalTest {
    private static final UUID MODULE = new UUID(1, 2);
    private static final int HEADER = 236;
    private static final int HEAD = 52;
    private static final int LINE = 7;
    private static final int TAG = 16;
    private static final int HASH = 32;
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    Path directory;

    private final Aead cipher = new Aead(new byte[32]);
    private final FaultyFile.Disk disk = new FaultyFile.Disk();
    private Path file;
    private Path record;

    @BeforeEach
    void createJournal() throws IOException {
        record = directory.resolve("record");
        file = record.resolve("segment-00000001");
        Journal.create(record, MODULE, cipher, NOW, null);
    }

    @Test
    void open_afterAppends_givesRecordsBackInOrder() throws Exception {
        List<Long> places = new ArrayList<>();
        try (Journal journal = open(new ArrayList<>())) {
            places.add(append(journal, "one"));
            places.add(append(journal, "two", "three"));
            assertThat(journal.records()).isEqualTo(3);
        }
        List<String> replayed = new ArrayList<>();
        try (Journal journal = open(replayed)) {
            assertThat(replayed).containsExactly("one", "two", "three");
            Journal.Content content = Objects.requireNonNull(journal.read(places.get(1)));
            assertThat(content.firstRecord()).isEqualTo(2);
            assertThat(content.clear()).extracting(JournalTest::text).containsExactly("two", "three");
            assertThat(content.secret())
                    .extracting(JournalTest::text)
                    .containsExactly("secret of two", "secret of three");
            append(journal, "four");
            assertThat(journal.records()).isEqualTo(4);
            assertThat(journal.tornTail()).isNull();
        }
    }

    @Test
    void file_ofRecords_showsTheirClearPartOnly() throws Exception {
        try (Journal journal = open(new ArrayList<>())) {
            append(journal, "12345678901234567890");
        }
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .contains("12345678901234567890")
                .doesNotContain("secret");
    }

    @Test
    void open_fileCutAnywhereInLastFrame_keepsTheFramesBefore() throws Exception {
        byte[] whole = journalOf("first", "second");
        int begin = lengthAfter("first");
        for (int length = begin; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            List<String> replayed = new ArrayList<>();
            try (Journal journal = open(replayed)) {
                assertThat(replayed).as("cut to %d octets", length).containsExactly("first");
                assertThat(journal.tornTail() != null).isEqualTo(length > begin);
                append(journal, "again");
            }
            replayed.clear();
            open(replayed).close();
            assertThat(replayed).containsExactly("first", "again");
        }
        assertThat(record.resolve("segment-00000001.torn-at-" + begin)).exists();
    }

    @Test
    void open_lastSectorsNeverWritten_keepsTheFramesBefore() throws Exception {
        byte[] whole = journalOf("first", "x".repeat(2000));
        int begin = lengthAfter("first");
        for (int sector = begin / 512; sector <= (whole.length - 1) / 512; sector++) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, Math.max(begin, sector * 512), Math.min(whole.length, (sector + 1) * 512), (byte) 0);
            Files.write(file, torn);
            List<String> replayed = new ArrayList<>();
            open(replayed).close();
            assertThat(replayed).as("sector %d lost", sector).containsExactly("first");
        }
    }

    @Test
    void open_anyOctetChanged_isRefusedWithItsPlace() throws Exception {
        byte[] whole = journalOf("first", "second");
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x10;
            Files.write(file, damaged);
            SecurityModuleException e = catchThrowableOfType(
                    SecurityModuleException.class, () -> open(new ArrayList<>()).close());
            assertThat(e).as("octet %d changed", i).isNotNull();
            assertThat(e.kind()).isIn(Kind.CORRUPT, Kind.NEWER_FORMAT);
            assertThat(e).hasMessageContaining(file.toString());
        }
        assertThat(Files.readAllBytes(file))
                .as("what was refused stays as it was")
                .hasSameSizeAs(whole);
    }

    @Test
    void open_middleFrameLeftOut_isRefused() throws Exception {
        byte[] whole = journalOf("first", "second", "third");
        int from = lengthAfter("first");
        int to = lengthAfter("first", "second");
        byte[] shorter = new byte[whole.length - (to - from)];
        System.arraycopy(whole, 0, shorter, 0, from);
        System.arraycopy(whole, to, shorter, from, whole.length - to);
        Files.write(file, shorter);
        assertThatThrownBy(() -> open(new ArrayList<>()))
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
    }

    @Test
    void open_byAnotherModuleOrKey_isRefused() throws Exception {
        journalOf("first");
        assertThatThrownBy(() ->
                        Journal.open(record, disk, cipher, new UUID(3, 4), newest -> NOW, new Texts(new ArrayList<>())))
                .hasMessageContaining("another security module");
        byte[] otherKey = new byte[32];
        otherKey[0] = 1;
        assertThatThrownBy(() -> Journal.open(
                        record, disk, new Aead(otherKey), MODULE, newest -> NOW, new Texts(new ArrayList<>())))
                .hasMessageContaining("not written by this module");
    }

    @Test
    void append_diskFull_leavesTheFileAsItWas_andWorksAgainWithRoom() throws Exception {
        List<String> replayed = new ArrayList<>();
        try (Journal journal = open(replayed)) {
            append(journal, "first");
            for (int room = 0; room < HEAD + 54; room += 7) {
                disk.room = room;
                assertThatThrownBy(() -> append(journal, "lost")).hasMessageContaining("No space");
                assertThat(journal.failed()).isFalse();
            }
            disk.room = Long.MAX_VALUE;
            append(journal, "second");
        }
        open(replayed).close();
        assertThat(replayed).containsExactly("first", "second");
    }

    @Test
    void append_syncFails_stopsTheJournalUntilItIsOpenedAnew() throws Exception {
        List<String> replayed = new ArrayList<>();
        try (Journal journal = open(replayed)) {
            append(journal, "first");
            disk.syncFails = true;
            assertThatThrownBy(() -> append(journal, "in doubt")).isInstanceOf(IOException.class);
            disk.syncFails = false;
            assertThatThrownBy(() -> append(journal, "never")).hasMessageContaining("failed before");
            assertThat(journal.failed()).isTrue();
        }
        open(replayed).close();
        assertThat(replayed).containsExactly("first", "in doubt");
    }

    @Test
    void append_diskFullAndFileStuck_stopsTheJournalUntilItIsOpenedAnew() throws Exception {
        List<String> replayed = new ArrayList<>();
        try (Journal journal = open(replayed)) {
            append(journal, "first");
            disk.room = 50;
            disk.truncateFails = true;
            assertThatThrownBy(() -> append(journal, "lost")).hasMessageContaining("No space");
            assertThat(journal.failed()).isTrue();
        }
        disk.room = Long.MAX_VALUE;
        disk.truncateFails = false;
        open(replayed).close();
        assertThat(replayed).containsExactly("first");
    }

    private Journal open(List<String> replayed) throws IOException, SecurityModuleException {
        return Journal.open(record, disk, cipher, MODULE, newest -> NOW, new Texts(replayed));
    }

    /** Collects the clear parts of the newest segment. */
    private record Texts(List<String> texts) implements Journal.Replay {
        @Override
        public void earlier(long place, Journal.Entry entry) {
            throw new AssertionError("there is one segment");
        }

        @Override
        public void restore(byte[] checkpoint) {
            throw new AssertionError("the first segment has no checkpoint");
        }

        @Override
        public void newest(long place, Journal.Entry entry) {
            texts.add(text(entry.clear()));
        }
    }

    /** A record with a text and a secret. */
    private record Text(String text) implements Journal.Line {
        @Override
        public int maxOctets() {
            return 2 * text.length() + 20;
        }

        @Override
        public void put(ByteBuffer clear, ByteBuffer secret) {
            clear.put(text.getBytes(StandardCharsets.UTF_8));
            secret.put(
                    ("secret of " + text.substring(0, Math.min(200, text.length()))).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static long append(Journal journal, String... texts) throws IOException {
        return journal.append(NOW, NOW, Stream.of(texts).map(Text::new).toList());
    }

    /** The octets of a record with one frame for each text. */
    private byte[] journalOf(String... texts) throws Exception {
        Journal.create(record, MODULE, cipher, NOW, null);
        try (Journal journal = open(new ArrayList<>())) {
            for (String text : texts) {
                append(journal, text);
            }
        }
        return Files.readAllBytes(file);
    }

    private static int lengthAfter(String... texts) {
        return HEADER
                + Stream.of(texts)
                        .mapToInt(t -> HEAD + LINE + t.length() + 10 + Math.min(200, t.length()) + TAG + HASH)
                        .sum();
    }

    private static String text(byte[] record) {
        return new String(record, StandardCharsets.UTF_8);
    }
}
