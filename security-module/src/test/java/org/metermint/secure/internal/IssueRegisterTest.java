package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.TestModules.NOW;
import static org.metermint.secure.TestModules.credit;
import static org.metermint.secure.TestModules.meter;
import static org.metermint.secure.TestModules.minute;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.AuditAnchor;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.AuditReport;
import org.metermint.secure.AuditVerifier;
import org.metermint.secure.ClientName;
import org.metermint.secure.EventKind;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.RecordSettings;
import org.metermint.secure.RecordedEvent;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.TestModules;
import org.metermint.secure.internal.record.FaultyFile;
import org.metermint.secure.internal.record.Journal;
import org.metermint.token.BaseDate;
import org.metermint.token.TokenNumber;

/** The register over a real directory: numbers, times, events, and what it knows after it is opened again. */
class IssueRegisterTest {
    private static final UUID MODULE = new UUID(1, 2);

    @TempDir
    Path directory;

    private final Aead cipher = new Aead(new byte[32]);
    private final FaultyFile.Disk disk = new FaultyFile.Disk();
    private final TestModules.TestClock clock = new TestModules.TestClock();
    private RecordSettings settings = RecordSettings.STANDARD;

    @BeforeEach
    void createRecord() throws Exception {
        Journal.create(directory, MODULE, cipher, NOW, null);
    }

    @Test
    void events_areNumberedWithTheMessages_andTheLastOfAKindIsKnownAfterOpening() throws Exception {
        AuditEvent first = new AuditEvent(EventKind.KEY_FILE_SEALED, "ann", Map.of("seal", "01"));
        AuditEvent second = new AuditEvent(EventKind.KEY_FILE_SEALED, "ben", Map.of("seal", "02"));
        RecordedEvent last;
        try (IssueRegister register = open()) {
            assertThat(register.lastEvent(EventKind.OPENED).orElseThrow().record())
                    .isEqualTo(1);
            assertThat(register.event(first).record()).isEqualTo(2);
            assertThat(issue(register, 1).counter()).isEqualTo(3);
            last = register.event(second);
            assertThat(last.record()).isEqualTo(4);
            assertThat(register.size()).isEqualTo(1);
        }
        try (IssueRegister register = open()) {
            assertThat(register.lastEvent(EventKind.KEY_FILE_SEALED)).contains(last);
            assertThat(register.lastEvent(EventKind.CLOSED).orElseThrow().record())
                    .isEqualTo(5);
            assertThat(register.lastEvent(EventKind.BACKUP_MADE)).isEmpty();
            assertThat(issue(register, 2).counter()).isEqualTo(7);
            assertThat(register.size()).isEqualTo(2);
        }
    }

