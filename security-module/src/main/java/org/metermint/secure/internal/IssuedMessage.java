package org.metermint.secure.internal;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
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
import org.metermint.secure.internal.record.Journal;
import org.metermint.secure.internal.record.Sha256;
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
 *
 * <pre>
 * clear   = kind(1) client message id test only(1) key number of tokens(1) SHA-256 of each token(32), then the request
 * secret  = for each token its two upper bits(1) and its 64 lower ones(8)
 * key     = year of the base date(2), then unless it is 0: token identifier(4) check value(3)
 * text    = octets(1) US-ASCII
 * meter   = meter PAN(8) encryption algorithm(1) supply group(4) tariff index(1) key revision(1) key type(1)
 * request = by its kind
 *   1 credit           meter requested identifier(4) subclass(1) tenths(8)
 *   2 currency credit  meter requested identifier(4) subclass(1) octets of the steps(1) steps
 *   3 key change       old meter, new meter, sections(1) check value of the new vending key(3)
 *   4 management       meter requested identifier(4) subclass(1) value(8)
 *   5 meter test       subclass and payload(8)
 * </pre>
 *
 * <p>An identifier of -1 is none: the module was to choose it, or there is none in such a token.
 *
 * @param newCheckValue of the new vending key of a key change; null for everything else
 */
