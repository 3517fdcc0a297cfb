package org.metermint.secure.internal;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.ManagementOrder;
import org.metermint.secure.MeterKeyState;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditRegister;
import org.metermint.token.CreditType;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.ExtendedValue;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.PowerLimit;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;

/**
 * A request and the tokens that it stands for, as the journal keeps them: all there is to know of an issue, and no key.
 *
 * @param baseDate from which the identifier of the request counts; of a key change, that of the new key
 */
record IssuedMessage(IssueRequest request, BaseDate baseDate, IssuedTokens result) {
    private static final int MAX_OCTETS = 256;
    private static final byte VERSION = 1;
    private static final byte CREDIT = 1;
    private static final byte CURRENCY_CREDIT = 2;
    private static final byte KEY_CHANGE = 3;
    private static final byte MANAGEMENT = 4;

    /** A token identifier that a meter uses up, and the key under which {@link TidMemory} keeps it. */
    record Claim(long meter, TokenIdentifier tid) {}

    /** The identifier that this message uses up; a key change uses none. */
    Optional<Claim> claim() {
        return switch (request) {
            case IssueCredit credit -> claim(credit.meter(), credit.tid());
            case IssueCurrencyCredit credit -> claim(credit.meter(), credit.tid());
            case IssueManagement management -> claim(management.meter(), management.tid());
            case IssueKeyChange change -> Optional.empty();
        };
    }

    private Optional<Claim> claim(MeterKeyState meter, TokenIdentifier tid) {
        return Optional.of(new Claim(TidMemory.key(meter.pan(), baseDate), tid));
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(MAX_OCTETS).put(VERSION);
        putId(out, request.messageId());
        out.putLong(result.issuedAt().toEpochMilli());
        out.put((byte) (result.testOnly() ? 1 : 0));
        out.putShort((short) baseDate.year());
        out.put((byte) result.tokens().size());
        for (TokenNumber token : result.tokens()) {
            out.put((byte) token.high()).putLong(token.low());
        }
        putRequest(out);
        byte[] octets = new byte[out.flip().remaining()];
        out.get(octets);
        return octets;
    }

    private void putRequest(ByteBuffer out) {
        switch (request) {
            case IssueCredit credit -> {
                putMeter(out.put(CREDIT), credit.meter());
                out.putInt(credit.tid().minutes()).put((byte) credit.type().subclass());
                out.putLong(credit.amount().tenths());
            }
            case IssueCurrencyCredit credit -> {
                putMeter(out.put(CURRENCY_CREDIT), credit.meter());
                out.putInt(credit.tid().minutes()).put((byte) credit.type().subclass());
                byte[] steps = credit.amount().steps().toByteArray();
                out.put((byte) steps.length).put(steps);
            }
            case IssueKeyChange change -> {
                putMeter(out.put(KEY_CHANGE), change.from());
                putMeter(out, change.to());
                out.put((byte) change.sections());
            }
            case IssueManagement management -> {
                putMeter(out.put(MANAGEMENT), management.meter());
                out.putInt(management.tid().minutes());
                putOrder(out, management.order());
            }
        }
    }