    @Test
    void event_diskFull_isRefused_andLeavesNothing() throws Exception {
        AuditEvent event = new AuditEvent(EventKind.BACKUP_MADE, "ann", Map.of());
        try (IssueRegister register = open()) {
            disk.room = 60;
            assertThatThrownBy(() -> register.event(event))
                    .isInstanceOfSatisfying(
                            SecurityModuleException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
            assertThat(register.lastEvent(EventKind.BACKUP_MADE)).isEmpty();
            disk.room = Long.MAX_VALUE;
            assertThat(register.event(event).record()).isEqualTo(2);
        }
    }

    @Test
    void open_diskFull_answersAnyway_andTellsOfTheOpeningLater() throws Exception {
        IssuedTokens tokens;
        try (IssueRegister register = open()) {
            tokens = issue(register, 1);
        }
        disk.room = 400; // the last frame is written again at opening, and nothing after it
        try (IssueRegister register = open()) {
            disk.room = 0;
            assertThat(register.find(key(1)).orElseThrow().result()).isEqualTo(tokens);
        }
        disk.room = Long.MAX_VALUE;
        open().close();
    }

    @Test
    void clockSetBack_timesNeverDecrease_andTheRecordSaysSoOnce() throws Exception {
        try (IssueRegister register = open()) {
            issue(register, 1);
            clock.set(NOW.minus(Duration.ofDays(3)));
            assertThat(issue(register, 2).issuedAt()).isEqualTo(NOW);
            RecordedEvent event = register.lastEvent(EventKind.CLOCK_SET_BACK).orElseThrow();
            assertThat(event.time()).isEqualTo(NOW);
            assertThat(event.event().facts())
                    .containsEntry("clock", NOW.minus(Duration.ofDays(3)).toString());
            issue(register, 3);
            assertThat(register.lastEvent(EventKind.CLOCK_SET_BACK)).contains(event);
            assertThat(register.clockBehindUntil()).isEqualTo(NOW);
        }
        try (IssueRegister register = open()) {
            assertThat(register.clockBehindUntil()).isEqualTo(NOW);
            clock.set(NOW.plusSeconds(1));
            assertThat(issue(register, 4).issuedAt()).isEqualTo(NOW.plusSeconds(1));
            assertThat(register.clockBehindUntil()).isNull();
        }
    }

    @Test
    void segments_bySizeAndDay_areOneRecord() throws Exception {
        settings = new RecordSettings(2_000, Duration.ofDays(40));
        List<IssuedTokens> issued = new ArrayList<>();
        try (IssueRegister register = open()) {
            for (int i = 0; i < 40; i++) {
                clock.set(NOW.plus(Duration.ofHours(i)));
                issued.add(issue(register, i));
                assertThat(register.find(key(i / 2)).orElseThrow().result()).isEqualTo(issued.get(i / 2));
            }
        }
        assertThat(files("segment-")).hasSizeBetween(5, 39);
        assertThat(files("checkpoint-")).hasSize(1);
        try (IssueRegister register = open()) {
            assertThat(register.size()).isEqualTo(40);
            for (int i = 0; i < 40; i++) {
                assertThat(register.find(key(i)).orElseThrow().result()).isEqualTo(issued.get(i));
            }
            assertThat(register.lastIdentifier(meter().pan(), BaseDate.BASE_2014))
                    .isEqualTo(minute(39));
        }
        assertThat(verify().isIntact()).as("%s", verify().damage()).isTrue();
    }

    @Test
    void resultsPastTheirRetention_areForgotten_andTheirIdentifiersAreNot() throws Exception {
        settings = new RecordSettings(1_500, Duration.ofDays(10));
        try (IssueRegister register = open()) {
            for (int day = 0; day < 30; day++) {
                clock.set(NOW.plus(Duration.ofDays(day)));
                issue(register, day);
            }
            register.dropResults();
            assertThat(register.lastEvent(EventKind.RESULTS_DROPPED))
                    .as("a clock that jumps is not believed")
                    .isEmpty();
        }
        try (IssueRegister register = open()) {
            AuditAnchor head = register.head();
            register.dropResults();
            assertThat(Files.readString(directory.resolve("segment-00000001"), StandardCharsets.ISO_8859_1))
                    .startsWith("MMPRUNED");
            assertThat(register.lastEvent(EventKind.RESULTS_DROPPED)).isPresent();
            assertForgottenBeforeDay(register, 18, 30);
            assertThat(verify(head).isIntact()).as("%s", verify(head).damage()).isTrue();
            register.dropResults();
            assertThat(register.lastEvent(EventKind.RESULTS_DROPPED)
                            .orElseThrow()
                            .record())
                    .as("nothing is dropped twice")
                    .isEqualTo(head.record() + 1);
        }
        try (IssueRegister register = open()) {
            assertForgottenBeforeDay(register, 18, 30);
            IssueOutcome late = register.bind(List.of(message(3, meter())), IssueRegister.NOT_LOOKED)
                    .getFirst();
            assertThat(late)
                    .isInstanceOfSatisfying(
                            IssueOutcome.Refused.class,
                            refused -> assertThat(refused.reason().kind()).isEqualTo(Kind.TID_NOT_RISING));
        }
        settings = new RecordSettings(1_500, Duration.ofDays(1_000));
        try (IssueRegister register = open()) {
            assertForgottenBeforeDay(register, 18, 30); // what is dropped does not come back
        }
    }

    @Test
    void clockFarAhead_forgetsAndDropsNothing() throws Exception {
        settings = new RecordSettings(1_500, Duration.ofDays(10));
        try (IssueRegister register = open()) {
            for (int i = 0; i < 20; i++) {
                issue(register, i);
            }
        }
        clock.set(NOW.plus(Duration.ofDays(3_000)));
        try (IssueRegister register = open()) {
            register.dropResults();
            assertThat(register.find(key(0))).isPresent();
        }
        clock.set(NOW.plus(Duration.ofDays(1))); // set right again: the record keeps the time that it was told
        try (IssueRegister register = open()) {
            register.dropResults();
            assertThat(register.find(key(0))).isPresent();
            assertThat(register.clockBehindUntil()).isNotNull();
        }
    }

    private static void assertForgottenBeforeDay(IssueRegister register, int forgotten, int days) throws Exception {
        for (int day = 0; day < days; day++) {
            if (day < forgotten) {
                assertThat(register.find(key(day))).as("day %d", day).isEmpty();
            } else if (day > forgotten + 2) {
                assertThat(register.find(key(day))).as("day %d", day).isPresent();
            }
        }
    }

    /** What a crash leaves of a new segment, and of a segment that is being pruned. */
    @Test
    void leftoversOfACrash_areCleared() throws Exception {
        settings = new RecordSettings(1_500, Duration.ofDays(10));
        try (IssueRegister register = open()) {
            for (int i = 0; i < 20; i++) {
                issue(register, i);
            }
        }
        int newest = files("segment-").size();
        Files.write(directory.resolve(String.format("checkpoint-%08d", newest + 1)), new byte[] {1});
        Files.write(directory.resolve(String.format("segment-%08d.new", newest + 1)), new byte[] {1});
        Files.write(directory.resolve("segment-00000001.new"), new byte[] {1});
        try (IssueRegister register = open()) {
            for (int i = 0; i < 20; i++) {
                assertThat(register.find(key(i))).isPresent();
            }
            issue(register, 20);
        }
        assertThat(files("checkpoint-")).hasSize(1);
        assertThat(files("segment-")).allMatch(name -> !name.endsWith(".new"));
        assertThat(verify().isIntact()).isTrue();
    }

    @Test
    void newSegmentThatCannotBeBegun_leavesTheOldOneGrowing() throws Exception {
        settings = new RecordSettings(1_000, Duration.ofDays(10));
        try (IssueRegister register = open()) {
            Path blocked = directory.resolve("segment-00000002.new");
            Files.createDirectories(blocked.resolve("in the way"));
            for (int i = 0; i < 20; i++) {
                issue(register, i);
            }
            assertThat(Files.exists(directory.resolve("segment-00000002"))).isFalse();
            Files.delete(blocked.resolve("in the way"));
            Files.delete(blocked);
        }
        try (IssueRegister register = open()) { // which tries anew
            issue(register, 20);
            assertThat(files("segment-")).hasSizeGreaterThan(1);
            assertThat(register.find(key(7))).isPresent();
        }
        assertThat(verify().isIntact()).isTrue();
    }

    @Test
    void checkpointEditedOrMissing_isRefused() throws Exception {
        settings = new RecordSettings(1_000, Duration.ofDays(10));
        try (IssueRegister register = open()) {
            for (int i = 0; i < 10; i++) {
                issue(register, i);
            }
        }
        Path checkpoint = directory.resolve(files("checkpoint-").getFirst());
        byte[] whole = Files.readAllBytes(checkpoint);
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 4;
            Files.write(checkpoint, damaged);
            assertThatThrownBy(this::open).hasMessageContaining(checkpoint.toString());
            assertThat(verify().isIntact()).isFalse();
        }
        Files.delete(checkpoint);
        assertThatThrownBy(this::open).hasMessageContaining("missing");
        assertThat(verify().isIntact()).isFalse();
    }

