package org.metermint.secure.network.wire;

import static org.metermint.secure.network.wire.Struct.required;
import static org.metermint.secure.network.wire.WireType.BOOL;
import static org.metermint.secure.network.wire.WireType.DOUBLE;
import static org.metermint.secure.network.wire.WireType.I16;
import static org.metermint.secure.network.wire.WireType.I32;
import static org.metermint.secure.network.wire.WireType.I64;
import static org.metermint.secure.network.wire.WireType.SECRET;
import static org.metermint.secure.network.wire.WireType.STRING;
import static org.metermint.secure.network.wire.WireType.list;

import java.util.List;
import java.util.Optional;

/**
 * The service {@code TokenApi}: its methods, each with the record of its arguments. In every record {@code messageId} is
 * the caller's id of the call and {@code accessToken} the proof of its session.
 */
public final class TokenApi {
    private TokenApi() {}

    /** Answers with the echo after so many milliseconds; needs no session. */
    public record Ping(int sleepMs, String echo) {
        static final Struct<Ping> STRUCT = Struct.of(
                Ping.class, required(1, "sleepMs", I32, Ping::sleepMs), required(2, "echo", STRING, Ping::echo));
    }

    /** Opens a session. */
    public record SignInWithPassword(
            String messageId, String realm, String username, Secret password, SessionOptions sessionOpts) {
        static final Struct<SignInWithPassword> STRUCT = Struct.of(
                SignInWithPassword.class,
                required(1, "messageId", STRING, SignInWithPassword::messageId),
                required(2, "realm", STRING, SignInWithPassword::realm),
                required(3, "username", STRING, SignInWithPassword::username),
                required(4, "password", SECRET, SignInWithPassword::password),
                required(5, "sessionOpts", SessionOptions.STRUCT, SignInWithPassword::sessionOpts));
    }

    /** Asks for the state of the module. */
    public record GetStatus(String messageId, Secret accessToken) {
        static final Struct<GetStatus> STRUCT = Struct.of(
                GetStatus.class,
                required(1, "messageId", STRING, GetStatus::messageId),
                required(2, "accessToken", SECRET, GetStatus::accessToken));
    }

    /** Takes the identity record of a meter card apart. */
    public record ParseIdRecord(String messageId, Secret accessToken, String idRecord) {
        static final Struct<ParseIdRecord> STRUCT = Struct.of(
                ParseIdRecord.class,
                required(1, "messageId", STRING, ParseIdRecord::messageId),
                required(2, "accessToken", SECRET, ParseIdRecord::accessToken),
                required(3, "idRecord", STRING, ParseIdRecord::idRecord));
    }

    /** Loads a licence for a number of transactions. */
    public record LoadTransactionLicense(String messageId, Secret accessToken, String licenseText) {
        static final Struct<LoadTransactionLicense> STRUCT = Struct.of(
                LoadTransactionLicense.class,
                required(1, "messageId", STRING, LoadTransactionLicense::messageId),
                required(2, "accessToken", SECRET, LoadTransactionLicense::accessToken),
                required(3, "licenseText", STRING, LoadTransactionLicense::licenseText));
    }

    /**
     * Asks for a credit token.
     *
     * @param subclass 0..7
     * @param transferAmount in 0.1 units, or in 0.00001 of the currency for subclasses 4..7
     * @param tokenTime in Unix seconds, if a flag says that it counts
     * @param flags bits of {@link IssueFlag}
     */
    public record IssueCreditToken(
            String messageId,
            Secret accessToken,
            MeterConfigIn meterConfig,
            int subclass,
            double transferAmount,
            long tokenTime,
            long flags) {
        static final Struct<IssueCreditToken> STRUCT = Struct.of(
                IssueCreditToken.class,
                required(1, "messageId", STRING, IssueCreditToken::messageId),
                required(2, "accessToken", SECRET, IssueCreditToken::accessToken),
                required(3, "meterConfig", MeterConfigIn.STRUCT, IssueCreditToken::meterConfig),
                required(4, "subclass", I16, IssueCreditToken::subclass),
                required(5, "transferAmount", DOUBLE, IssueCreditToken::transferAmount),
                required(6, "tokenTime", I64, IssueCreditToken::tokenTime),
                required(7, "flags", I64, IssueCreditToken::flags));
    }

