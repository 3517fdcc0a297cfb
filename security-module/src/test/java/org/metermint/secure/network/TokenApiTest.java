package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.metermint.secure.network.ServerFixture.meter;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.MeterConfigIn;
import org.metermint.secure.network.wire.MeterTestToken;
import org.metermint.secure.network.wire.NodeStatus;
import org.metermint.secure.network.wire.Secret;
import org.metermint.secure.network.wire.SessionOptions;
import org.metermint.secure.network.wire.Token;
import org.metermint.secure.network.wire.TokenApi;
import org.metermint.secure.network.wire.VerifyResult;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.MeterPan;

/** The methods beside issuing tokens of meters: what comes back, and what is refused with which code. */
class TokenApiTest extends TokenApiCalls {
    @Test
    void ping_answersWithTheEcho() throws Exception {
        try (WireClient stranger = fixture.connect()) {
            assertThat(stranger.call(TokenApi.PING, new TokenApi.Ping(0, "Grüße")))
                    .isEqualTo("Grüße");
            long before = System.nanoTime();
            assertThat(stranger.call(TokenApi.PING, new TokenApi.Ping(50, ""))).isEmpty();
            assertThat(System.nanoTime() - before).isGreaterThan(50_000_000L);
            for (int millis : new int[] {-1, 60_001, Integer.MAX_VALUE}) {
                assertRefused(
                        ErrorCode.PARAM_RANGE,
                        "sleepMs",
                        () -> stranger.call(TokenApi.PING, new TokenApi.Ping(millis, "")));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 68719476735, 0, 56493153725450313471",
        "1, 268435455, 0, 02305843005052951967",
        "0, 1, 0, 00000000000150997584",
        "2, 0, 0, 02305843009347914912",
        "0, 0, 0, 00000000000134220736"
    })
    void issueMeterTestToken_givesThePublishedDigits(int subclass, long control, int mfrcode, String digits)
            throws Exception {
        MeterTestToken token = client.call(
                TokenApi.ISSUE_METER_TEST_TOKEN,
                new TokenApi.IssueMeterTestToken(id, client.accessToken(), subclass, control, mfrcode));
        assertThat(token.tokenDec()).isEqualTo(digits);
        assertThat(token.description()).isEqualTo("InitMeterTest");
        assertThat(token.pan()).isEqualTo(subclass == 1 ? "000000000000000000" : "600727000000000009");
        VerifyResult read = verify(meter(drn, 7), digits);
        assertThat(read.validationResult()).isEqualTo("EVerify.Ok");
        assertThat(read.meterTestToken()).isEqualTo(token);
        assertThat(read.token()).isNull();
        assertRefused(ErrorCode.CACHE_MISS, id, () -> fetch(id));
    }

    @ParameterizedTest
    @CsvSource({
        "3, 1, 0, subclass",
        "0, 68719476736, 0, control",
        "1, 268435456, 0, control",
        "0, -1, 0, control",
        "0, 1, 100, mfrcode",
        "1, 1, 10000, mfrcode",
        "2, 1, 1, mfrcode",
        "0, 1, -1, mfrcode"
    })
    void issueMeterTestToken_outOfRange_isRefusedByName(int subclass, long control, int mfrcode, String name) {
        assertRefused(
                ErrorCode.PARAM_RANGE,
                "parameter " + name,
                () -> client.call(
                        TokenApi.ISSUE_METER_TEST_TOKEN,
                        new TokenApi.IssueMeterTestToken(id, client.accessToken(), subclass, control, mfrcode)));
    }

    @Test
    void verifyToken_tokenOfAnotherMeterOrWrongDigit_isCrc() throws Exception {
        Token token = credit(id, meter(drn, 7), 0, 1, NOW, EXTERNAL_CLOCK).getFirst();
        assertThat(verify(meter("12345678903", 7), token.tokenDec()).validationResult())
                .isEqualTo("EVerify.Crc");
        assertRefused(ErrorCode.PARAM_RANGE, "tokenDec", () -> verify(meter(drn, 7), "123"));
        assertRefused(ErrorCode.PARAM_RANGE, "tokenDec", () -> verify(meter(drn, 7), "99999999999999999999"));
    }

    @Test
    void fetchTokenResult_unknownId_isACacheMiss() {
        assertRefused(ErrorCode.CACHE_MISS, "never-issued", () -> fetch("never-issued"));
        assertRefused(ErrorCode.PARAM_RANGE, "reqMessageId", () -> fetch("-bad"));
    }

    @Test
    void fetchTokenResult_ofAnotherClient_isACacheMiss() throws Exception {
        credit(id, meter(drn, 7), 0, 1, NOW, EXTERNAL_CLOCK);
        try (WireClient other = fixture.signedIn(ServerFixture.SELLER)) {
            assertRefused(
                    ErrorCode.CACHE_MISS,
                    id,
                    () -> other.call(
                            TokenApi.FETCH_TOKEN_RESULT,
                            new TokenApi.FetchTokenResult(newId(), other.accessToken(), id)));
        }
    }

    @Test
    void everyMethod_messageIdThatIsNone_isRefused() {
        for (String bad : List.of("", "-a", "a b", "a".repeat(41), "ä", "mm-kct,abc")) {
            assertRefused(
                    ErrorCode.PARAM_RANGE, "messageId", () -> credit(bad, meter(drn, 7), 0, 1, NOW, EXTERNAL_CLOCK));
        }
    }

    @Test
    void parseIdRecord_takesItApart() throws Exception {
        String pan = MeterPan.of(new DecoderReferenceNumber(drn)).digits();
        MeterConfigIn config = parse(pan + "2612" + "02" + "07" + "201457" + "31" + "4");
        assertThat(config).isEqualTo(new MeterConfigIn(drn, 7, 2, 201457, 4, 31, null, null, 170, "2612", null, null));
        assertThat(credit(
                        id,
                        new MeterConfigIn(drn, 7, 2, 201457, 4, 31, null, null, config.ken(), config.doe(), null, null),
                        0,
                        1,
                        0,
                        0))
                .hasSize(1);
        assertThat(parse(pan + "0000" + "07" + "11" + "999999" + "00" + "9").ken())
                .isEqualTo(255);
    }

    @Test
    void parseIdRecord_thatIsNone_isRefused() {
        String pan = MeterPan.of(new DecoderReferenceNumber(drn)).digits();
        assertRefused(ErrorCode.ID_RECORD, "35 digits", () -> parse(pan));
        assertRefused(ErrorCode.ID_RECORD, "encryption algorithm", () -> parse(pan + "00000212201457311"));
        assertRefused(ErrorCode.ID_RECORD, "month", () -> parse(pan + "26130207201457311"));
        assertRefused(ErrorCode.ID_RECORD, "revision number is 0", () -> parse(pan + "00000207201457310"));
        String wrongDigit = pan.substring(0, 17) + (pan.charAt(17) == '0' ? '1' : '0');
        assertRefused(ErrorCode.DRN_OR_PAN_CHECK_DIGIT, "idRecord", () -> parse(wrongDigit + "00000207201457311"));
        assertRefused(ErrorCode.ID_RECORD_EXPIRED, "2602", () -> parse(pan + "26020207201457311"));
        MeterConfigIn expired = new MeterConfigIn(drn, 7, 2, 201457, 1, 1, null, null, 255, "2602", null, null);
        assertRefused(ErrorCode.ID_RECORD_EXPIRED, "2602", () -> credit(id, expired, 0, 1, 0, 0));
    }

    private MeterConfigIn parse(String record) throws Exception {
        return client.call(TokenApi.PARSE_ID_RECORD, new TokenApi.ParseIdRecord(id, client.accessToken(), record));
    }

    @Test
    void getStatus_hasTheKeysOfHardwareAndTheVendingKeys() throws Exception {
        NodeStatus status = client.call(TokenApi.GET_STATUS, new TokenApi.GetStatus(id, client.accessToken()))
                .getFirst();
        Map<String, String> info = status.info();
        assertThat(info)
                .containsEntry("ApiType", "vending")
                .containsKeys("FirmwareId", "HardwareId", "ModuleId", "Counter", "TxCounter", "smqi.IdSm", "smpd.Tps")
                .containsEntry("smqd.ex.RtcTimeUtc", "20260301T100000Z")
                .doesNotContainKey("smcq.ex.InhibitVendDateUtc");
        assertThat(info.get("metermint.vk.201457.4.2"))
                .matches(
                        "base=2014;ken=170;from=2014-01-01T00:00:00Z;alg=DKGA04;kcv=[0-9A-F]{6};status=active;testOnly=true");
        assertThat(status.alerts()).anyMatch(alert -> alert.eMsgEn().startsWith("TEST ONLY"));
        try (WireClient seller = fixture.signedIn(ServerFixture.SELLER)) {
            assertThat(seller
                            .call(TokenApi.GET_STATUS, new TokenApi.GetStatus(id, seller.accessToken()))
                            .getFirst()
                            .info()
                            .keySet()
                            .stream()
                            .filter(name -> name.startsWith("metermint.vk.")))
                    .hasSize(5)
                    .allMatch(name -> name.startsWith("metermint.vk.201457."));
        }
    }

    @Test
    void methodsThatAreNotOffered_sayWhy() {
        Secret token = client.accessToken();
        assertRefused(
                ErrorCode.SERVICE_DISABLED,
                "licence",
                () -> client.call(
                        TokenApi.LOAD_TRANSACTION_LICENSE, new TokenApi.LoadTransactionLicense(id, token, "text")));
        assertRefused(
                ErrorCode.SERVICE_DISABLED,
                "initialisation keys",
                () -> client.call(
                        TokenApi.ISSUE_DITK_CHANGE_TOKENS,
                        new TokenApi.IssueDitkChangeTokens(id, token, meter(drn, 7))));
        assertRefused(
                ErrorCode.SERVICE_DISABLED,
                "never go backwards",
                () -> client.call(TokenApi.CTS_RESET_TID_LIST, new TokenApi.CtsResetTidList(id, token, "*")));
    }

    @Test
    void signIn_otherVersionRealmOrCulture_isRefused() {
        assertRefused(ErrorCode.SIGNIN_VERSION, "1.1", () -> signIn("local", new SessionOptions("2.0", null)));
        assertRefused(ErrorCode.SIGNIN_VERSION, "'1.2'", () -> signIn("local", new SessionOptions("1.2", null)));
        assertRefused(ErrorCode.SIGNIN_REALM, "'ldap'", () -> signIn("ldap", new SessionOptions("1.1", null)));
        assertRefused(ErrorCode.PREF_RANGE, "culture", () -> signIn("local", new SessionOptions("1.1", "english")));
        assertRefused(ErrorCode.SIGNIN_SUBJECT, "names have", () -> client.signIn("No One", ServerFixture.PASSWORD));
    }

    private void signIn(String realm, SessionOptions options) throws Exception {
        try (WireClient stranger = fixture.connect()) {
            stranger.call(
                    TokenApi.SIGN_IN_WITH_PASSWORD,
                    new TokenApi.SignInWithPassword(
                            id, realm, ServerFixture.ADMIN, new Secret(ServerFixture.PASSWORD), options));
        }
    }
}