    /** A module made from a backup does not know what the other issued after it. */
    @Test
    void recordThatBeginsWithACheckpoint_keepsIdentifiersAboveItsFloor() throws Exception {
        byte[] checkpoint;
        try (IssueRegister register = open()) {
            issue(register, 50);
            clock.set(NOW.plusSeconds(600));
            checkpoint = register.checkpoint(NOW.plusSeconds(600));
        }
        directory = directory.resolve("restored");
        Journal.create(directory, MODULE, cipher, NOW.plusSeconds(600), checkpoint);
        for (int life = 0; life < 2; life++) {
            try (IssueRegister register = open()) {
                assertThat(register.lastIdentifier(meter().pan(), BaseDate.BASE_2014))
                        .isEqualTo(minute(50));
                assertThat(register.lastIdentifier(TestModules.meter(7).pan(), BaseDate.BASE_2014))
                        .isEqualTo(minute(10));
                assertThat(register.bind(List.of(message(9 + life, TestModules.meter(7))), IssueRegister.NOT_LOOKED)
                                .getFirst())
                        .isInstanceOf(IssueOutcome.Refused.class);
            }
        }
        try (IssueRegister register = open()) {
            assertThat(register.bind(List.of(message(11, TestModules.meter(7))), IssueRegister.NOT_LOOKED)
                            .getFirst())
                    .isInstanceOf(IssueOutcome.Issued.class);
        }
    }

    private AuditReport verify(AuditAnchor... anchors) throws Exception {
        return AuditVerifier.verify(directory, List.of(anchors));
    }

    private List<String> files(String prefix) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .toList();
        }
    }

    private IssueRegister open() throws Exception {
        return IssueRegister.open(
                directory,
                disk,
                new IssueRegister.Parts(cipher, MODULE, clock.clock(), IssuePolicy::standard, settings));
    }

    private static MessageKey key(int number) {
        return new MessageKey(ClientName.LOCAL, MessageId.of(new UUID(0, number)));
    }

    /** Binds a message of its number, with the identifier of that minute. */
    private static IssuedTokens issue(IssueRegister register, int number) {
        return switch (register.bind(List.of(message(number, meter())), IssueRegister.NOT_LOOKED)
                .getFirst()) {
            case IssueOutcome.Issued issued -> issued.tokens();
            case IssueOutcome.Refused refused -> throw new AssertionError(refused.reason());
        };
    }

    private static IssuedMessage message(int number, MeterKeyState meter) {
        IssueCredit request = credit(key(number).id(), meter, minute(number));
        IssuedTokens.IssuingKey issuing = new IssuedTokens.IssuingKey(BaseDate.BASE_2014, request.tid(), "ABCDEF");
        List<TokenNumber> tokens = List.of(new TokenNumber(0, number));
        return new IssuedMessage(
                ClientName.LOCAL, request, new IssuedTokens(request.messageId(), tokens, NOW, false, 0, issuing));
    }
}
