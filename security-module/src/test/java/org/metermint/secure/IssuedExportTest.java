package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.TestModules.NOW;
import static org.metermint.secure.TestModules.credit;
import static org.metermint.secure.TestModules.meter;
import static org.metermint.secure.TestModules.minute;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.IssuedExport.Message;
import org.metermint.secure.IssuedExport.Total;
import org.metermint.token.InitiateMeterTestDisplay1;
import org.metermint.token.MeterTest;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TokenNumber;

/** What a module writes for others at the end of a day, and what they find with it. */
class IssuedExportTest {
    private static final LocalDate FIRST_DAY = LocalDate.ofInstant(NOW, ZoneOffset.UTC);

    @TempDir
    Path parent;

    private final TestModules.TestClock clock = new TestModules.TestClock();
    private final List<IssuedTokens> issued = new ArrayList<>();
    private Path exports;

    @BeforeEach
    void nameTheDirectory() {
        exports = parent.resolve("store").resolve("exports");
    }

    @Test
    void daysThatHaveEnded_areExported_oneAfterTheOther() throws Exception {
        try (SoftwareSecurityModule module = open()) {
            module.loadTestOnlyVendingKeys();
            for (int day = 0; day < 6; day++) {
                clock.set(NOW.plus(Duration.ofDays(day == 2 ? 1 : day))); // nothing happens on the third day
                issued.add(module.issue(credit(id(day), meter(), minute(day))));
            }
        }
        List<String> names = exports();
        assertThat(names)
                .containsExactly(
                        "issued-" + FIRST_DAY + ".jsonl",
                        "issued-" + FIRST_DAY.plusDays(1) + ".jsonl",
                        "issued-" + FIRST_DAY.plusDays(3) + ".jsonl",
                        "issued-" + FIRST_DAY.plusDays(4) + ".jsonl");
        IssuedExport before = null;
        for (String name : names) {
            IssuedExport export = IssuedExport.read(exports.resolve(name));
            assertThat(export.complete()).isTrue();
            if (before != null) {
                assertThat(export.follows(before)).isTrue();
                assertThat(before.follows(export)).isFalse();
            } else {
                assertThat(export.firstRecord()).isEqualTo(1);
                assertThat(export.chainHashBefore()).isEqualTo("0".repeat(64));
            }
            assertThat(AuditVerifier.verify(parent.resolve("store"), List.of(export.anchor()))
                            .isIntact())
                    .isTrue();
            before = export;
        }
        try (SoftwareSecurityModule module = open()) { // what is exported is not exported again
            assertThat(module.status().alerts()).noneMatch(alert -> alert.contains("upkeep"));
        }
        assertThat(exports()).isEqualTo(names);
    }

    @Test
    void export_tellsTheDayWithoutTheTokens() throws Exception {
        Path file;
        try (SoftwareSecurityModule module = open()) {
            module.loadTestOnlyVendingKeys();
            issued.add(module.issue(credit(id(1), meter(), minute(1))));
            issued.add(module.issue(credit(id(2), meter(), minute(2))));
            issued.add(module.issue(new IssueMeterTest(id(3), InitiateMeterTestDisplay1.of(MeterTest.ALL))));
            file = module.exportDay(FIRST_DAY, "ann").orElseThrow();
            assertThat(module.exportDay(FIRST_DAY.minusDays(1), "ann")).isEmpty();
        }
        assertThat(file.getFileName()).hasToString("issued-" + FIRST_DAY + ".partial.jsonl");
        List<Message> messages = new ArrayList<>();
        IssuedExport export = IssuedExport.read(file, messages::add);
        assertThat(export.complete()).isFalse();
        assertThat(export.totals())
                .containsExactlyInAnyOrder(
                        new Total(new SupplyGroupCode(201457), TokenKind.CREDIT, 2, BigInteger.valueOf(512)),
                        new Total(null, TokenKind.METER_TEST, 1, BigInteger.ZERO));
        assertThat(messages).extracting(Message::messageId).containsExactly(id(1), id(2), id(3));
        assertThat(messages)
                .extracting(Message::record)
                .containsExactlyElementsOf(
                        issued.stream().map(IssuedTokens::counter).toList());
        String text = Files.readString(file);
        for (IssuedTokens tokens : issued) {
            assertThat(text).doesNotContain(tokens.tokens().getFirst().digits());
        }
        assertThat(text).contains("\"who\":\"module\"", "\"event\":\"OPENED\"", "\"testOnly\":true");
    }

    @Test
    void anyOctetChangedOrCut_isRefused() throws Exception {
        Path file;
        try (SoftwareSecurityModule module = open()) {
            module.loadTestOnlyVendingKeys();
            module.issue(credit(id(1), meter(), minute(1)));
            file = module.exportDay(FIRST_DAY, "ann").orElseThrow();
        }
        byte[] whole = Files.readAllBytes(file);
        int publicKey = Files.readString(file).indexOf("publicKey");
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);
            assertThatThrownBy(() -> IssuedExport.read(file))
                    .as("octet %d", i)
                    .isInstanceOf(SecurityModuleException.class);
            Files.write(file, Arrays.copyOf(whole, i));
            assertThatThrownBy(() -> IssuedExport.read(file))
                    .as("cut to %d", i)
                    .isInstanceOf(SecurityModuleException.class);
        }
        Files.write(file, whole);
        assertThat(publicKey).isPositive();
        assertThat(IssuedExport.read(file).lastRecord()).isPositive();
    }

    @Test
    void reconciliation_findsWhatOneSideDoesNotKnow() throws Exception {
        Path file;
        try (SoftwareSecurityModule module = open()) {
            module.loadTestOnlyVendingKeys();
            for (int i = 0; i < 10; i++) {
                issued.add(module.issue(credit(id(i), meter(), minute(i))));
            }
            file = module.exportDay(FIRST_DAY, "ann").orElseThrow();
        }
        List<Message> messages = new ArrayList<>();
        IssuedExport export = IssuedExport.read(file, messages::add);
        Reconciliation books = new Reconciliation(export.module());
        messages.forEach(books::issued);
        for (IssuedTokens tokens : issued) {
            if (tokens.messageId().equals(id(3))) {
                continue; // the ledger never heard of it
            }
            List<TokenNumber> booked =
                    tokens.messageId().equals(id(5)) ? List.of(new TokenNumber(0, 5)) : tokens.tokens();
            books.booked(ClientName.LOCAL, tokens.messageId(), booked);
        }
        books.booked(ClientName.LOCAL, id(99), List.of(new TokenNumber(0, 99)));
        books.booked(new ClientName("other"), id(1), issued.get(1).tokens());
        assertThat(books.notBooked())
                .extracting(Reconciliation.Difference::messageId)
                .containsExactly(id(3), id(5));
        assertThat(books.notBooked().getFirst().record())
                .isEqualTo(issued.get(3).counter());
        assertThat(books.notIssued())
                .extracting(Reconciliation.Difference::messageId)
                .containsExactly(id(5), id(99), id(1));
    }

    private List<String> exports() throws Exception {
        try (Stream<Path> files = Files.list(exports)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static MessageId id(int number) {
        return MessageId.of(new UUID(9, number));
    }

    private SoftwareSecurityModule open() throws Exception {
        return TestModules.open(parent.resolve("store"), clock.clock());
    }
}
