package org.metermint.secure.network;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.ClientPolicy;
import org.metermint.secure.IssueMeterTest;
import org.metermint.secure.IssuedRecord;
import org.metermint.secure.MessageId;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.TokenVerification;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.MeterConfigIn;
import org.metermint.secure.network.wire.MeterTestToken;
import org.metermint.secure.network.wire.NodeStatus;
import org.metermint.secure.network.wire.Secret;
import org.metermint.secure.network.wire.SignInResult;
import org.metermint.secure.network.wire.Token;
import org.metermint.secure.network.wire.TokenApi;
import org.metermint.secure.network.wire.Validation;
import org.metermint.secure.network.wire.VerifyResult;
import org.metermint.token.Control;
import org.metermint.token.ExtendedRead;
import org.metermint.token.IdentifiedToken;
import org.metermint.token.InitiateMeterTestDisplay1;
import org.metermint.token.InitiateMeterTestDisplay2;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.ManufacturerCode;
import org.metermint.token.TestToken;
import org.metermint.token.TokenNumber;

/** The methods of the service, each on its own: who asks, whether the parameters are in range, what the module says. */
final class TokenApiService {
    private static final int LONGEST_PING_MILLIS = 60_000;

    private final SoftwareSecurityModule module;
    private final SignIn signIn;
    private final Clock clock;
    private final Issuing issuing;
    private final ModuleIdentity identity;
    private final TokenWriter writer;

    TokenApiService(SoftwareSecurityModule module, SignIn signIn, Clock clock) {
        this.module = module;
        this.signIn = signIn;
        this.clock = clock;
        this.issuing = new Issuing(module, new TokenRates(System::nanoTime), clock);
        this.identity = new ModuleIdentity(module.status().moduleId());
        this.writer = new TokenWriter(identity);
    }

    /** What asks the module, whose refusals become those of the interface. */
    @FunctionalInterface
    private interface Question<R> {
        R ask(ClientPolicy client, MessageId id) throws ApiException, SecurityModuleException;
    }

    /** Answers a call of a signed-in client. */
    private <R> R answer(String messageId, Secret accessToken, Question<R> question) throws ApiException {
        MessageId id = Parameters.messageId("messageId", messageId);
        ClientPolicy client = signIn.clientOf(accessToken);
        try {
            return question.ask(client, id);
        } catch (SecurityModuleException e) {
            throw Faults.of(e);
        }
    }

