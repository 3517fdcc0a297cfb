package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

class JournalTest {
    private static final UUID MODULE = new UUID(1, 2);
    private static final int HEADER = 96;
    private static final int FIRST_FRAME_HEAD = 32;

    @TempDir
    Path directory;

    private final Aead cipher = new Aead(new byte[32]);
    private final FaultyFile.Disk disk = new FaultyFile.Disk();
    private Path file;

    @BeforeEach
    void createJournal() throws IOException {
        file = directory.resolve("journal");
        Journal.create(file, MODULE);
    }

    @Test
    void open_afterAppends_givesRecordsBackInOrder() throws Exception {
        List<Long> places = new ArrayList<>();
        try (Journal journal = open(new ArrayList<>())) {
            places.add(journal.append(records("one")));
            places.add(journal.append(records("two", "three")));
            assertThat(journal.records()).isEqualTo(3);
        }
        List<String> replayed = new ArrayList<>();
        try (Journal journal = open(replayed)) {
            assertThat(replayed).containsExactly("one", "two", "three");
            assertThat(journal.readFrame(places.get(1)).octets())
                    .extracting(JournalTest::text)
                    .containsExactly("two", "three");
            journal.append(records("four"));
            assertThat(journal.records()).isEqualTo(4);
            assertThat(journal.tailCut()).isFalse();
        }
    }

    @Test
    void file_ofSecretRecords_showsNoneOfThem() throws Exception {
        try (Journal journal = open(new ArrayList<>())) {
            journal.append(records("12345678901234567890"));
        }
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .doesNotContain("12345678901234567890");
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
                assertThat(journal.tailCut()).isEqualTo(length > begin);
                journal.append(records("again"));
            }
            replayed.clear();
            open(replayed).close();
            assertThat(replayed).containsExactly("first", "again");
        }
        assertThat(directory.resolve("journal.torn-at-" + begin)).exists();
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
        assertThatThrownBy(() -> Journal.open(file, disk, cipher, new UUID(3, 4), (place, counter, record) -> {}))
                .hasMessageContaining("another security module");
        byte[] otherKey = new byte[32];
        otherKey[0] = 1;
        assertThatThrownBy(() -> Journal.open(file, disk, new Aead(otherKey), MODULE, (place, counter, record) -> {}))
                .hasMessageContaining("not written by this module");
    }

    @Test
    void append_diskFull_leavesTheFileAsItWas_andWorksAgainWithRoom() throws Exception {
        List<String> replayed = new ArrayList<>();
        try (Journal journal = open(replayed)) {
            journal.append(records("first"));
            for (int room = 0; room < FIRST_FRAME_HEAD + 54; room += 7) {
                disk.room = room;
                assertThatThrownBy(() -> journal.append(records("lost"))).hasMessageContaining("No space");
                assertThat(journal.failed()).isFalse();
            }
            disk.room = Long.MAX_VALUE;
            journal.append(records("second"));
        }
        open(replayed).close();
        assertThat(replayed).containsExactly("first", "second");
    }

    @Test
    void append_syncFails_stopsTheJournalUntilItIsOpenedAnew() throws Exception {
        List<String> replayed = new ArrayList<>();
        try (Journal journal = open(replayed)) {
            journal.append(records("first"));
            disk.syncFails = true;
            assertThatThrownBy(() -> journal.append(records("in doubt"))).isInstanceOf(IOException.class);
            disk.syncFails = false;
            assertThatThrownBy(() -> journal.append(records("never"))).hasMessageContaining("failed before");
            assertThat(journal.failed()).isTrue();
        }
        open(replayed).close();
        assertThat(replayed).containsExactly("first", "in doubt");
    }

    @Test
    void append_diskFullAndFileStuck_stopsTheJournalUntilItIsOpenedAnew() throws Exception {
        List<String> replayed = new ArrayList<>();
        try (Journal journal = open(replayed)) {
            journal.append(records("first"));
            disk.room = 50;
            disk.truncateFails = true;
            assertThatThrownBy(() -> journal.append(records("lost"))).hasMessageContaining("No space");
            assertThat(journal.failed()).isTrue();
        }
        disk.room = Long.MAX_VALUE;
        disk.truncateFails = false;
        open(replayed).close();
        assertThat(replayed).containsExactly("first");
    }

    private Journal open(List<String> replayed) throws IOException, SecurityModuleException {
        return Journal.open(file, disk, cipher, MODULE, (place, counter, record) -> replayed.add(text(record)));
    }

    /** The octets of a journal with one frame for each text. */
    private byte[] journalOf(String... texts) throws Exception {
        Files.deleteIfExists(file);
        Journal.create(file, MODULE);
        try (Journal journal = open(new ArrayList<>())) {
            for (String text : texts) {
                journal.append(records(text));
            }
        }
        return Files.readAllBytes(file);
    }

    private static int lengthAfter(String... texts) {
        return HEADER
                + Stream.of(texts)
                        .mapToInt(t -> FIRST_FRAME_HEAD + 2 + t.length() + 16 + 32)
                        .sum();
    }

    private static List<byte[]> records(String... texts) {
        return Stream.of(texts).map(t -> t.getBytes(StandardCharsets.UTF_8)).toList();
    }

    private static String text(byte[] record) {
        return new String(record, StandardCharsets.UTF_8);
    }
}