record IssuedMessage(
        ClientName client,
        IssueRequest request,
        IssuedTokens result,
        @Nullable String newCheckValue) {
    private static final int MAX_OCTETS = 512;
    private static final int TOKEN = 9;
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

    /** What no key change is: no other check value than that of the result. */
    IssuedMessage(ClientName client, IssueRequest request, IssuedTokens result) {
        this(client, request, result, null);
    }

    /** The same, as it is recorded. */
    IssuedMessage recorded(long counter, Instant time) {
        return new IssuedMessage(
                client,
                request,
                new IssuedTokens(result.messageId(), result.tokens(), time, result.testOnly(), counter, result.key()),
                newCheckValue);
    }

    /** This message on its way to the record, with the digests of its tokens. */
    Journal.Line line(TokenDigest digest) {
        return new Journal.Line() {
            @Override
            public int maxOctets() {
                return MAX_OCTETS;
            }

            @Override
            public void put(ByteBuffer clear, ByteBuffer secret) {
                IssuedMessage.this.put(clear, digest);
                for (TokenNumber token : result.tokens()) {
                    secret.put((byte) token.high()).putLong(token.low());
                }
            }
        };
    }

    private void put(ByteBuffer out, TokenDigest digest) {
        int kind = out.position();
        out.put((byte) 0); // until it is known
        putText(out, client.text());
        putText(out, request.messageId().text());
        out.put((byte) (result.testOnly() ? 1 : 0));
        putKey(out, result.key());
        out.put((byte) result.tokens().size());
        for (TokenNumber token : result.tokens()) {
            out.put(digest.of(client, request.messageId(), token));
        }
        out.put(kind, putRequest(out));
    }

    /** Writes the request and returns its kind. */
    private byte putRequest(ByteBuffer out) {
        switch (request) {
            case IssueCredit credit -> {
                putMeter(out, credit.meter());
                out.putInt(minutes(credit.tid())).put((byte) credit.type().subclass());
                out.putLong(credit.amount().tenths());
                return CREDIT;
            }
            case IssueCurrencyCredit credit -> {
                putMeter(out, credit.meter());
                out.putInt(minutes(credit.tid())).put((byte) credit.type().subclass());
                byte[] steps = credit.amount().steps().toByteArray();
                out.put((byte) steps.length).put(steps);
                return CURRENCY_CREDIT;
            }
            case IssueKeyChange change -> {
                putMeter(out, change.from());
                putMeter(out, change.to());
                out.put((byte) change.sections());
                out.put(HexFormat.of().parseHex(Objects.requireNonNull(newCheckValue)));
                return KEY_CHANGE;
            }
            case IssueManagement management -> {
                putMeter(out, management.meter());
                out.putInt(minutes(management.tid()));
                putOrder(out, management.order());
                return MANAGEMENT;
            }
            case IssueMeterTest test -> {
                out.putLong(test.token().subclassAndPayload());
                return METER_TEST;
            }
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
        return new IssuedTokens.IssuingKey(baseDate, tid, getCheckValue(in));
    }

    private static String getCheckValue(ByteBuffer in) {
        byte[] checkValue = new byte[CHECK_VALUE];
        in.get(checkValue);
        return HexFormat.of().withUpperCase().formatHex(checkValue);
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
        byte subclass = switch (order) {
            case ManagementOrder.LimitPower limit -> 0;
            case ManagementOrder.ClearCredit clear -> 1;
            case ManagementOrder.SetTariffRate set -> 2;
            case ManagementOrder.ClearTamper clear -> 5;
            case ManagementOrder.LimitPhaseUnbalance limit -> 6;
            case ManagementOrder.SetWaterFactor set -> 7;
            case ManagementOrder.WriteExtended extended -> 10;
        };
        out.put(subclass).putLong(value(order));
    }

    /** The number that an order carries: watts, a register, or the bits of the field. */
    static long value(ManagementOrder order) {
        return switch (order) {
            case ManagementOrder.LimitPower limit -> limit.limit().watts();
            case ManagementOrder.ClearCredit clear -> clear.register().number();
            case ManagementOrder.SetTariffRate set -> set.rate().bits();
            case ManagementOrder.ClearTamper clear -> 0;
            case ManagementOrder.LimitPhaseUnbalance limit -> limit.limit().watts();
            case ManagementOrder.SetWaterFactor set -> set.factor().bits();
            case ManagementOrder.WriteExtended extended -> extended.value().bits();
        };
    }

    /** What names a message, out of the clear part of its record. */
    static MessageKey keyOf(byte[] clear) {
        ByteBuffer in = ByteBuffer.wrap(clear, 1, clear.length - 1);
        return new MessageKey(new ClientName(getText(in)), new MessageId(getText(in)));
    }

    /** A message as it is read. */
    record Read(IssuedMessage message, List<byte[]> digests) {}

    /**
     * Reads what {@link #line} wrote.
     *
     * @param secret null if it is not known; then the result has no tokens
     * @throws IllegalArgumentException if it is anything else
     */
    static Read read(long counter, Instant time, byte[] clear, byte @Nullable [] secret) {
        try {
            ByteBuffer in = ByteBuffer.wrap(clear);
            byte kind = in.get();
            ClientName client = new ClientName(getText(in));
            MessageId id = new MessageId(getText(in));
            boolean testOnly = in.get() == 1;
            IssuedTokens.IssuingKey key = getKey(in);
            List<byte[]> digests = new ArrayList<>();
            for (int left = in.get(); left > 0; left--) {
                byte[] digest = new byte[Sha256.OCTETS];
                in.get(digest);
                digests.add(digest);
            }
            IssueRequest request = getRequest(kind, in, id);
            String newCheckValue = kind == KEY_CHANGE ? getCheckValue(in) : null;
            if (in.hasRemaining() || (secret != null && secret.length != TOKEN * digests.size())) {
                throw new IllegalArgumentException("a record of " + clear.length + " octets has more than it says");
            }
            IssuedTokens tokens = new IssuedTokens(id, tokens(secret), time, testOnly, counter, key);
            return new Read(new IssuedMessage(client, request, tokens, newCheckValue), digests);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a record of " + clear.length + " octets is too short", e);
        }
    }

    private static List<TokenNumber> tokens(byte @Nullable [] secret) {
        List<TokenNumber> tokens = new ArrayList<>();
        if (secret != null) {
            ByteBuffer in = ByteBuffer.wrap(secret);
            while (in.hasRemaining()) {
                tokens.add(new TokenNumber(in.get(), in.getLong()));
            }
        }
        return tokens;
    }

    private static IssueRequest getRequest(byte kind, ByteBuffer in, MessageId id) {
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
