package org.metermint.vending.sale.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.Rnd;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.utility.KeyChangePolicy;

class KeyPlanTest {
    private static final Instant NOW = Instant.parse("2026-03-10T10:00:00Z");

    private static SoftwareSecurityModule module;
    private static VendingKeys keys;

    @BeforeAll
    static void open(@TempDir Path directory) throws Exception {
        Path keyFile = directory.resolve("kek");
        KeyEncryptionKeySource.createKeyFile(keyFile);
        module = SoftwareSecurityModule.open(
                directory.resolve("module"),
                KeyEncryptionKeySource.keyFile(keyFile),
                Clock.fixed(NOW, ZoneOffset.UTC),
                () -> new Rnd(5));
        module.loadTestOnlyVendingKeys();
        keys = new VendingKeys(module);
    }

    @AfterAll
    static void close() {
        module.close();
    }

    @ParameterizedTest
    @CsvSource({
        // algorithm, from group/revision/index, to group/revision/index, tokens the meter takes, size of the set (0:
        // none)
        "11, 201457, 1, 01, 201457, 1, 01, 4, 0",
        "11, 201457, 1, 01, 201457, 2, 01, 4, 4",
        "11, 201457, 1, 01, 201457, 1, 02, 4, 4",
        "11, 201457, 1, 01, 201461, 8, 01, 4, 4",
        "11, 123457, 1, 01, 123457, 4, 01, 4, 4",
        "07, 123457, 1, 01, 123457, 4, 01, 2, 2",
        "07, 123457, 1, 01, 123457, 4, 01, 3, 2",
        "07, 123457, 1, 01, 201457, 1, 01, 3, 3",
        "07, 123457, 1, 01, 201457, 1, 01, 2, 2",
    })
    void keyChangeSet_followsFromWhatDiffers(
            String algorithm,
            String fromGroup,
            int fromRevision,
            String fromIndex,
            String toGroup,
            int toRevision,
            String toIndex,
            int takes,
            int tokens) {
        KeyPlan plan = KeyPlan.of(
                state(algorithm, fromGroup, fromRevision, fromIndex, KeyType.DUTK),
                state(algorithm, toGroup, toRevision, toIndex, KeyType.DUTK),
                takes,
                KeyChangePolicy.WITH_SALE,
                keys,
                NOW);
        assertThat(plan.change().map(KeyPlan.Change::tokens).orElse(0)).isEqualTo(tokens);
        assertThat(plan.key().supplyGroup().digits()).isEqualTo(toGroup);
    }

    @ParameterizedTest
    @CsvSource({
        // target group and revision, why there is no way
        "201457, 9, VENDING_KEY_MISSING",
        "203557, 6, VENDING_KEY_NOT_USABLE", // base date 2035 has not come
        "201460, 7, VENDING_KEY_NOT_USABLE", // expired in 2024 by its expiry number
        "123461, 1, VENDING_KEY_NOT_USABLE", // base date 1993 ran out in 2024
        "201457, 2, KEY_CHANGE_REQUIRED",
    })
    void target_thatCannotBeUsed_isRefused(String group, int revision, RefusalCode code) {
        assertThatThrownBy(() -> KeyPlan.of(
                        state("11", "201457", 1, "01", KeyType.DUTK),
                        state("11", group, revision, "01", KeyType.DUTK),
                        4,
                        KeyChangePolicy.REFUSE,
                        keys,
                        NOW))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(code));
    }

    @Test
    void allot_isTheClocksMinute_orTheOneAfterTheLast() {
        KeyPlan plan = KeyPlan.of(
                state("11", "201457", 1, "01", KeyType.DUTK),
                state("11", "201457", 1, "01", KeyType.DUTK),
                4,
                KeyChangePolicy.REFUSE,
                keys,
                NOW);
        TokenIdentifier clock = TokenIdentifier.at(NOW, plan.key().baseDate());
        assertThat(plan.allot(null, NOW)).isEqualTo(clock);
        assertThat(plan.allot(new TokenIdentifier(5), NOW)).isEqualTo(clock);
        assertThat(plan.allot(clock, NOW)).isEqualTo(clock.next());
        assertThat(plan.allot(clock.next(), NOW)).isEqualTo(clock.next().next());
        assertThatThrownBy(() -> plan.allot(new TokenIdentifier(TokenIdentifier.MAX_MINUTES), NOW))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().code())
                                .isEqualTo(RefusalCode.TOKEN_IDENTIFIERS_EXHAUSTED));
    }

    private static MeterKeyState state(String algorithm, String group, int revision, String index, KeyType type) {
        return new MeterKeyState(
                MeterPan.of(new DecoderReferenceNumber("12345678903")),
                EncryptionAlgorithm.ofNumber(Integer.parseInt(algorithm)),
                SupplyGroupCode.parse(group),
                TariffIndex.parse(index),
                new KeyRevisionNumber(revision),
                type);
    }
}
