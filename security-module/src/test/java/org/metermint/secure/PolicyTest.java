package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.TestModules.facts;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.token.BaseDate;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;

/** What the module refuses: one row, one request, one answer. */
class PolicyTest {
    private static final MeterPan PAN = new MeterPan("600727000000000009");
    private static final int GROUP = 400000;

    @TempDir
    Path parent;

    private final TestModules.TestClock clock = new TestModules.TestClock();
    private SoftwareSecurityModule module;

    /** Revisions: 1 ordinary, 2 base 1993, 3 base 2035, 4 expired with KEN 85, 5 active from April 2026, 6 DKGA02. */
    @BeforeEach
    void importKeys() throws Exception {
        module = TestModules.open(parent.resolve("store"), clock.clock());
        for (KeyType type : new KeyType[] {KeyType.DDTK, KeyType.DUTK, KeyType.DCTK}) {
            key(1, type, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04);
        }
        key(2, KeyType.DUTK, BaseDate.BASE_1993, 255, KeyGeneration.DKGA04);
        key(3, KeyType.DUTK, BaseDate.BASE_2035, 255, KeyGeneration.DKGA04);
        key(4, KeyType.DUTK, BaseDate.BASE_2014, 85, KeyGeneration.DKGA04);
        module.importVendingKey(
                new VendingKeyFacts(
                        new SupplyGroupCode(GROUP),
                        new KeyRevisionNumber(5),
                        KeyType.DUTK,
                        BaseDate.BASE_2014,
                        new KeyExpiryNumber(170),
                        Instant.parse("2026-04-01T00:00:30Z"),
                        KeyGeneration.DKGA04),
                octets(20, 5));
        key(6, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA02);
    }

    @AfterEach
    void close() {
        module.close();
    }

    private void key(int revision, KeyType type, BaseDate base, int expiry, KeyGeneration algorithm)
            throws SecurityModuleException {
        module.importVendingKey(
                facts(GROUP, revision, type, base, expiry, algorithm),
                octets(algorithm.keyOctets(), revision * 8 + type.number()));
    }

