package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.TestModules.NOW;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.EventKind;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.IssuedExport;
import org.metermint.secure.RecordSettings;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.TestModules;
import org.metermint.secure.internal.record.Journal;
import org.metermint.secure.internal.record.JournalFile;

/** What the module does about its record by itself, and what it says when it cannot. */
class RecordUpkeepTest {
    private static final UUID MODULE = new UUID(1, 2);
    private static final LocalDate FIRST_DAY = LocalDate.ofInstant(NOW, ZoneOffset.UTC);

    @TempDir
    Path module;

    private final Aead cipher = new Aead(new byte[32]);
    private final TestModules.TestClock clock = new TestModules.TestClock();

    @BeforeEach
    void createRecord() throws Exception {
        Journal.create(module.resolve("record"), MODULE, cipher, NOW, null);
    }

    @Test
    void exportThatCannotBeWritten_isTold_andMadeUpForLater() throws Exception {
        Path exports = module.resolve("exports");
        Files.createFile(exports); // in the way of the directory
        try (IssueRegister register = open()) {
            RecordUpkeep upkeep = new RecordUpkeep(module, register);
            upkeep.runOnce();
            assertThat(upkeep.problem()).isNull();
            clock.set(NOW.plus(Duration.ofDays(1)));
            upkeep.runOnce();
            assertThat(upkeep.problem()).contains("tried again every minute");
            assertThatThrownBy(() -> upkeep.export(FIRST_DAY, "ann"))
                    .isInstanceOf(SecurityModuleException.class)
                    .hasMessageContaining("is the disk full?");
            assertThat(register.lastEvent(EventKind.EXPORTED)).isEmpty();
            Files.delete(exports);
            upkeep.runOnce();
            assertThat(upkeep.problem()).isNull();
            assertThat(IssuedExport.read(exports.resolve("issued-" + FIRST_DAY + ".jsonl"))
                            .complete())
                    .isTrue();
            assertThat(register.lastEvent(EventKind.EXPORTED)).isPresent();
        }
    }

    /** A process that died between the file and its event: the next one writes the same file again. */
    @Test
    void exportWithoutItsEvent_isWrittenAgain_withTheSameContent() throws Exception {
        Path file = module.resolve("exports").resolve("issued-" + FIRST_DAY + ".jsonl");
        byte[] written;
        try (IssueRegister register = open()) {
            clock.set(NOW.plus(Duration.ofDays(1)));
            register.event(new AuditEvent(EventKind.BACKUP_MADE, "ann", Map.of()));
            new DayExport(module, register.signingKey()).write(FIRST_DAY, true);
            written = Files.readAllBytes(file);
        }
        Files.write(file.resolveSibling(file.getFileName() + ".new"), new byte[] {1}); // and had begun another
        try (IssueRegister register = open()) {
            new RecordUpkeep(module, register).runOnce();
            assertThat(Files.readAllBytes(file)).isEqualTo(written);
            assertThat(register.lastEvent(EventKind.EXPORTED)).isPresent();
        }
    }

    @Test
    void damageFoundOnTheWay_isTold_andNothingIsExported() throws Exception {
        try (IssueRegister register = open()) {
            RecordUpkeep upkeep = new RecordUpkeep(module, register);
            register.event(new AuditEvent(EventKind.BACKUP_MADE, "ann", Map.of("file", "a")));
            clock.set(NOW.plus(Duration.ofDays(1)));
            register.event(new AuditEvent(EventKind.BACKUP_MADE, "ann", Map.of("file", "b")));
            Path first = module.resolve("record").resolve("segment-00000001");
            byte[] octets = Files.readAllBytes(first);
            octets[400] ^= 1;
            Files.write(first, octets);
            upkeep.runOnce();
            assertThat(upkeep.problem()).contains("segment-00000001");
            assertThat(module.resolve("exports").resolve("issued-" + FIRST_DAY + ".jsonl"))
                    .doesNotExist();
        }
    }

    private IssueRegister open() throws Exception {
        return IssueRegister.open(
                module.resolve("record"),
                JournalFile::open,
                new IssueRegister.Parts(cipher, MODULE, clock.clock(), IssuePolicy::standard, RecordSettings.STANDARD));
    }
}