    private static void putId(ByteBuffer out, UUID id) {
        out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private static void putMeter(ByteBuffer out, MeterKeyState meter) {
        out.putLong(Long.parseLong(meter.pan().digits()));
        out.put((byte) meter.algorithm().number());
        out.putInt(meter.supplyGroup().value());
        out.put((byte) meter.tariffIndex().value());
        out.put((byte) meter.revision().value());
        out.put((byte) meter.type().number());
    }

    private static void putOrder(ByteBuffer out, ManagementOrder order) {
        switch (order) {
            case ManagementOrder.LimitPower limit ->
                out.put((byte) 0).putLong(limit.limit().watts());
            case ManagementOrder.ClearCredit clear ->
                out.put((byte) 1).putLong(clear.register().number());
            case ManagementOrder.ClearTamper clear -> out.put((byte) 5).putLong(0);
            case ManagementOrder.LimitPhaseUnbalance limit ->
                out.put((byte) 6).putLong(limit.limit().watts());
            case ManagementOrder.WriteExtended extended ->
                out.put((byte) 10).putLong(extended.value().bits());
        }
    }

    /** The message id of an encoded message, without decoding the rest. */
    static UUID idOf(byte[] octets) {
        ByteBuffer in = ByteBuffer.wrap(octets, 1, 16);
        return new UUID(in.getLong(), in.getLong());
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    static IssuedMessage decode(byte[] octets) {
        try {
            ByteBuffer in = ByteBuffer.wrap(octets);
            if (in.get() != VERSION) {
                throw new IllegalArgumentException("version " + octets[0] + " of a record is not " + VERSION);
            }
            UUID id = new UUID(in.getLong(), in.getLong());
            Instant issuedAt = Instant.ofEpochMilli(in.getLong());
            boolean testOnly = in.get() == 1;
            BaseDate baseDate = BaseDate.ofYear(in.getShort());
            List<TokenNumber> tokens = new ArrayList<>();
            for (int left = in.get(); left > 0; left--) {
                tokens.add(new TokenNumber(in.get(), in.getLong()));
            }
            IssueRequest request = getRequest(in, id);
            return new IssuedMessage(request, baseDate, new IssuedTokens(id, tokens, issuedAt, testOnly));
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a record of " + octets.length + " octets is too short", e);
        }
    }

    private static IssueRequest getRequest(ByteBuffer in, UUID id) {
        byte kind = in.get();
        MeterKeyState meter = getMeter(in);
        return switch (kind) {
            case CREDIT -> {
                TokenIdentifier tid = new TokenIdentifier(in.getInt());
                CreditType type = CreditType.ofSubclass(in.get());
                yield new IssueCredit(id, meter, type, new CreditAmount(in.getLong()), tid);
            }
            case CURRENCY_CREDIT -> {
                TokenIdentifier tid = new TokenIdentifier(in.getInt());
                CreditType type = CreditType.ofSubclass(in.get());
                byte[] steps = new byte[in.get()];
                in.get(steps);
                yield new IssueCurrencyCredit(id, meter, type, new CurrencyAmount(new BigInteger(steps)), tid);
            }
            case KEY_CHANGE -> new IssueKeyChange(id, meter, getMeter(in), in.get());
            case MANAGEMENT -> {
                TokenIdentifier tid = new TokenIdentifier(in.getInt());
                yield new IssueManagement(id, meter, getOrder(in), tid);
            }
            default -> throw new IllegalArgumentException("a record of kind " + kind + " is unknown");
        };
    }

    private static MeterKeyState getMeter(ByteBuffer in) {
        String pan = Long.toString(in.getLong());
        return new MeterKeyState(
                new MeterPan("0".repeat(Math.max(0, 18 - pan.length())) + pan),
                EncryptionAlgorithm.ofNumber(in.get()),
                new SupplyGroupCode(in.getInt()),
                new TariffIndex(in.get()),
                new KeyRevisionNumber(in.get()),
                KeyType.ofNumber(in.get()));
    }

    private static ManagementOrder getOrder(ByteBuffer in) {
        byte subclass = in.get();
        long value = in.getLong();
        return switch (subclass) {
            case 0 -> new ManagementOrder.LimitPower(new PowerLimit(value));
            case 1 -> new ManagementOrder.ClearCredit(new CreditRegister((int) value));
            case 5 -> new ManagementOrder.ClearTamper();
            case 6 -> new ManagementOrder.LimitPhaseUnbalance(new PowerLimit(value));
            case 10 -> new ManagementOrder.WriteExtended(new ExtendedValue((int) value));
            default -> throw new IllegalArgumentException("a management order of subclass " + subclass + " is unknown");
        };
    }
}