    /** A key of odd parity that is none of the public ones. */
    private static byte[] octets(int length, int which) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            int value = (which * 2 + i * 16) & 0xFE;
            octets[i] = (byte) (Integer.bitCount(value) % 2 == 0 ? value | 1 : value);
        }
        return octets;
    }

    private static MeterKeyState meter(int revision, KeyType type, EncryptionAlgorithm algorithm) {
        return new MeterKeyState(
                PAN, algorithm, new SupplyGroupCode(GROUP), new TariffIndex(1), new KeyRevisionNumber(revision), type);
    }

    @ParameterizedTest
    @CsvSource({
        // now, the token's time, revision, type, cipher, answer to credit, answer to management
        "2026-03-01T10:00, 2026-03-01T10:00, 1, DUTK, EA11, ISSUED, ISSUED",
        "2026-03-01T10:00, 2026-03-01T10:00, 1, DUTK, EA07, ISSUED, ISSUED",
        "2026-03-01T10:00, 2026-03-01T10:00, 6, DUTK, EA07, ISSUED, ISSUED",
        "2026-03-01T10:00, 2026-03-01T10:00, 6, DUTK, EA09, ISSUED, ISSUED",
        "2026-03-01T10:00, 2026-03-01T10:00, 6, DUTK, EA11, NOT_PERMITTED, NOT_PERMITTED",
        "2026-03-01T10:00, 2026-03-01T10:00, 1, DUTK, EA09, NOT_PERMITTED, NOT_PERMITTED",
        "2026-03-01T10:00, 2026-03-01T10:00, 1, DDTK, EA11, NOT_PERMITTED, ISSUED",
        "2026-03-01T10:00, 2026-03-01T10:00, 1, DCTK, EA11, NOT_PERMITTED, NOT_PERMITTED",
        "2026-03-01T10:00, 2026-03-01T10:00, 1, DITK, EA11, NOT_PERMITTED, NOT_PERMITTED",
        "2026-03-01T10:00, 2026-03-01T10:00, 9, DUTK, EA11, KEY_ABSENT, KEY_ABSENT",
        "2026-03-01T10:00, 2026-03-01T00:00, 1, DUTK, EA11, ISSUED, ISSUED",
        "2026-03-01T10:00, 2026-03-01T00:01, 1, DUTK, EA11, NOT_PERMITTED, NOT_PERMITTED",
        // base dates: before and after
        "2024-11-24T20:15, 2024-11-24T20:14, 2, DUTK, EA11, ISSUED, ISSUED",
        "2024-11-24T20:15, 2024-11-24T20:15, 2, DUTK, EA11, ISSUED, ISSUED",
        "2024-11-24T20:16, 2024-11-24T20:15, 2, DUTK, EA11, KEY_EXPIRED, KEY_EXPIRED",
        "2026-03-01T10:00, 2024-11-24T20:15, 2, DUTK, EA11, KEY_EXPIRED, KEY_EXPIRED",
        "2034-12-31T23:59, 2035-01-01T00:00, 3, DUTK, EA11, BEFORE_BASE_DATE, BEFORE_BASE_DATE",
        "2035-01-01T00:00, 2035-01-01T00:00, 3, DUTK, EA11, ISSUED, ISSUED",
        // expiry number 85 is good through 22:55
        "2024-09-18T22:55, 2024-09-18T22:55, 4, DUTK, EA11, ISSUED, ISSUED",
        "2024-09-18T22:55, 2024-09-18T22:56, 4, DUTK, EA11, KEY_EXPIRED, KEY_EXPIRED",
        "2024-09-18T22:56, 2024-09-18T22:55, 4, DUTK, EA11, KEY_EXPIRED, KEY_EXPIRED",
        // active from half a minute past midnight, and token identifiers are whole minutes
        "2026-03-31T23:59, 2026-03-31T23:59, 5, DUTK, EA11, KEY_NOT_YET_ACTIVE, KEY_NOT_YET_ACTIVE",
        "2026-04-01T00:00, 2026-04-01T00:00, 5, DUTK, EA11, KEY_NOT_YET_ACTIVE, KEY_NOT_YET_ACTIVE",
        "2026-04-01T00:02, 2026-03-31T23:59, 5, DUTK, EA11, KEY_NOT_YET_ACTIVE, KEY_NOT_YET_ACTIVE",
        "2026-04-01T00:02, 2026-04-01T00:00, 5, DUTK, EA11, ISSUED, ISSUED",
    })
    void creditAndManagement(
            String now,
            String time,
            int revision,
            KeyType type,
            EncryptionAlgorithm algorithm,
            String credit,
            String management) {
        clock.set(Instant.parse(now + ":00Z"));
        BaseDate base = revision == 2 ? BaseDate.BASE_1993 : revision == 3 ? BaseDate.BASE_2035 : BaseDate.BASE_2014;
        int minutes = (int)
                Duration.between(base.start(), Instant.parse(time + ":00Z")).toMinutes();
        MeterKeyState meter = meter(revision, type, algorithm);
        assertThat(answer(TestModules.credit(MessageId.of(UUID.randomUUID()), meter, minutes)))
                .isEqualTo(credit);
        MeterKeyState another = new MeterKeyState(
                new MeterPan("000001000000000082"),
                algorithm,
                meter.supplyGroup(),
                meter.tariffIndex(),
                meter.revision(),
                type);
        assertThat(answer(new IssueManagement(
                        MessageId.of(UUID.randomUUID()),
                        another,
                        new ManagementOrder.ClearTamper(),
                        new TokenIdentifier(minutes))))
                .isEqualTo(management);
    }

    @ParameterizedTest
    @CsvSource({
        // now, old revision and type, new revision and type, cipher, sections, answer, roll-over flag
        "2026-03-01, 1, DUTK, 6, DUTK, EA07, 2, ISSUED, false",
        "2026-03-01, 1, DUTK, 6, DUTK, EA07, 3, ISSUED, false",
        "2026-03-01, 1, DUTK, 6, DUTK, EA07, 4, NOT_PERMITTED,",
        "2026-03-01, 4, DUTK, 1, DUTK, EA11, 4, ISSUED, false",
        "2026-03-01, 4, DUTK, 1, DUTK, EA11, 2, NOT_PERMITTED,",
        "2026-03-01, 4, DUTK, 1, DUTK, EA11, 3, NOT_PERMITTED,",
        "2026-03-01, 1, DUTK, 1, DUTK, EA11, 4, ISSUED, false",
        "2026-03-01, 2, DUTK, 1, DUTK, EA11, 4, ISSUED, true",
        "2026-03-01, 2, DUTK, 1, DUTK, EA07, 2, ISSUED, true",
        "2035-03-01, 1, DUTK, 3, DUTK, EA11, 4, ISSUED, true",
        // the new key must be good, the old one need not
        "2026-03-01, 4, DUTK, 4, DUTK, EA11, 4, KEY_EXPIRED,",
        "2026-03-01, 1, DUTK, 4, DUTK, EA11, 4, KEY_EXPIRED,",
        "2026-03-01, 1, DUTK, 2, DUTK, EA11, 4, KEY_EXPIRED,",
        "2026-03-01, 1, DUTK, 3, DUTK, EA11, 4, BEFORE_BASE_DATE,",
        "2026-03-01, 1, DUTK, 5, DUTK, EA11, 4, KEY_NOT_YET_ACTIVE,",
        "2026-04-02, 1, DUTK, 5, DUTK, EA11, 4, ISSUED, false",
        "2026-03-01, 9, DUTK, 1, DUTK, EA11, 4, KEY_ABSENT,",
        "2026-03-01, 1, DUTK, 9, DUTK, EA11, 4, KEY_ABSENT,",
        // parents
        "2026-03-01, 1, DDTK, 1, DUTK, EA11, 4, ISSUED, false",
        "2026-03-01, 1, DDTK, 1, DDTK, EA11, 4, ISSUED, false",
        "2026-03-01, 1, DUTK, 1, DDTK, EA11, 4, ISSUED, false",
        "2026-03-01, 1, DITK, 1, DUTK, EA11, 4, NOT_PERMITTED,",
        "2026-03-01, 1, DUTK, 1, DITK, EA11, 4, NOT_PERMITTED,",
        "2026-03-01, 1, DUTK, 1, DCTK, EA11, 4, NOT_PERMITTED,",
        "2026-03-01, 1, DCTK, 1, DUTK, EA11, 4, NOT_PERMITTED,",
    })
    void keyChange(
            String now,
            int oldRevision,
            KeyType oldType,
            int newRevision,
            KeyType newType,
            EncryptionAlgorithm algorithm,
            int sections,
            String answer,
            @Nullable Boolean rollover)
            throws Exception {
        clock.set(Instant.parse(now + "T00:00:00Z"));
        MeterKeyState from = meter(oldRevision, oldType, algorithm);
        MeterKeyState to = meter(newRevision, newType, algorithm);
        IssueKeyChange change = new IssueKeyChange(MessageId.of(UUID.randomUUID()), from, to, sections);
        assertThat(answer(change)).isEqualTo(answer);
        if (rollover != null) {
            assertThat(module.find(change.messageId()).orElseThrow().tokens()).hasSize(sections);
            assertThat(RolloverFlag.of(
                            module.find(change.messageId()).orElseThrow(), from, oldKeyOctets(oldRevision, oldType)))
                    .isEqualTo(rollover);
        }
    }

    private static byte[] oldKeyOctets(int revision, KeyType type) {
        return octets(revision == 6 ? 8 : 20, revision == 5 ? 5 : revision * 8 + type.number());
    }

    @Test
    void keyChange_ofAnotherMeterOrCipher_cannotBeAsked() {
        MeterKeyState from = meter(1, KeyType.DUTK, EncryptionAlgorithm.EA11);
        MeterKeyState to = meter(2, KeyType.DUTK, EncryptionAlgorithm.EA07);
        assertThatThrownBy(() -> new IssueKeyChange(MessageId.of(UUID.randomUUID()), from, to, 4))
                .hasMessageContaining("keeps meter PAN and encryption algorithm");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void onlyWhatPassesByItselfIsWorthRepeating(Kind kind) {
        assertThat(kind.retryable())
                .isEqualTo(kind == Kind.UNAVAILABLE || kind == Kind.IN_USE || kind == Kind.TOO_MANY_REQUESTS);
    }

    static Stream<Kind> kinds() {
        return Stream.of(Kind.values());
    }

    private String answer(IssueRequest request) {
        try {
            module.issue(request);
            return "ISSUED";
        } catch (SecurityModuleException e) {
            assertThat(e.getMessage()).doesNotContain(PAN.digits());
            return e.kind().name();
        }
    }
}