    String ping(TokenApi.Ping call) throws ApiException {
        int millis = Parameters.inRange("sleepMs", call.sleepMs(), 0, LONGEST_PING_MILLIS);
        try {
            Thread.sleep(Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ErrorCode.SERVICE.with("stopping", "the service is being closed");
        }
        return call.echo();
    }

    SignInResult signIn(TokenApi.SignInWithPassword call, InetAddress peer) throws ApiException {
        MessageId unused = Parameters.messageId("messageId", call.messageId());
        return new SignInResult(signIn.signIn(call, peer));
    }

    List<NodeStatus> status(TokenApi.GetStatus call) throws ApiException {
        return answer(
                call.messageId(),
                call.accessToken(),
                (client, id) -> List.of(
                        StatusWriter.status(module.status(), identity, module.policy(), client, issuing.keys())));
    }

    MeterConfigIn parseIdRecord(TokenApi.ParseIdRecord call) throws ApiException {
        return answer(call.messageId(), call.accessToken(), (client, id) -> {
            IdentityRecord record = IdentityRecord.parse(call.idRecord());
            Parameters.requireUnexpiredCard("idRecord", record.expiry(), clock.instant());
            return new MeterConfigIn(
                    record.pan().drn().digits(),
                    record.algorithm().number(),
                    record.carrier(),
                    record.supplyGroup().value(),
                    record.revision().value(),
                    record.tariffIndex().value(),
                    null,
                    null,
                    expiryOf(record).value(),
                    record.expiry(),
                    null,
                    null);
        });
    }

    /** The record does not hold the expiry number: that of the vending key, or "never" if the module has no such key. */
    private KeyExpiryNumber expiryOf(IdentityRecord record) throws SecurityModuleException {
        try {
            return issuing.keys()
                    .require(record.supplyGroup(), record.revision())
                    .expiry();
        } catch (ApiException absent) {
            return KeyExpiryNumber.NEVER;
        }
    }

    List<Token> issueCredit(TokenApi.IssueCreditToken call) throws ApiException {
        return answer(call.messageId(), call.accessToken(), (client, id) -> {
            TokenOrder order = TokenOrder.credit(call.subclass(), call.transferAmount());
            TokenTime time = TokenTime.of(call.tokenTime(), call.flags());
            return issue(client, id, call.meterConfig(), order, time);
        });
    }

    List<Token> issueManagement(TokenApi.IssueMseToken call) throws ApiException {
        return answer(call.messageId(), call.accessToken(), (client, id) -> {
            TokenOrder order = TokenOrder.management(call.subclass(), call.transferAmount());
            TokenTime time = TokenTime.of(call.tokenTime(), call.flags());
            return issue(client, id, call.meterConfig(), order, time);
        });
    }

    private List<Token> issue(ClientPolicy client, MessageId id, MeterConfigIn config, TokenOrder order, TokenTime time)
            throws ApiException, SecurityModuleException {
        MeterConfig meter = MeterConfig.read(config, clock.instant());
        List<IssuedRecord> issued = issuing.issue(client, id, meter, order, time);
        return writer.tokens(issued, meter.carrier(), issuing.keys());
    }

    List<Token> issueKeyChange(TokenApi.IssueKeyChangeTokens call) throws ApiException {
        return answer(call.messageId(), call.accessToken(), (client, id) -> {
            MeterConfig meter = MeterConfig.read(call.meterConfig(), clock.instant())
                    .movingTo(MeterConfig.place("newConfig.", call.newConfig()));
            IssuedRecord issued = issuing.changeKey(client, id, meter);
            return writer.tokens(List.of(issued), meter.carrier(), issuing.keys());
        });
    }

    MeterTestToken issueMeterTest(TokenApi.IssueMeterTestToken call) throws ApiException {
        return answer(call.messageId(), call.accessToken(), (client, id) -> {
            TestToken token = testToken(call);
            IssuedRecord issued = issuing.issueWithinRate(client, new IssueMeterTest(id, token));
            return TokenWriter.meterTest(token, issued.tokens().tokens().getFirst());
        });
    }

    private static TestToken testToken(TokenApi.IssueMeterTestToken call) throws ApiException {
        return switch (call.subclass()) {
            case 0 -> new InitiateMeterTestDisplay1(control(call, 36), manufacturer(call, 99));
            case 1 -> new InitiateMeterTestDisplay2(control(call, 28), manufacturer(call, 9_999));
            case 2 -> {
                ManufacturerCode unused = manufacturer(call, 0);
                yield new ExtendedRead(control(call, 36));
            }
            default -> throw Parameters.outOfRange("subclass", call.subclass(), "0, 1 or 2");
        };
    }

    private static Control control(TokenApi.IssueMeterTestToken call, int bits) throws ApiException {
        if (call.control() < 0 || call.control() >>> bits != 0) {
            throw Parameters.outOfRange("control", call.control(), bits + " bits for subclass " + call.subclass());
        }
        return new Control(call.control());
    }

    private static ManufacturerCode manufacturer(TokenApi.IssueMeterTestToken call, int highest) throws ApiException {
        return new ManufacturerCode(Parameters.inRange("mfrcode", call.mfrcode(), 0, highest));
    }

    VerifyResult verify(TokenApi.VerifyToken call) throws ApiException {
        return answer(call.messageId(), call.accessToken(), (client, id) -> {
            MeterConfig meter = MeterConfig.read(call.meterConfig(), clock.instant());
            TokenNumber number = Parameters.token("tokenDec", call.tokenDec());
            VendingKeyInfo key =
                    issuing.keys().require(meter.place().group(), meter.place().revision());
            TokenVerification found = module.as(client.name())
                    .verify(meter.state(key, meter.place().tariff()), number);
            return switch (found) {
                case TokenVerification.Invalid invalid -> new VerifyResult(code(invalid), null, null);
                case TokenVerification.Valid valid -> verified(meter, key, valid, number);
            };
        });
    }

    private static String code(TokenVerification.Invalid invalid) {
        Validation validation = switch (invalid.reason()) {
            case CRC -> Validation.CRC;
            case DDTK_CREDIT -> Validation.DDTK_CREDIT;
            case KEY_EXPIRED -> Validation.KEY_EXPIRED;
        };
        return validation.code();
    }

    private VerifyResult verified(
            MeterConfig meter, VendingKeyInfo key, TokenVerification.Valid valid, TokenNumber number) {
        if (valid.token() instanceof TestToken test) {
            return new VerifyResult(Validation.OK.code(), null, TokenWriter.meterTest(test, number));
        }
        org.metermint.token.@Nullable Token content = valid.token();
        TokenMeaning meaning = TokenMeaning.of(valid.tokenClass().number(), valid.subclass(), content);
        return new VerifyResult(
                Validation.OK.code(),
                writer.verified(
                        meter,
                        key,
                        meaning,
                        content instanceof IdentifiedToken identified ? identified.tid() : null,
                        number),
                null);
    }

    List<Token> fetch(TokenApi.FetchTokenResult call) throws ApiException {
        return answer(call.messageId(), call.accessToken(), (client, id) -> {
            MessageId asked = Parameters.messageId("reqMessageId", call.reqMessageId());
            List<IssuedRecord> issued = issuing.find(client, asked);
            if (issued.isEmpty() || issued.getLast().request() instanceof IssueMeterTest) {
                throw ErrorCode.CACHE_MISS.with(asked);
            }
            return writer.tokens(issued, TokenWriter.NUMERIC_CARRIER, issuing.keys());
        });
    }

    ApiException loadLicense(TokenApi.LoadTransactionLicense call) throws ApiException {
        return disabled(
                call.messageId(),
                call.accessToken(),
                "loadTransactionLicense",
                "this module counts down no licence; limits are set in its policy");
    }

    ApiException issueDitkChange(TokenApi.IssueDitkChangeTokens call) throws ApiException {
        return disabled(
                call.messageId(),
                call.accessToken(),
                "issueDitkChangeTokens",
                "this module holds no initialisation keys; the maker of the meter does");
    }

    ApiException resetIdentifiers(TokenApi.CtsResetTidList call) throws ApiException {
        return disabled(
                call.messageId(),
                call.accessToken(),
                "ctsResetTidList",
                "the token identifiers of a meter never go backwards here");
    }

    /** For what this module does not do: whoever may ask is told why, and nobody else learns anything. */
    private ApiException disabled(String messageId, Secret accessToken, String method, String reason)
            throws ApiException {
        return answer(messageId, accessToken, (client, id) -> ErrorCode.SERVICE_DISABLED.with(method, reason));
    }
}
