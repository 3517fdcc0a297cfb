package org.metermint.meter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.metermint.meter.MeterFileException;
import org.metermint.meter.MeterFileException.Problem;
import org.metermint.meter.MeterSpecification;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.decode.DecoderKeyRegister;
import org.metermint.token.decode.DecoderState;
import org.metermint.token.decode.KeyChangeProgress;
import org.metermint.token.decode.TidMemory;
import org.metermint.token.key.DecoderKey;
import org.metermint.token.key.KeyChangeSet;

class StateLogTest {
    private static final long TABLES = 42;
    private static final int STATES = 3;
    private static final Instant BEGUN = Instant.parse("2026-03-01T10:00:00.123456789Z");

    private static MeterSpecification specification(EncryptionAlgorithm algorithm, int tidMemory) {
        return MeterSpecification.of(new MeterPan("600727000000000009"), algorithm, CreditType.ELECTRICITY)
                .withTidMemory(tidMemory);
    }

    private static MeterState state(MeterSpecification specification, int credit) {
        DecoderKeyRegister register = new DecoderKeyRegister(
                DecoderKey.of(specification.algorithm(), 0, -0x1234_5678L),
                KeyType.DUTK,
                new KeyExpiryNumber(200),
                new KeyRevisionNumber(9),
                new TariffIndex(99),
                new SupplyGroupCode(999_999));
        TidMemory memory = TidMemory.ofNewMeter(specification.tidMemory(), new TokenIdentifier(0xFF_FFF0))
                .with(new TokenIdentifier(0xFF_FFFF));
        return MeterState.ofNewMeter(specification, new DecoderState(register, memory))
                .withCredit(credit);
    }

    /** A file of a header and three states with credit 1, 2, 3. */
    private static MemoryStorage file(MeterSpecification specification) throws IOException {
        MemoryStorage storage = new MemoryStorage(StateLog.newFile(specification, TABLES, state(specification, 1)));
        try (StateLog log = StateLog.open(storage, TABLES)) {
            for (int credit = 2; credit <= STATES; credit++) {
                log.store(state(specification, credit));
            }
        }
        return storage;
    }

    private static MeterFileException refusal(byte[] content) {
        return catchThrowableOfType(MeterFileException.class, () -> StateLog.open(new MemoryStorage(content), TABLES));
    }

