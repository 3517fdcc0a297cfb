package org.metermint.token.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.metermint.token.BaseDate;
import org.metermint.token.ClearCredit;
import org.metermint.token.Control;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditRegister;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.InitiateMeterTestDisplay1;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.KnownToken;
import org.metermint.token.ManufacturerCode;
import org.metermint.token.MeterTest;
import org.metermint.token.Rnd;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenClass;
import org.metermint.token.TokenFrame;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;
import org.metermint.token.TransferCredit;
import org.metermint.token.Vectors;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.key.DecoderKey;
import org.metermint.token.key.KeyChangeSet;
import tools.jackson.databind.JsonNode;

class DecoderTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final DecoderKey KEY_64 = DecoderKey.of(EncryptionAlgorithm.EA07, 0, 0x0ABC_12DE_F345_6789L);
    private static final DecoderKey KEY_128 =
            DecoderKey.of(EncryptionAlgorithm.EA11, 0x0011_2233_4455_6677L, 0x8899_AABB_CCDD_EEFFL);

    private static Decoder decoder(EncryptionAlgorithm algorithm) {
        return new Decoder(DecoderFacts.of(algorithm, Ea07Tables.sample(), 12));
    }

    private static DecoderState state(DecoderKey key, KeyType type, int ken, int made) {
        DecoderKeyRegister register = new DecoderKeyRegister(
                key,
                type,
                new KeyExpiryNumber(ken),
                new KeyRevisionNumber(1),
                new TariffIndex(1),
                new SupplyGroupCode(123_456));
        return new DecoderState(register, TidMemory.ofNewMeter(50, new TokenIdentifier(made)));
    }

    private static TokenNumber encrypt(KnownToken token, DecoderKey key) {
        return encrypt(token.tokenClass(), TokenFrame.block(token), key);
    }

    private static TokenNumber encrypt(TokenClass tokenClass, long block, DecoderKey key) {
        long carried =
                tokenClass.isEncrypted() ? key.cipher(Ea07Tables.sample()).encrypt(block) : block;
        return TokenFrame.insertClass(tokenClass, carried);
    }

    private static TransferCredit credit(int tid) {
        return new TransferCredit(CreditType.ELECTRICITY, new Rnd(5), new TokenIdentifier(tid), new CreditAmount(100));
    }

    private static Decision enter(KnownToken token, DecoderState state) {
        return enter(encrypt(token, state.register().key()), state);
    }

    private static Decision enter(TokenNumber number, DecoderState state) {
        return decoder(state.register().key().algorithm())
                .enter(number.grouped(), state, NOW, TokenExecution.EVERYTHING);
    }

    private static Rejection reason(Decision decision) {
        return ((Decision.Rejected) decision).reason();
    }

    // ---- order of precedence

    @ParameterizedTest
    @CsvSource({"1234567890123456789", "123456789012345678901", "73786976294838206464", "1234567890123456789x", "''"})
    void enter_notTwentyDigits_isAFormatError(String digits) {
        DecoderState state = state(KEY_64, KeyType.DUTK, 255, 0);
        Decision decision = decoder(EncryptionAlgorithm.EA07).enter(digits, state, NOW, TokenExecution.EVERYTHING);
        assertThat(reason(decision)).isEqualTo(Rejection.FORMAT_ERROR);
        assertThat(decision.after()).isEqualTo(state);
    }

    @Test
    void enter_class3_isAFunctionErrorWhateverItHolds() {
        DecoderState state = state(KEY_64, KeyType.DUTK, 255, 0);
        for (long block : List.of(0L, -1L, TokenFrame.block(credit(7)))) {
            Decision decision = enter(TokenFrame.insertClass(TokenClass.RESERVED, block), state);
            assertThat(reason(decision)).isEqualTo(Rejection.FUNCTION_ERROR);
        }
    }

    @Test
    void enter_tokenOfAnotherMeter_isACrcError() {
        DecoderState state = state(KEY_64, KeyType.DUTK, 255, 0);
        DecoderKey other = DecoderKey.of(EncryptionAlgorithm.EA07, 0, 1);
        assertThat(reason(enter(encrypt(credit(9), other), state))).isEqualTo(Rejection.CRC_ERROR);
    }

    @Test
    void enter_unknownSubclass_isAFunctionErrorOnlyWhenAuthentic() {
        DecoderState state = state(KEY_64, KeyType.DUTK, 255, 0);
        for (int subclass : List.of(8, 15)) {
            long block = TokenFrame.block(TokenClass.CREDIT_TRANSFER, (long) subclass << 44);
            assertThat(reason(enter(encrypt(TokenClass.CREDIT_TRANSFER, block, KEY_64), state)))
                    .isEqualTo(Rejection.FUNCTION_ERROR);
            assertThat(reason(enter(encrypt(TokenClass.CREDIT_TRANSFER, block ^ 1, KEY_64), state)))
                    .isEqualTo(Rejection.CRC_ERROR);
        }
    }

    @Test
    void enter_oldUsedExpiredDefault_areAnsweredInThisOrder() {
        int tid = (3 << 16) + 5;
        // the token is all at once: old, beyond the key's expiry, credit under a default key
        assertThat(reason(enter(credit(tid), state(KEY_64, KeyType.DDTK, 2, tid + 1))))
                .isEqualTo(Rejection.OLD_ERROR);
        assertThat(reason(enter(credit(tid), state(KEY_64, KeyType.DDTK, 2, tid))))
                .isEqualTo(Rejection.USED_ERROR);
        assertThat(reason(enter(credit(tid), state(KEY_64, KeyType.DDTK, 2, tid - 1))))
                .isEqualTo(Rejection.KEY_EXPIRED_ERROR);
        assertThat(reason(enter(credit(tid), state(KEY_64, KeyType.DDTK, 3, tid - 1))))
                .isEqualTo(Rejection.DDTK_ERROR);
        assertThat(enter(credit(tid), state(KEY_64, KeyType.DUTK, 3, tid - 1))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void enter_creditUnderACommonKey_isAKeyTypeErrorOnAKeypad() {
        assertThat(reason(enter(credit(9), state(KEY_64, KeyType.DCTK, 255, 0))))
                .isEqualTo(Rejection.KEY_TYPE_ERROR);
    }

    @Test
    void enter_whatTheMeterCannotDo_isAskedLastAndStoresNothing() {
        DecoderState state = state(KEY_64, KeyType.DUTK, 255, 0);
        TokenExecution full = token -> Optional.of(Rejection.OVERFLOW_ERROR);
        Decoder decoder = decoder(EncryptionAlgorithm.EA07);
        Decision refused = decoder.enter(encrypt(credit(9), KEY_64), state, NOW, full);
        assertThat(reason(refused)).isEqualTo(Rejection.OVERFLOW_ERROR);
        assertThat(refused.after()).isEqualTo(state);
        assertThat(decoder.enter(encrypt(credit(9), KEY_64), refused.after(), NOW, TokenExecution.EVERYTHING))
                .isInstanceOf(Decision.Accepted.class);
        DecoderState after = enter(credit(9), state).after();
        assertThat(reason(decoder.enter(encrypt(credit(9), KEY_64), after, NOW, full)))
                .isEqualTo(Rejection.USED_ERROR);
    }

    @Test
    void enter_defaultKey_takesManagementButNoCredit() {
        ClearCredit clear = new ClearCredit(new Rnd(1), new TokenIdentifier(4), CreditRegister.ALL);
        assertThat(enter(clear, state(KEY_64, KeyType.DDTK, 255, 0))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void enter_testToken_worksAsOftenAsItIsEnteredOnMetersOfItsMaker() {
        DecoderState state = state(KEY_128, KeyType.DUTK, 255, 0);
        InitiateMeterTestDisplay1 test = InitiateMeterTestDisplay1.of(MeterTest.ALL);
        assertThat(enter(test, state)).isEqualTo(new Decision.Accepted(test, state));
        assertThat(enter(test, enter(test, state).after())).isInstanceOf(Decision.Accepted.class);
        Control control = test.control();
        assertThat(enter(new InitiateMeterTestDisplay1(control, new ManufacturerCode(12)), state))
                .isInstanceOf(Decision.Accepted.class);
        assertThat(reason(enter(new InitiateMeterTestDisplay1(control, new ManufacturerCode(13)), state)))
                .isEqualTo(Rejection.MFR_CODE_ERROR);
    }

    static Stream<JsonNode> decodeErrors() {
        return Vectors.of("decode_errors.json");
    }

    @ParameterizedTest
    @MethodSource("decodeErrors")
    void enter_damagedTokenOfVector_isRejectedAsItSays(JsonNode vector) {
        EncryptionAlgorithm algorithm =
                EncryptionAlgorithm.ofNumber(vector.get("ea").intValue());
        DecoderState state =
                state(DecoderKey.parseHex(algorithm, vector.get("key").asString()), KeyType.DUTK, 255, 0);
        Decision decision =
                decoder(algorithm).enter(vector.get("token").asString(), state, NOW, TokenExecution.EVERYTHING);
        assertThat(reason(decision).standardName())
                .isEqualTo(vector.get("expect").asString());
    }

    static Stream<JsonNode> publishedTokens() {
        return Stream.concat(Vectors.of("tokens_ea11.json"), Vectors.of("tokens_sample_tables.json"));
    }

    @ParameterizedTest
    @MethodSource("publishedTokens")
    void enter_publishedToken_isAcceptedOnceAndThenUsed(JsonNode vector) {
        JsonNode key = vector.get("key_params");
        EncryptionAlgorithm algorithm =
                EncryptionAlgorithm.ofNumber(key.get("ea").intValue());
        DecoderState state = state(DecoderKey.parseHex(algorithm, key.get("key").asString()), KeyType.DUTK, 255, 0);
        String digits = vector.get("token").asString();
        Decision first = decoder(algorithm).enter(digits, state, NOW, TokenExecution.EVERYTHING);
        if (first instanceof Decision.SectionKept) {
            assertThat(vector.get("fields").get("sub").intValue()).isIn(3, 4, 8, 9);
            return;
        }
        assertThat(first).isInstanceOf(Decision.Accepted.class);
        KnownToken token = ((Decision.Accepted) first).token();
        assertThat(String.format("%016X", TokenFrame.block(token)))
                .isEqualTo(vector.get("block").asString());
        Decision second = decoder(algorithm).enter(digits, first.after(), NOW, TokenExecution.EVERYTHING);
        if (token.tokenClass().isEncrypted()) {
            assertThat(reason(second)).isEqualTo(Rejection.USED_ERROR);
        }
    }

    // ---- TID memory

    @Test
    void tidMemory_overRandomTokens_isASortedListThatLosesItsSmallest() {
        Random random = new Random(50);
        for (int run = 0; run < 200; run++) {
            int capacity = 50 + random.nextInt(20);
            TidMemory memory = TidMemory.ofNewMeter(capacity, new TokenIdentifier(1_000));
            List<Integer> model = new ArrayList<>(Collections.nCopies(capacity, 1_000));
            for (int i = 0; i < 400; i++) {
                TokenIdentifier tid = new TokenIdentifier(990 + random.nextInt(3 * i + 20));
                boolean old = tid.minutes() < Collections.min(model);
                boolean used = model.contains(tid.minutes());
                assertThat(memory.isOld(tid)).isEqualTo(old);
                assertThat(memory.isUsed(tid)).isEqualTo(used);
                if (!old && !used) {
                    memory = memory.with(tid);
                    model.remove(Collections.min(model));
                    model.add(tid.minutes());
                }
            }
            Collections.sort(model);
            assertThat(memory.minutes()).containsExactly(model.toArray(Integer[]::new));
            assertThat(TidMemory.of(memory.minutes())).isEqualTo(memory);
        }
    }

    @Test
    void tidMemory_fiftyFirstToken_dropsTheSmallest() {
        DecoderState state = state(KEY_64, KeyType.DUTK, 255, 0);
        for (int tid = 10; tid < 60; tid++) {
            state = enter(credit(tid), state).after();
        }
        assertThat(reason(enter(credit(9), state))).isEqualTo(Rejection.OLD_ERROR);
        assertThat(reason(enter(credit(10), state))).isEqualTo(Rejection.USED_ERROR);
        state = enter(credit(60), state).after();
        assertThat(reason(enter(credit(10), state))).isEqualTo(Rejection.OLD_ERROR);
        assertThat(reason(enter(credit(11), state))).isEqualTo(Rejection.USED_ERROR);
    }

    @Test
    void enter_tidFarInTheFuture_isAcceptedAndPushesOthersOut() {
        DecoderState state = state(KEY_64, KeyType.DUTK, 255, 100);
        state = enter(credit(TokenIdentifier.MAX_MINUTES), state).after();
        assertThat(enter(credit(101), state)).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void tokensInAnyOrder_eachWorkExactlyOnce() {
        Random random = new Random(7);
        List<Integer> tids = new ArrayList<>();
        for (int tid = 100; tid < 140; tid++) {
            tids.add(tid);
            tids.add(tid);
        }
        Collections.shuffle(tids, random);
        DecoderState state = state(KEY_128, KeyType.DUTK, 255, 0);
        Set<Integer> seen = new HashSet<>();
        for (int tid : tids) {
            Decision decision = enter(credit(tid), state);
            assertThat(decision instanceof Decision.Accepted).isEqualTo(seen.add(tid));
            state = decision.after();
        }
    }

    @Test
    void tidMemory_tooSmall_isRefused() {
        assertThatThrownBy(() -> TidMemory.ofNewMeter(49, new TokenIdentifier(0)))
                .hasMessage("TID memory of 49 places is below the 50 that the standard asks for");
        assertThatThrownBy(
                        () -> TidMemory.ofNewMeter(50, new TokenIdentifier(9)).with(new TokenIdentifier(9)))
                .hasMessage("token identifier 9 is old or used already");
    }

    // ---- key change

    static Stream<JsonNode> keyChangeSets() {
        return Vectors.of("key_change_sets.json");
    }

    @ParameterizedTest
    @MethodSource("keyChangeSets")
    void keyChange_setOfVectorInAnyOrder_givesTheNewKey(JsonNode vector) {
        Random random = new Random(vector.get("tokens").hashCode());
        EncryptionAlgorithm algorithm =
                vector.get("n").intValue() == 4 ? EncryptionAlgorithm.EA11 : EncryptionAlgorithm.EA07;
        String oldKey = vector.has("old")
                ? vector.get("old").get("key").asString()
                : vector.get("oldkey").asString();
        JsonNode target = vector.has("new") ? vector.get("new") : vector;
        String newKey = vector.has("new")
                ? target.get("key").asString()
                : vector.get("newkey").asString();
        KeyChangeSet set = new KeyChangeSet(
                DecoderKey.parseHex(algorithm, newKey),
                KeyType.ofNumber(target.get("kt").intValue()),
                new KeyExpiryNumber(vector.get("ken").intValue()),
                new KeyRevisionNumber(target.get("krn").intValue()),
                TariffIndex.parse(target.get("ti").asString()),
                SupplyGroupCode.parse(target.get("sgc").asString()),
                vector.get("ro").intValue() == 1);
        List<String> digits =
                vector.get("tokens").valueStream().map(JsonNode::asString).toList();
        DecoderState before = state(DecoderKey.parseHex(algorithm, oldKey), KeyType.DITK, 0, 77);
        assertThat(set.tokens(digits.size()))
                .extracting(token -> encrypt(token, before.register().key()).digits())
                .isEqualTo(digits);

        for (int order = 0; order < 10; order++) {
            List<String> entered = new ArrayList<>(digits);
            Collections.shuffle(entered, random);
            DecoderState state = before;
            for (int i = 0; i < entered.size() - 1; i++) {
                Decision kept = decoder(algorithm).enter(entered.get(i), state, NOW, TokenExecution.EVERYTHING);
                assertThat(kept)
                        .isInstanceOfSatisfying(
                                Decision.SectionKept.class,
                                section -> assertThat(section.section()).isBetween(1, digits.size()));
                state = kept.after();
                assertThat(state.register()).isEqualTo(before.register());
            }
            Decision last = decoder(algorithm).enter(entered.getLast(), state, NOW, TokenExecution.EVERYTHING);
            assertThat(last).isInstanceOf(Decision.Accepted.class);
            SupplyGroupCode group = digits.size() == 2 ? before.register().supplyGroup() : set.supplyGroup();
            assertThat(last.after().register())
                    .isEqualTo(new DecoderKeyRegister(
                            set.key(), set.type(), set.expiry(), set.revision(), set.tariffIndex(), group));
            assertThat(last.after().memory())
                    .isEqualTo(set.rollover() ? before.memory().emptied() : before.memory());
            assertThat(last.after().keyChange().isEmpty()).isTrue();
            assertThat(reason(
                            decoder(algorithm).enter(entered.getLast(), last.after(), NOW, TokenExecution.EVERYTHING)))
                    .isEqualTo(Rejection.CRC_ERROR);
        }
    }

    private static KeyChangeSet changeTo(DecoderKey key, KeyType type, boolean rollover) {
        return new KeyChangeSet(
                key,
                type,
                new KeyExpiryNumber(0xA5),
                new KeyRevisionNumber(4),
                new TariffIndex(7),
                new SupplyGroupCode(201_457),
                rollover);
    }

    @Test
    void keyChange_onlyOneOfTheSet_changesNothing() {
        DecoderState state = state(KEY_64, KeyType.DUTK, 255, 0);
        KeyChangeSet set = changeTo(DecoderKey.of(EncryptionAlgorithm.EA07, 0, 42), KeyType.DUTK, true);
        Decision kept = enter(set.tokens(2).getFirst(), state);
        assertThat(enter(credit(5), kept.after())).isInstanceOf(Decision.Accepted.class);
        DecoderState afterCredit = enter(credit(5), kept.after()).after();
        Decision done = enter(set.tokens(2).getLast(), afterCredit);
        assertThat(done).isInstanceOf(Decision.Accepted.class);
        assertThat(done.after().register().expiry()).isEqualTo(set.expiry());
        assertThat(done.after().memory().isUsed(new TokenIdentifier(5))).isFalse();
    }

    @Test
    void keyChange_tooSlow_beginsAnew() {
        DecoderState state = state(KEY_128, KeyType.DUTK, 255, 0);
        List<TokenNumber> set =
                changeTo(DecoderKey.of(EncryptionAlgorithm.EA11, 4, 2), KeyType.DUTK, false).tokens(4).stream()
                        .map(token -> encrypt(token, KEY_128))
                        .toList();
        Decoder decoder = decoder(EncryptionAlgorithm.EA11);
        Instant limit = NOW.plus(DecoderFacts.USUAL_KEY_CHANGE_LIMIT);
        for (Instant last : List.of(limit, limit.plus(Duration.ofMillis(1)))) {
            DecoderState now = state;
            for (TokenNumber token : set.subList(0, 3)) {
                now = decoder.enter(token, now, NOW, TokenExecution.EVERYTHING).after();
            }
            Decision decision = decoder.enter(set.getLast(), now, last, TokenExecution.EVERYTHING);
            assertThat(decision instanceof Decision.Accepted).isEqualTo(last.equals(limit));
        }
    }

    @ParameterizedTest
    @CsvSource({"DUTK, DCTK", "DUTK, DITK", "DDTK, DITK", "DCTK, DITK"})
    void keyChange_toATypeThatMayNotFollow_isAKeyTypeErrorAndChangesNothing(KeyType from, KeyType to) {
        DecoderState state = state(KEY_64, from, 255, 0);
        KeyChangeSet set = changeTo(DecoderKey.of(EncryptionAlgorithm.EA07, 0, 42), to, true);
        Decision last = enter(
                set.tokens(2).getLast(), enter(set.tokens(2).getFirst(), state).after());
        assertThat(reason(last)).isEqualTo(Rejection.KEY_TYPE_ERROR);
        assertThat(last.after()).isEqualTo(state);
    }

    @Test
    void keyChange_meterThatKnowsNoThirdToken_takesTwoAndRefusesTheThird() {
        DecoderFacts older = new DecoderFacts(
                EncryptionAlgorithm.EA07,
                Ea07Tables.sample(),
                12,
                false,
                false,
                false,
                DecoderFacts.USUAL_KEY_CHANGE_LIMIT);
        DecoderState state = state(KEY_64, KeyType.DUTK, 0, 0);
        KeyChangeSet set = changeTo(DecoderKey.of(EncryptionAlgorithm.EA07, 0, 42), KeyType.DUTK, false);
        List<TokenNumber> tokens =
                set.tokens(3).stream().map(token -> encrypt(token, KEY_64)).toList();
        Decoder decoder = new Decoder(older);
        assertThat(reason(decoder.enter(tokens.get(2), state, NOW, TokenExecution.EVERYTHING)))
                .isEqualTo(Rejection.FUNCTION_ERROR);
        DecoderState one = decoder.enter(tokens.get(0), state, NOW, TokenExecution.EVERYTHING)
                .after();
        Decision two = decoder.enter(tokens.get(1), one, NOW, TokenExecution.EVERYTHING);
        assertThat(two.after().register().supplyGroup())
                .isEqualTo(state.register().supplyGroup());
        assertThat(two.after().register().key()).isEqualTo(set.key());
        // a meter that does not look at the expiry number takes tokens beyond it
        assertThat(decoder.enter(encrypt(credit(1 << 20), KEY_64), state, NOW, TokenExecution.EVERYTHING))
                .isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void keyChange_supplyGroupBeyondSixDigits_isARangeErrorAndEndsTheSet() {
        DecoderState state = state(KEY_128, KeyType.DUTK, 255, 0);
        KeyChangeSet set = changeTo(DecoderKey.of(EncryptionAlgorithm.EA11, 4, 2), KeyType.DUTK, false);
        for (int i = 0; i < 3; i++) {
            state = enter(set.tokens(4).get(i), state).after();
        }
        long fourth = TokenFrame.block(TokenClass.METER_SPECIFIC_MANAGEMENT, (9L << 44) | (0xFFFL << 32));
        Decision decision = enter(encrypt(TokenClass.METER_SPECIFIC_MANAGEMENT, fourth, KEY_128), state);
        assertThat(reason(decision)).isEqualTo(Rejection.RANGE_ERROR);
        assertThat(decision.after().keyChange().isEmpty()).isTrue();
    }

    @Test
    void keyChange_rollOverOf2024_letsTokensOfTheNewBaseDateIn() {
        Instant before = Instant.parse("2024-11-20T08:00:00Z");
        Instant after = Instant.parse("2024-12-01T08:00:00Z");
        int tid1993 = TokenIdentifier.at(before, BaseDate.BASE_1993).minutes();
        int tid2014 = TokenIdentifier.at(after, BaseDate.BASE_2014).minutes();
        DecoderState state = state(KEY_64, KeyType.DUTK, 255, tid1993);
        assertThat(reason(enter(credit(tid2014), state))).isEqualTo(Rejection.OLD_ERROR);
        DecoderKey next = DecoderKey.of(EncryptionAlgorithm.EA07, 0, 42);
        for (KnownToken token : changeTo(next, KeyType.DUTK, true).tokens(3)) {
            state = enter(token, state).after();
        }
        assertThat(state.register().key()).isEqualTo(next);
        assertThat(enter(credit(tid2014), state)).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void keyChangeSet_ofAnotherCount_isRefused() {
        KeyChangeSet set64 = changeTo(DecoderKey.of(EncryptionAlgorithm.EA07, 0, 42), KeyType.DUTK, true);
        assertThatThrownBy(() -> set64.tokens(4)).hasMessage("a key of 64 bits changes by 2 or 3 tokens, not 4");
        KeyChangeSet set128 = changeTo(DecoderKey.of(EncryptionAlgorithm.EA11, 4, 2), KeyType.DUTK, true);
        assertThatThrownBy(() -> set128.tokens(3)).hasMessage("a key of 128 bits changes by 4 tokens, not 3");
    }
}
