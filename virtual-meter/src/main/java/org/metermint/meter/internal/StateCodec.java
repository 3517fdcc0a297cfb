package org.metermint.meter.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.zip.CRC32C;
import org.metermint.meter.Credit;
import org.metermint.meter.MeterSpecification;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyChangeToken;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.PowerLimit;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenClass;
import org.metermint.token.TokenFrame;
import org.metermint.token.decode.DecoderKeyRegister;
import org.metermint.token.decode.DecoderState;
import org.metermint.token.decode.KeyChangeProgress;
import org.metermint.token.decode.TidMemory;
import org.metermint.token.key.DecoderKey;

/**
 * A meter's header and its states as octets, big endian. Both have a fixed size, a multiple of {@value #SECTOR}, and end
 * with a CRC-32C of all before it.
 *
 * <p>The header says how the meter is built and never changes. A state holds all that does; so the last state is all that
 * is needed of a file, and there is nothing to replay. Every state names the header that it belongs to, by its checksum,
 * and bears a number that rises by one.
 *
 * <p>An own format rather than JSON: the library knows nothing but the JDK, a state of fixed size tells a torn write from
 * damage, and a fleet can write some hundred octets per token where text would take a thousand.
 */
final class StateCodec {
    /** What a disk writes as a whole. */
    static final int SECTOR = 512;

    static final int HEADER_SIZE = SECTOR;
    static final int VERSION = 1;

    private static final byte[] MAGIC = "METERMNT".getBytes(StandardCharsets.US_ASCII);
    private static final int CRC_SIZE = 4;
    private static final int PAN_DIGITS = 18;
    private static final int CHECKS_KEY_EXPIRY = 1;
    private static final int TAKES_COMMON_KEY = 2;

    private static final int TAMPERED = 1;
    private static final int OVERLOADED = 2;
    private static final int TID_SIZE = 3;
    /** Header checksum, number, key, what belongs to the key, registers, flags and limits. */
    private static final int FIXED_SIZE = 4 + 8 + 16 + 4 + 4 + 8 + 8 + 4 + 1 + 8 + 8 + 8;

    private static final int MOST_SECTIONS = 4;
    private static final int SECTION_CRC_BITS = 16;
    private static final int KEY_CHANGE_SIZE = 8 + 4 + 1 + MOST_SECTIONS * 8;

    private final MeterSpecification specification;
    private final int headerCrc;
    private final int size;

    private StateCodec(MeterSpecification specification, int headerCrc) {
        this.specification = specification;
        this.headerCrc = headerCrc;
        int used = FIXED_SIZE + KEY_CHANGE_SIZE + TID_SIZE * specification.tidMemory() + CRC_SIZE;
        this.size = Math.ceilDiv(used, SECTOR) * SECTOR;
    }

    /** A state with its number in the file. */
    record Numbered(long number, MeterState state) {}

    // ---- header

    /** The header of a meter. The fingerprint is of the EA07 tables that it was built with. */
    static byte[] header(MeterSpecification specification, long tablesFingerprint) {
        byte[] octets = new byte[HEADER_SIZE];
        ByteBuffer header = ByteBuffer.wrap(octets);
        header.put(MAGIC).putShort((short) VERSION);
        header.putLong(tablesFingerprint);
        header.put(specification.pan().digits().getBytes(StandardCharsets.US_ASCII));
        header.put((byte) specification.algorithm().number());
        header.put((byte) specification.credit().subclass());
        header.putLong(specification.creditLimit().grains());
        header.putLong(specification.price());
        header.putShort((short) specification.tidMemory());
        header.put((byte) specification.keyChangeTokens());
        header.put((byte) ((specification.checksKeyExpiry() ? CHECKS_KEY_EXPIRY : 0)
                | (specification.takesCommonKey() ? TAKES_COMMON_KEY : 0)));
        header.putLong(specification.keyChangeLimit().toMillis());
        return sealed(octets);
    }