    @ParameterizedTest
    @EnumSource(EncryptionAlgorithm.class)
    void stateAndHeader_areReadAsTheyWereWritten(EncryptionAlgorithm algorithm) throws Exception {
        MeterSpecification specification = specification(algorithm, MeterSpecification.MOST_TIDS);
        KeyChangeSet set = new KeyChangeSet(
                DecoderKey.of(algorithm, 0, 77),
                KeyType.DDTK,
                new KeyExpiryNumber(255),
                new KeyRevisionNumber(1),
                new TariffIndex(0),
                new SupplyGroupCode(201_457),
                true);
        KeyChangeProgress progress = KeyChangeProgress.NONE;
        for (var section : set.tokens(specification.keyChangeTokens())) {
            progress = progress.with(section, BEGUN);
        }
        MeterState plain = state(specification, -5)
                .withConsumed(Long.MAX_VALUE)
                .withTampered(true)
                .withLoad(7_000, true)
                .withPowerLimit(0)
                .withUnbalanceLimit(12)
                .withFlag(2, true);
        MeterState written = plain.withDecoder(
                new DecoderState(plain.decoder().register(), plain.decoder().memory(), progress));
        StateLog log = StateLog.open(new MemoryStorage(StateLog.newFile(specification, TABLES, written)), TABLES);
        assertThat(log.specification()).isEqualTo(specification);
        MeterState read = log.state();
        assertThat(read.decoder().keyChange().sections()).isEqualTo(progress.sections());
        assertThat(read.decoder().keyChange().begun()).contains(BEGUN);
        assertThat(read.withDecoder(plain.decoder())).isEqualTo(plain);
        assertThat(read.decoder().register()).isEqualTo(plain.decoder().register());
        assertThat(read.decoder().memory()).isEqualTo(plain.decoder().memory());
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 300})
    void fileCutAtAnyOctet_hasItsLastWholeStateOrIsRefused(int tidMemory) throws Exception {
        MeterSpecification specification = specification(EncryptionAlgorithm.EA07, tidMemory);
        byte[] whole = file(specification).content;
        int size = (whole.length - StateCodec.HEADER_SIZE) / STATES;
        for (int length = 0; length <= whole.length; length++) {
            int wholeStates = (length - StateCodec.HEADER_SIZE) / size;
            MemoryStorage cut = new MemoryStorage(Arrays.copyOf(whole, length));
            if (length < StateCodec.HEADER_SIZE + size) {
                assertThat(refusal(cut.content).problem()).isIn(Problem.NOT_A_METER, Problem.DAMAGED);
                continue;
            }
            try (StateLog log = StateLog.open(cut, TABLES)) {
                assertThat(log.state().credit()).isEqualTo(wholeStates);
                assertThat(cut.content).hasSize(StateCodec.HEADER_SIZE + wholeStates * size);
                log.store(state(specification, 77));
            }
            try (StateLog log = StateLog.open(cut, TABLES)) {
                assertThat(log.state().credit()).isEqualTo(77);
            }
        }
    }

    @Test
    void lastStateWhoseEndWasNeverWritten_isCutOff() throws Exception {
        MeterSpecification specification = specification(EncryptionAlgorithm.EA07, 300);
        byte[] whole = file(specification).content;
        int size = (whole.length - StateCodec.HEADER_SIZE) / STATES;
        for (int sector = 0; sector < size / StateCodec.SECTOR; sector++) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, torn.length - size + sector * StateCodec.SECTOR, torn.length, (byte) 0);
            assertThat(StateLog.open(new MemoryStorage(torn), TABLES).state().credit())
                    .isEqualTo(STATES - 1);
        }
    }

    @Test
    void anyOctetChanged_isRefusedAndNamed() throws Exception {
        byte[] whole = file(specification(EncryptionAlgorithm.EA07, 50)).content;
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 0x10;
            MeterFileException refusal = refusal(changed);
            assertThat(refusal.problem()).isEqualTo(i < 8 ? Problem.NOT_A_METER : Problem.DAMAGED);
            if (i >= StateCodec.HEADER_SIZE) {
                assertThat(refusal).hasMessageContaining("at octet " + i / StateCodec.SECTOR * StateCodec.SECTOR);
            }
        }
    }

    @Test
    void statesLeftOutOrOfAnotherMeter_areRefused() throws Exception {
        byte[] whole = file(specification(EncryptionAlgorithm.EA07, 50)).content;
        int size = (whole.length - StateCodec.HEADER_SIZE) / STATES;
        byte[] withoutSecond = join(
                Arrays.copyOf(whole, StateCodec.HEADER_SIZE + size),
                Arrays.copyOfRange(whole, StateCodec.HEADER_SIZE + 2 * size, whole.length));
        assertThat(refusal(withoutSecond)).hasMessageContaining("has the number 3; it must be 2");
        byte[] other = file(specification(EncryptionAlgorithm.EA07, 51)).content;
        byte[] mixed = join(
                Arrays.copyOf(whole, StateCodec.HEADER_SIZE),
                Arrays.copyOfRange(other, StateCodec.HEADER_SIZE, other.length));
        assertThat(refusal(mixed)).hasMessageContaining("it belongs to another meter");
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    @Test
    void newerFormat_isRefusedAsSuch() throws Exception {
        byte[] content = file(specification(EncryptionAlgorithm.EA07, 50)).content;
        CRC32C crc = new CRC32C();
        ByteBuffer header = ByteBuffer.wrap(content).putShort(8, (short) 2);
        crc.update(content, 0, StateCodec.HEADER_SIZE - 4);
        header.putInt(StateCodec.HEADER_SIZE - 4, (int) crc.getValue());
        assertThat(refusal(content).problem()).isEqualTo(Problem.NEWER_VERSION);
    }

    @Test
    void otherTables_areRefusedUnderEa07Only() throws Exception {
        MemoryStorage ea07 = file(specification(EncryptionAlgorithm.EA07, 50));
        assertThatThrownBy(() -> StateLog.open(ea07, TABLES + 1))
                .isInstanceOfSatisfying(
                        MeterFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.OTHER_TABLES));
        MemoryStorage ea11 = file(specification(EncryptionAlgorithm.EA11, 50));
        assertThat(StateLog.open(ea11, TABLES + 1).state().credit()).isEqualTo(STATES);
    }

    @Test
    void diskFullAtAnyOctet_keepsTheLastStateAndRefusesUntilReopened() throws Exception {
        MeterSpecification specification = specification(EncryptionAlgorithm.EA07, 50);
        List<Integer> rooms = new ArrayList<>(List.of(0, 1, 3, 511));
        for (int room : rooms) {
            MemoryStorage storage = file(specification);
            StateLog log = StateLog.open(storage, TABLES);
            storage.leaveRoom(room);
            assertThatThrownBy(() -> log.store(state(specification, 50))).hasMessageContaining("no space left");
            assertThat(log.state().credit()).isEqualTo(STATES);
            storage.leaveRoom(1_000_000);
            assertThatThrownBy(() -> log.store(state(specification, 50))).hasMessageContaining("open it again");
            StateLog again = StateLog.open(storage, TABLES);
            assertThat(again.state().credit()).isEqualTo(STATES);
            again.store(state(specification, 50));
            assertThat(StateLog.open(storage, TABLES).state().credit()).isEqualTo(50);
        }
    }

    @Test
    void manyStates_keepTheFileSmall() throws Exception {
        MeterSpecification specification = specification(EncryptionAlgorithm.EA07, 50);
        MemoryStorage storage = file(specification);
        StateLog log = StateLog.open(storage, TABLES);
        for (int credit = 4; credit <= 2_000; credit++) {
            log.store(state(specification, credit));
            assertThat(storage.content.length).isLessThanOrEqualTo(257 * StateCodec.SECTOR);
        }
        assertThat(StateLog.open(storage, TABLES).state().credit()).isEqualTo(2_000);
    }
}