    /**
     * Asks for a meter test token.
     *
     * @param subclass 0..2
     * @param control one bit for each test
     * @param mfrcode manufacturer code; 0 for all
     */
    public record IssueMeterTestToken(String messageId, Secret accessToken, int subclass, long control, int mfrcode) {
        static final Struct<IssueMeterTestToken> STRUCT = Struct.of(
                IssueMeterTestToken.class,
                required(1, "messageId", STRING, IssueMeterTestToken::messageId),
                required(2, "accessToken", SECRET, IssueMeterTestToken::accessToken),
                required(3, "subclass", I16, IssueMeterTestToken::subclass),
                required(4, "control", I64, IssueMeterTestToken::control),
                required(5, "mfrcode", I16, IssueMeterTestToken::mfrcode));
    }

    /**
     * Asks for a management token.
     *
     * @param subclass 0..15 without those of key change tokens
     * @param transferAmount the value of the register
     * @param tokenTime in Unix seconds, if a flag says that it counts
     * @param flags bits of {@link IssueFlag}
     */
    public record IssueMseToken(
            String messageId,
            Secret accessToken,
            MeterConfigIn meterConfig,
            int subclass,
            double transferAmount,
            long tokenTime,
            long flags) {
        static final Struct<IssueMseToken> STRUCT = Struct.of(
                IssueMseToken.class,
                required(1, "messageId", STRING, IssueMseToken::messageId),
                required(2, "accessToken", SECRET, IssueMseToken::accessToken),
                required(3, "meterConfig", MeterConfigIn.STRUCT, IssueMseToken::meterConfig),
                required(4, "subclass", I16, IssueMseToken::subclass),
                required(5, "transferAmount", DOUBLE, IssueMseToken::transferAmount),
                required(6, "tokenTime", I64, IssueMseToken::tokenTime),
                required(7, "flags", I64, IssueMseToken::flags));
    }

    /** Asks for a key change set. */
    public record IssueKeyChangeTokens(
            String messageId, Secret accessToken, MeterConfigIn meterConfig, MeterConfigAmendment newConfig) {
        static final Struct<IssueKeyChangeTokens> STRUCT = Struct.of(
                IssueKeyChangeTokens.class,
                required(1, "messageId", STRING, IssueKeyChangeTokens::messageId),
                required(2, "accessToken", SECRET, IssueKeyChangeTokens::accessToken),
                required(3, "meterConfig", MeterConfigIn.STRUCT, IssueKeyChangeTokens::meterConfig),
                required(4, "newConfig", MeterConfigAmendment.STRUCT, IssueKeyChangeTokens::newConfig));
    }

    /** Asks what a token says. */
    public record VerifyToken(String messageId, Secret accessToken, MeterConfigIn meterConfig, Secret tokenDec) {
        static final Struct<VerifyToken> STRUCT = Struct.of(
                VerifyToken.class,
                required(1, "messageId", STRING, VerifyToken::messageId),
                required(2, "accessToken", SECRET, VerifyToken::accessToken),
                required(3, "meterConfig", MeterConfigIn.STRUCT, VerifyToken::meterConfig),
                required(4, "tokenDec", SECRET, VerifyToken::tokenDec));
    }

    /** Asks for a key change from a manufacturer's key. */
    public record IssueDitkChangeTokens(String messageId, Secret accessToken, MeterConfigIn meterConfig) {
        static final Struct<IssueDitkChangeTokens> STRUCT = Struct.of(
                IssueDitkChangeTokens.class,
                required(1, "messageId", STRING, IssueDitkChangeTokens::messageId),
                required(2, "accessToken", SECRET, IssueDitkChangeTokens::accessToken),
                required(3, "meterConfig", MeterConfigIn.STRUCT, IssueDitkChangeTokens::meterConfig));
    }

    /** Asks for the tokens of an earlier message id: after a reply that was lost. */
    public record FetchTokenResult(String messageId, Secret accessToken, String reqMessageId) {
        static final Struct<FetchTokenResult> STRUCT = Struct.of(
                FetchTokenResult.class,
                required(1, "messageId", STRING, FetchTokenResult::messageId),
                required(2, "accessToken", SECRET, FetchTokenResult::accessToken),
                required(3, "reqMessageId", STRING, FetchTokenResult::reqMessageId));
    }

