package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.metermint.secure.network.ServerFixture.meter;
import static org.metermint.secure.network.ServerFixture.with;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.MeterConfigAdvice;
import org.metermint.secure.network.wire.MeterConfigAmendment;
import org.metermint.secure.network.wire.MeterConfigIn;
import org.metermint.secure.network.wire.Token;
import org.metermint.secure.network.wire.VerifyResult;

/** Key changes over a real connection: asked for, brought along by another token, or allowed. */
class KeyChangeCallsTest extends TokenApiCalls {
    @ParameterizedTest
    @CsvSource({"7, false, 2", "7, true, 3", "11, false, 4", "11, true, 4"})
    void issueKeyChangeTokens_hasAsManyAsTheMeterTakes(int ea, boolean allow3Kct, int count) throws Exception {
        MeterConfigIn meter = with(meter(drn, ea), null, null, allow3Kct, null);
        List<Token> tokens = keyChange(id, meter, new MeterConfigAmendment(201457, 4, 7));
        List<String> names = List.of(
                "Set1stSectionDecoderKey",
                "Set2ndSectionDecoderKey",
                "Set3rdSectionDecoderKey",
                "Set4thSectionDecoderKey");
        assertThat(tokens.stream().map(Token::description)).isEqualTo(names.subList(0, count));
        assertThat(tokens.stream().map(Token::subclass))
                .isEqualTo(List.of(3, 4, 8, 9).subList(0, count));
        MeterConfigAdvice advice = tokens.getFirst().newConfig();
        String record = tokens.getFirst().pan() + "0000" + "02" + (ea == 7 ? "07" : "11") + "201457" + "07" + "4";
        String checkValue = tokens.getFirst().vkKcv();
        assertThat(advice).isEqualTo(new MeterConfigAdvice(201457, 4, 7, 170, record, "", false, checkValue));
        assertThat(tokens.subList(1, count)).allMatch(token -> token.newConfig() == null);
        for (Token token : tokens) {
            VerifyResult read = verify(meter, token.tokenDec());
            assertThat(read.validationResult()).isEqualTo("EVerify.Ok");
            assertThat(read.token().description()).isEqualTo(token.description());
        }
        assertThat(keyChange(id, meter, new MeterConfigAmendment(201457, 4, 7))).isEqualTo(tokens);
        assertThat(fetch(id)).isEqualTo(tokens);
        assertRefused(
                ErrorCode.SECURITY_MODULE,
                "MESSAGE_ID_REUSED",
                () -> keyChange(id, meter, new MeterConfigAmendment(201457, 3, 7)));
    }

    @Test
    void issueKeyChangeTokens_toAnotherBaseDate_saysRollover() throws Exception {
        List<Token> tokens = keyChange(id, meter(drn, 11, 123457, 1), new MeterConfigAmendment(123457, 4, 1));
        assertThat(tokens.getFirst().newConfig().rollover()).isTrue();
    }

    @Test
    void issueCreditToken_newConfig_changesTheKeyFirst() throws Exception {
        MeterConfigIn meter = with(meter(drn, 7), new MeterConfigAmendment(201457, 2, 5), null, true, null);
        List<Token> tokens = credit(id, meter, 0, 50, NOW, EXTERNAL_CLOCK);
        assertThat(tokens.stream().map(Token::description))
                .containsExactly(
                        "Set1stSectionDecoderKey",
                        "Set2ndSectionDecoderKey",
                        "Set3rdSectionDecoderKey",
                        "Credit:Electricity");
        assertThat(tokens.getLast().krn()).isEqualTo(2);
        assertThat(tokens.getLast().ti()).isEqualTo(5);
        MeterConfigIn after = new MeterConfigIn(drn, 7, 2, 201457, 2, 5, null, null, 255, null, null, null);
        assertThat(verify(after, tokens.getLast().tokenDec()).token()).isEqualTo(tokens.getLast());
        assertThat(verify(meter, tokens.getLast().tokenDec()).validationResult())
                .isEqualTo("EVerify.Crc");
        assertThat(credit(id, meter, 0, 50, NOW, EXTERNAL_CLOCK)).isEqualTo(tokens);
        assertThat(fetch(id)).isEqualTo(tokens);
        assertRefused(
                ErrorCode.SECURITY_MODULE, "MESSAGE_ID_REUSED", () -> credit(id, after, 0, 50, NOW, EXTERNAL_CLOCK));
    }

    @Test
    void issueCreditToken_allowKrnUpdate_movesTheMeterToTheNewestRevision() throws Exception {
        MeterConfigIn meter = with(meter(drn, 11), null, true, null, null);
        List<Token> tokens = credit(id, meter, 0, 50, NOW, EXTERNAL_CLOCK);
        assertThat(tokens).hasSize(5);
        assertThat(tokens.getFirst().newConfig().toKrn()).isEqualTo(5);
        assertThat(tokens.getLast().krn()).isEqualTo(5);
        MeterConfigIn newest = with(meter(drn, 11, 201457, 5), null, true, null, null);
        assertThat(credit(newId(), newest, 0, 50, NOW + 60, EXTERNAL_CLOCK)).hasSize(1);
        assertThat(credit(newId(), meter(drn, 11), 0, 50, NOW + 120, EXTERNAL_CLOCK))
                .hasSize(1);
    }

    @Test
    void issueCreditToken_allowKenUpdate_givesTheMeterTheKeysExpiry() throws Exception {
        MeterConfigIn recorded = meter(drn, 11, 201457, 4); // recorded with 255, and the key has 170
        assertThat(credit(id, recorded, 0, 50, NOW, EXTERNAL_CLOCK)).hasSize(1);
        MeterConfigIn allowed = with(recorded, null, null, null, true);
        List<Token> tokens = credit(newId(), allowed, 0, 50, NOW + 60, EXTERNAL_CLOCK);
        assertThat(tokens).hasSize(5);
        assertThat(tokens.getFirst().newConfig().toKen()).isEqualTo(170);
        MeterConfigIn right = new MeterConfigIn(drn, 11, 2, 201457, 4, 1, null, null, 170, null, null, true);
        assertThat(credit(newId(), right, 0, 50, NOW + 120, EXTERNAL_CLOCK)).hasSize(1);
    }
}
