package org.metermint.secure.internal;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.ClientName;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.IssueMeterTest;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.ManagementOrder;
import org.metermint.secure.MessageId;
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
import org.metermint.token.RawValue;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TestToken;
import org.metermint.token.TokenClass;
import org.metermint.token.TokenFrame;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;

/**
 * A request, who made it, and the tokens that it stands for, as the journal keeps them: all there is to know of an
 * issue, and no key.
 */
record IssuedMessage(ClientName client, IssueRequest request, IssuedTokens result) {
    private static final int MAX_OCTETS = 512;
    private static final byte VERSION = 2;
    private static final int MODULE_CHOOSES = -1;
    private static final int CHECK_VALUE = 3;
    private static final byte CREDIT = 1;
    private static final byte CURRENCY_CREDIT = 2;
    private static final byte KEY_CHANGE = 3;
    private static final byte MANAGEMENT = 4;
    private static final byte METER_TEST = 5;

    /** A token identifier that a meter uses up, and the key under which {@link TidMemory} keeps it. */
    record Claim(long meter, TokenIdentifier tid) {}

    /** What names a message among all. */
    MessageKey key() {
        return new MessageKey(client, request.messageId());
    }

    /** The identifier that this message uses up; a key change and a meter test use none. */
    Optional<Claim> claim() {
        IssuedTokens.IssuingKey key = result.key();
        MeterKeyState meter = meter(request);
        return key == null || key.tid() == null || meter == null
                ? Optional.empty()
                : Optional.of(new Claim(TidMemory.key(meter.pan(), key.baseDate()), key.tid()));
    }

    /** The meter that the tokens are for, with the key that they are encrypted under; null for a meter test. */
    static @Nullable MeterKeyState meter(IssueRequest request) {
        return switch (request) {
            case IssueCredit credit -> credit.meter();
            case IssueCurrencyCredit credit -> credit.meter();
            case IssueManagement management -> management.meter();
            case IssueKeyChange change -> change.from();
            case IssueMeterTest test -> null;
        };
    }

    /** The identifier that a request brings; null if it has none or leaves it to the module. */
    static @Nullable TokenIdentifier identifier(IssueRequest request) {
        return switch (request) {
            case IssueCredit credit -> credit.tid();
            case IssueCurrencyCredit credit -> credit.tid();
            case IssueManagement management -> management.tid();
            case IssueKeyChange change -> null;
            case IssueMeterTest test -> null;
        };
    }