    /** Whether the octets begin as a meter's file does. */
    static boolean isMeter(byte[] file) {
        return file.length >= MAGIC.length
                && ByteBuffer.wrap(file, 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }

    /** The version of the format that a header names. */
    static int version(byte[] file) {
        return Short.toUnsignedInt(ByteBuffer.wrap(file).getShort(MAGIC.length));
    }

    /** The fingerprint of the EA07 tables that a header names. */
    static long tablesFingerprint(byte[] file) {
        return ByteBuffer.wrap(file).getLong(MAGIC.length + Short.BYTES);
    }

    /**
     * The codec of the meter whose header stands at the beginning.
     *
     * @throws IllegalArgumentException if a value in the header cannot be
     */
    static StateCodec ofHeader(byte[] file) {
        ByteBuffer header = ByteBuffer.wrap(file, 0, HEADER_SIZE);
        header.position(MAGIC.length + Short.BYTES + Long.BYTES);
        byte[] pan = new byte[PAN_DIGITS];
        header.get(pan);
        EncryptionAlgorithm algorithm = EncryptionAlgorithm.ofNumber(header.get());
        CreditType credit = CreditType.ofSubclass(header.get());
        Credit limit = new Credit(credit, header.getLong());
        long price = header.getLong();
        int tidMemory = header.getShort();
        int keyChangeTokens = header.get();
        int features = header.get();
        MeterSpecification specification = new MeterSpecification(
                new MeterPan(new String(pan, StandardCharsets.US_ASCII)),
                algorithm,
                credit,
                limit,
                price,
                tidMemory,
                keyChangeTokens,
                (features & CHECKS_KEY_EXPIRY) != 0,
                (features & TAKES_COMMON_KEY) != 0,
                Duration.ofMillis(header.getLong()));
        return new StateCodec(specification, ByteBuffer.wrap(file).getInt(HEADER_SIZE - CRC_SIZE));
    }

    MeterSpecification specification() {
        return specification;
    }

    // ---- states

    /** Octets of one state, checksum included; a multiple of {@link #SECTOR}. */
    int size() {
        return size;
    }

    byte[] encode(Numbered numbered) {
        MeterState state = numbered.state();
        DecoderKeyRegister register = state.decoder().register();
        byte[] sealed = new byte[size];
        ByteBuffer octets = ByteBuffer.wrap(sealed);
        octets.putInt(headerCrc).putLong(numbered.number());
        octets.putLong(register.key().high()).putLong(register.key().low());
        octets.put((byte) register.type().number())
                .put((byte) register.expiry().value())
                .put((byte) register.revision().value())
                .put((byte) register.tariffIndex().value())
                .putInt(register.supplyGroup().value());
        octets.putLong(state.credit()).putLong(state.consumed()).putInt(state.flags());
        octets.put((byte) ((state.tampered() ? TAMPERED : 0) | (state.overloaded() ? OVERLOADED : 0)));
        octets.putLong(state.powerLimit()).putLong(state.unbalanceLimit()).putLong(state.load());
        putKeyChange(octets, state.decoder().keyChange());
        for (int minutes : state.decoder().memory().minutes()) {
            octets.put((byte) (minutes >>> 16)).putShort((short) minutes);
        }
        return sealed(sealed);
    }

    /**
     * The state that stands at a place.
     *
     * @throws IllegalArgumentException if the checksum is right and the content cannot be: it belongs to another meter, or
     *     a value is out of range
     */
    Numbered decode(byte[] file, int offset) {
        ByteBuffer octets = ByteBuffer.wrap(file, offset, size);
        if (octets.getInt() != headerCrc) {
            throw new IllegalArgumentException("it belongs to another meter");
        }
        long number = octets.getLong();
        DecoderKey key = DecoderKey.of(specification.algorithm(), octets.getLong(), octets.getLong());
        KeyType type = KeyType.ofNumber(octets.get());
        KeyExpiryNumber expiry = new KeyExpiryNumber(Byte.toUnsignedInt(octets.get()));
        KeyRevisionNumber revision = new KeyRevisionNumber(octets.get());
        TariffIndex tariffIndex = new TariffIndex(octets.get());
        SupplyGroupCode supplyGroup = new SupplyGroupCode(octets.getInt());
        long credit = octets.getLong();
        long consumed = octets.getLong();
        int flags = octets.getInt();
        int conditions = octets.get();
        PowerLimit powerLimit = new PowerLimit(octets.getLong());
        PowerLimit unbalanceLimit = new PowerLimit(octets.getLong());
        long load = octets.getLong();
        KeyChangeProgress keyChange = keyChange(octets);
        int[] minutes = new int[specification.tidMemory()];
        for (int i = 0; i < minutes.length; i++) {
            minutes[i] = Byte.toUnsignedInt(octets.get()) << 16 | Short.toUnsignedInt(octets.getShort());
        }
        MeterState state = new MeterState(
                new DecoderState(
                        new DecoderKeyRegister(key, type, expiry, revision, tariffIndex, supplyGroup),
                        TidMemory.of(minutes),
                        keyChange),
                credit,
                consumed,
                flags,
                (conditions & TAMPERED) != 0,
                (conditions & OVERLOADED) != 0,
                powerLimit.watts(),
                unbalanceLimit.watts(),
                load);
        return new Numbered(number, state);
    }

    /** When a key change set was begun and which tokens of it are kept; all zero if none. */
    private static void putKeyChange(ByteBuffer octets, KeyChangeProgress progress) {
        Instant begun = progress.begun().orElse(Instant.EPOCH);
        List<KeyChangeToken> sections = progress.sections();
        octets.putLong(begun.getEpochSecond()).putInt(begun.getNano()).put((byte) sections.size());
        sections.forEach(section -> octets.putLong(section.subclassAndPayload()));
        octets.position(octets.position() + (MOST_SECTIONS - sections.size()) * Long.BYTES);
    }

    private KeyChangeProgress keyChange(ByteBuffer octets) {
        Instant begun = Instant.ofEpochSecond(octets.getLong(), octets.getInt());
        int sections = octets.get();
        KeyChangeProgress progress = KeyChangeProgress.NONE;
        for (int i = 0; i < MOST_SECTIONS; i++) {
            long bits = octets.getLong();
            if (i < sections) {
                progress = progress.with(section(bits), begun);
            }
        }
        return progress;
    }

    private KeyChangeToken section(long bits) {
        TokenClass management = TokenClass.METER_SPECIFIC_MANAGEMENT;
        int keyBits = specification.algorithm().keyBits();
        if (TokenFrame.read(management, bits << SECTION_CRC_BITS, keyBits) instanceof KeyChangeToken section) {
            return section;
        }
        throw new IllegalArgumentException("what it keeps of a key change is no key change token");
    }

    // ---- checksums

    private static byte[] sealed(byte[] octets) {
        ByteBuffer.wrap(octets).putInt(octets.length - CRC_SIZE, crc(octets, 0, octets.length));
        return octets;
    }

    /** Whether the octets end with the checksum of what stands before it. */
    static boolean isWhole(byte[] file, int offset, int length) {
        return crc(file, offset, length) == storedCrc(file, offset, length);
    }

    /** Whether the place of the checksum was never written. */
    static boolean isUnsealed(byte[] file, int offset, int length) {
        return storedCrc(file, offset, length) == 0;
    }

    private static int storedCrc(byte[] file, int offset, int length) {
        return ByteBuffer.wrap(file).getInt(offset + length - CRC_SIZE);
    }

    private static int crc(byte[] file, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(file, offset, length - CRC_SIZE);
        return (int) crc.getValue();
    }
}