    /** Asks to forget token identifiers, for compliance tests of hardware. */
    public record CtsResetTidList(String messageId, Secret accessToken, String panPattern) {
        static final Struct<CtsResetTidList> STRUCT = Struct.of(
                CtsResetTidList.class,
                required(1, "messageId", STRING, CtsResetTidList::messageId),
                required(2, "accessToken", SECRET, CtsResetTidList::accessToken),
                required(3, "panPattern", STRING, CtsResetTidList::panPattern));
    }

    public static final Call<Ping, String> PING = new Call<>("ping", Ping.STRUCT, STRING);
    public static final Call<SignInWithPassword, SignInResult> SIGN_IN_WITH_PASSWORD =
            new Call<>("signInWithPassword", SignInWithPassword.STRUCT, SignInResult.STRUCT);
    public static final Call<GetStatus, List<NodeStatus>> GET_STATUS =
            new Call<>("getStatus", GetStatus.STRUCT, list(NodeStatus.STRUCT));
    public static final Call<ParseIdRecord, MeterConfigIn> PARSE_ID_RECORD =
            new Call<>("parseIdRecord", ParseIdRecord.STRUCT, MeterConfigIn.STRUCT);
    public static final Call<LoadTransactionLicense, Boolean> LOAD_TRANSACTION_LICENSE =
            new Call<>("loadTransactionLicense", LoadTransactionLicense.STRUCT, BOOL);
    public static final Call<IssueCreditToken, List<Token>> ISSUE_CREDIT_TOKEN =
            new Call<>("issueCreditToken", IssueCreditToken.STRUCT, list(Token.STRUCT));
    public static final Call<IssueMeterTestToken, MeterTestToken> ISSUE_METER_TEST_TOKEN =
            new Call<>("issueMeterTestToken", IssueMeterTestToken.STRUCT, MeterTestToken.STRUCT);
    public static final Call<IssueMseToken, List<Token>> ISSUE_MSE_TOKEN =
            new Call<>("issueMseToken", IssueMseToken.STRUCT, list(Token.STRUCT));
    public static final Call<IssueKeyChangeTokens, List<Token>> ISSUE_KEY_CHANGE_TOKENS =
            new Call<>("issueKeyChangeTokens", IssueKeyChangeTokens.STRUCT, list(Token.STRUCT));
    public static final Call<VerifyToken, VerifyResult> VERIFY_TOKEN =
            new Call<>("verifyToken", VerifyToken.STRUCT, VerifyResult.STRUCT);
    public static final Call<IssueDitkChangeTokens, List<Token>> ISSUE_DITK_CHANGE_TOKENS =
            new Call<>("issueDitkChangeTokens", IssueDitkChangeTokens.STRUCT, list(Token.STRUCT));
    public static final Call<FetchTokenResult, List<Token>> FETCH_TOKEN_RESULT =
            new Call<>("fetchTokenResult", FetchTokenResult.STRUCT, list(Token.STRUCT));
    public static final Call<CtsResetTidList, List<String>> CTS_RESET_TID_LIST =
            new Call<>("ctsResetTidList", CtsResetTidList.STRUCT, list(STRING));

    private static final List<Call<?, ?>> CALLS = List.of(
            PING,
            SIGN_IN_WITH_PASSWORD,
            GET_STATUS,
            PARSE_ID_RECORD,
            LOAD_TRANSACTION_LICENSE,
            ISSUE_CREDIT_TOKEN,
            ISSUE_METER_TEST_TOKEN,
            ISSUE_MSE_TOKEN,
            ISSUE_KEY_CHANGE_TOKENS,
            VERIFY_TOKEN,
            ISSUE_DITK_CHANGE_TOKENS,
            FETCH_TOKEN_RESULT,
            CTS_RESET_TID_LIST);

    /** Every method of the service, in the order of its definition. */
    public static List<Call<?, ?>> calls() {
        return CALLS;
    }

    /** The method of a name. */
    public static Optional<Call<?, ?>> named(String name) {
        for (Call<?, ?> call : CALLS) {
            if (call.name().equals(name)) {
                return Optional.of(call);
            }
        }
        return Optional.empty();
    }
}
