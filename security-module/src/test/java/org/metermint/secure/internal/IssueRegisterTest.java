package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.TestModules.NOW;
import static org.metermint.secure.TestModules.credit;
import static org.metermint.secure.TestModules.meter;
import static org.metermint.secure.TestModules.minute;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.AuditEvent;
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
        return switch (register.bind(List.of(message(number, meter()))).getFirst()) {
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