    IssuedMessage withCounter(long counter) {
        return new IssuedMessage(
                client,
                request,
                new IssuedTokens(
                        result.messageId(),
                        result.tokens(),
                        result.issuedAt(),
                        result.testOnly(),
                        counter,
                        result.key()));
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(MAX_OCTETS).put(VERSION);
        putText(out, client.text());
        putText(out, request.messageId().text());
        out.putLong(result.issuedAt().toEpochMilli());
        out.put((byte) (result.testOnly() ? 1 : 0));
        putKey(out, result.key());
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
                out.putInt(minutes(credit.tid())).put((byte) credit.type().subclass());
                out.putLong(credit.amount().tenths());
            }
            case IssueCurrencyCredit credit -> {
                putMeter(out.put(CURRENCY_CREDIT), credit.meter());
                out.putInt(minutes(credit.tid())).put((byte) credit.type().subclass());
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
                out.putInt(minutes(management.tid()));
                putOrder(out, management.order());
            }
            case IssueMeterTest test -> out.put(METER_TEST).putLong(test.token().subclassAndPayload());
        }
    }

    private static void putText(ByteBuffer out, String text) {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        out.put((byte) octets.length).put(octets);
    }

    private static String getText(ByteBuffer in) {
        byte[] octets = new byte[in.get()];
        in.get(octets);
        return new String(octets, StandardCharsets.US_ASCII);
    }

    private static void putKey(ByteBuffer out, IssuedTokens.@Nullable IssuingKey key) {
        if (key == null) {
            out.putShort((short) 0);
            return;
        }
        out.putShort((short) key.baseDate().year());
        out.putInt(minutes(key.tid()));
        out.put(HexFormat.of().parseHex(key.checkValue()));
    }

    private static IssuedTokens.@Nullable IssuingKey getKey(ByteBuffer in) {
        int year = in.getShort();
        if (year == 0) {
            return null;
        }
        BaseDate baseDate = BaseDate.ofYear(year);
        TokenIdentifier tid = getIdentifier(in);
        byte[] checkValue = new byte[CHECK_VALUE];
        in.get(checkValue);
        return new IssuedTokens.IssuingKey(
                baseDate, tid, HexFormat.of().withUpperCase().formatHex(checkValue));
    }

    private static int minutes(@Nullable TokenIdentifier tid) {
        return tid == null ? MODULE_CHOOSES : tid.minutes();
    }

    private static @Nullable TokenIdentifier getIdentifier(ByteBuffer in) {
        int minutes = in.getInt();
        return minutes == MODULE_CHOOSES ? null : new TokenIdentifier(minutes);
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
            case ManagementOrder.SetTariffRate set ->
                out.put((byte) 2).putLong(set.rate().bits());
            case ManagementOrder.SetWaterFactor set ->
                out.put((byte) 7).putLong(set.factor().bits());
            case ManagementOrder.WriteExtended extended ->
                out.put((byte) 10).putLong(extended.value().bits());
        }
    }

    /** What names an encoded message, without decoding the rest. */
    static MessageKey keyOf(byte[] octets) {
        ByteBuffer in = ByteBuffer.wrap(octets, 1, octets.length - 1);
        return new MessageKey(new ClientName(getText(in)), new MessageId(getText(in)));
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param counter the place of the record among all
     * @throws IllegalArgumentException if it is anything else
     */
    static IssuedMessage decode(byte[] octets, long counter) {
        try {
            ByteBuffer in = ByteBuffer.wrap(octets);
            if (in.get() != VERSION) {
                throw new IllegalArgumentException("version " + octets[0] + " of a record is not " + VERSION);
            }
            ClientName client = new ClientName(getText(in));
            MessageId id = new MessageId(getText(in));
            Instant issuedAt = Instant.ofEpochMilli(in.getLong());
            boolean testOnly = in.get() == 1;
            IssuedTokens.IssuingKey key = getKey(in);
            List<TokenNumber> tokens = new ArrayList<>();
            for (int left = in.get(); left > 0; left--) {
                tokens.add(new TokenNumber(in.get(), in.getLong()));
            }
            IssueRequest request = getRequest(in, id);
            return new IssuedMessage(client, request, new IssuedTokens(id, tokens, issuedAt, testOnly, counter, key));
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a record of " + octets.length + " octets is too short", e);
        }
    }

    private static IssueRequest getRequest(ByteBuffer in, MessageId id) {
        byte kind = in.get();
        if (kind == METER_TEST) {
            return new IssueMeterTest(id, getTestToken(in.getLong()));
        }
        MeterKeyState meter = getMeter(in);
        return switch (kind) {
            case CREDIT -> {
                TokenIdentifier tid = getIdentifier(in);
                CreditType type = CreditType.ofSubclass(in.get());
                yield new IssueCredit(id, meter, type, new CreditAmount(in.getLong()), tid);
            }
            case CURRENCY_CREDIT -> {
                TokenIdentifier tid = getIdentifier(in);
                CreditType type = CreditType.ofSubclass(in.get());
                byte[] steps = new byte[in.get()];
                in.get(steps);
                yield new IssueCurrencyCredit(id, meter, type, new CurrencyAmount(new BigInteger(steps)), tid);
            }
            case KEY_CHANGE -> new IssueKeyChange(id, meter, getMeter(in), in.get());
            case MANAGEMENT -> {
                TokenIdentifier tid = getIdentifier(in);
                yield new IssueManagement(id, meter, getOrder(in), tid);
            }
            default -> throw new IllegalArgumentException("a record of kind " + kind + " is unknown");
        };
    }

    private static TestToken getTestToken(long subclassAndPayload) {
        TokenClass tokenClass = TokenClass.NON_METER_SPECIFIC_MANAGEMENT;
        if (TokenFrame.read(tokenClass, TokenFrame.block(tokenClass, subclassAndPayload), 64)
                instanceof TestToken token) {
            return token;
        }
        throw new IllegalArgumentException("a record of a meter test holds no such token");
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
            case 2 -> new ManagementOrder.SetTariffRate(new RawValue((int) value));
            case 7 -> new ManagementOrder.SetWaterFactor(new RawValue((int) value));
            case 10 -> new ManagementOrder.WriteExtended(new ExtendedValue((int) value));
            default -> throw new IllegalArgumentException("a management order of subclass " + subclass + " is unknown");
        };
    }
}
