package org.metermint.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class IdentifierTest {
    static Stream<JsonNode> pans() {
        return Vectors.of("pan.json");
    }

    static Stream<JsonNode> tids() {
        return Vectors.of("tid.json");
    }

    @ParameterizedTest
    @MethodSource("pans")
    void pan_ofVector_isReadOrRefused(JsonNode vector) {
        String pan = vector.path("pan").asString();
        if (!vector.path("pan").isMissingNode()) {
            if (vector.get("ok").booleanValue()) {
                MeterPan read = MeterPan.parse(pan);
                assertThat(read.drn().digits()).isEqualTo(vector.get("drn").asString());
                assertThat(MeterPan.of(read.drn())).isEqualTo(read);
            } else {
                assertThatThrownBy(() -> MeterPan.parse(pan)).isInstanceOf(IllegalArgumentException.class);
            }
        } else if (vector.get("ok").booleanValue()) {
            assertThat(DecoderReferenceNumber.parse(vector.get("drn").asString())
                            .digits())
                    .isEqualTo(vector.get("drn").asString());
        } else {
            assertThatThrownBy(
                            () -> DecoderReferenceNumber.parse(vector.get("drn").asString()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("tids")
    void tid_ofVector_isTheMinuteOrRefused(JsonNode vector) {
        BaseDate base = BaseDate.ofYear(vector.get("base").intValue());
        Instant time = LocalDateTime.parse(vector.get("time").asString()).toInstant(ZoneOffset.UTC);
        if (vector.path("tid").isIntegralNumber()) {
            assertThat(TokenIdentifier.at(time, base).minutes())
                    .isEqualTo(vector.get("tid").intValue());
        } else {
            assertThatThrownBy(() -> TokenIdentifier.at(time, base)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void drn_wrongCheckDigit_saysWhichWouldFit() {
        assertThatThrownBy(() -> DecoderReferenceNumber.parse("12345678904"))
                .hasMessage(
                        "meter number ends in the check digit 4, but 3 would fit; check the digits for a typing error");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1234567890|meter number has 10 digits; it needs 11 (2-digit manufacturer code) or 13 (4-digit manufacturer code)",
                "123456789012|meter number has 12 digits; it needs 11 (2-digit manufacturer code) or 13 (4-digit manufacturer code)",
                "1234567890A|meter number has 'A' at position 11; only the digits 0 to 9 are allowed",
            })
    void drn_wrongForm_namesLengthOrCharacter(String text, String message) {
        assertThatThrownBy(() -> DecoderReferenceNumber.parse(text)).hasMessage(message);
    }

    @Test
    void pan_unknownIssuer_isRefused() {
        assertThatThrownBy(() -> MeterPan.parse("123456000000000009"))
                .hasMessageStartingWith("meter PAN begins with 123456; it must begin with 600727");
    }

    @Test
    void drn_manufacturerAndSerial_areItsParts() {
        assertThat(DecoderReferenceNumber.parse("0100000000008").manufacturerCode())
                .isEqualTo("0100");
        assertThat(DecoderReferenceNumber.parse("1234 5678 903").manufacturerCode())
                .isEqualTo("12");
        assertThat(DecoderReferenceNumber.parse("12345678903").serialNumber()).isEqualTo("34567890");
    }

    @Test
    void oneWrongDigit_neverPassesTheLuhnCheck() {
        Random random = new Random(62055);
        for (int i = 0; i < 2_000; i++) {
            String body = Digits.pad(random.nextLong(10_000_000_000L), 10);
            String good = body + Luhn.checkDigit(body);
            int at = random.nextInt(11);
            char other = (char) ('0' + (good.charAt(at) - '0' + 1 + random.nextInt(9)) % 10);
            String bad = good.substring(0, at) + other + good.substring(at + 1);
            assertThat(new DecoderReferenceNumber(good).digits()).isEqualTo(good);
            assertThatThrownBy(() -> new DecoderReferenceNumber(bad)).hasMessageContaining("would fit");
        }
    }

    @Test
    void tid_reservedMinute_isSteppedOver() {
        TokenIdentifier midnight = TokenIdentifier.at(Instant.parse("2024-05-01T00:00:59Z"), BaseDate.BASE_2014);
        assertThat(midnight.next().minutes()).isEqualTo(midnight.minutes() + 2);
        assertThat(TokenIdentifier.at(Instant.parse("2024-05-01T00:01:30Z"), BaseDate.BASE_2014))
                .isEqualTo(midnight.next());
        assertThat(new TokenIdentifier(midnight.minutes() + 1).isReserved()).isTrue();
    }

    @Test
    void tidsOfRisingTimes_neverFall() {
        Random random = new Random(1993);
        for (BaseDate base : BaseDate.values()) {
            TokenIdentifier last = new TokenIdentifier(0);
            Instant time = base.start();
            for (int i = 0; i < 2_000; i++) {
                time = time.plusSeconds(random.nextInt(400_000));
                TokenIdentifier tid = TokenIdentifier.at(time, base);
                assertThat(tid).isGreaterThanOrEqualTo(last);
                assertThat(tid.isReserved()).isFalse();
                assertThat(tid.next()).isGreaterThan(tid);
                last = tid;
            }
        }
    }

    @Test
    void tid_lastMinuteOfEachBaseDate_isTheRolloverOfTheStandard() {
        assertThat(TokenIdentifier.end(BaseDate.BASE_1993)).isEqualTo("2024-11-24T20:15:00Z");
        assertThat(TokenIdentifier.end(BaseDate.BASE_2014)).isEqualTo("2045-11-24T20:15:00Z");
        assertThat(TokenIdentifier.end(BaseDate.BASE_2035)).isEqualTo("2066-11-24T20:15:00Z");
        assertThatThrownBy(() -> TokenIdentifier.at(Instant.parse("2024-11-24T20:16:00Z"), BaseDate.BASE_1993))
                .hasMessageContaining("a key with a later base date is needed");
        assertThatThrownBy(() -> TokenIdentifier.at(Instant.parse("2013-12-31T23:59:59Z"), BaseDate.BASE_2014))
                .hasMessage("time 2013-12-31T23:59:59Z is before the base date 2014-01-01T00:00:00Z");
        assertThatThrownBy(() -> new TokenIdentifier(TokenIdentifier.MAX_MINUTES).next())
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({"85, 2024-09-18T22:55:00Z", "170, 2035-04-23T09:35:00Z"})
    void ken_lastGoodMinute_isThatOfTheStandard(int ken, Instant lastGood) {
        KeyExpiryNumber expiry = new KeyExpiryNumber(ken);
        assertThat(expiry.lastGood().time(BaseDate.BASE_2014)).isEqualTo(lastGood);
        assertThat(expiry.isExpiredAt(expiry.lastGood())).isFalse();
        assertThat(expiry.isExpiredAt(expiry.lastGood().next())).isTrue();
        assertThat(KeyExpiryNumber.NEVER.isExpiredAt(new TokenIdentifier(TokenIdentifier.MAX_MINUTES)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"12345", "1234567", "12345a", "", "12 345"})
    void supplyGroupCode_notSixDigits_isRefused(String text) {
        assertThatThrownBy(() -> SupplyGroupCode.parse(text)).hasMessageStartingWith("supply group code has ");
    }

    @Test
    void smallNumbers_outsideTheirRange_nameValueAndBound() {
        assertThatThrownBy(() -> new KeyRevisionNumber(0)).hasMessage("key revision number 0 is outside 1..9");
        assertThatThrownBy(() -> new KeyExpiryNumber(256)).hasMessage("key expiry number 256 is outside 0..255");
        assertThatThrownBy(() -> new TariffIndex(100)).hasMessage("tariff index 100 is outside 0..99");
        assertThatThrownBy(() -> new Rnd(16)).hasMessage("RND 16 is outside 0..15");
        assertThatThrownBy(() -> KeyType.ofNumber(4)).hasMessage("key type 4 is outside 0..3");
        assertThatThrownBy(() -> EncryptionAlgorithm.ofNumber(8))
                .hasMessage("encryption algorithm 8 is none of 7, 9, 11");
        assertThat(SupplyGroupCode.parse("001457").digits()).isEqualTo("001457");
        assertThat(TariffIndex.parse("07").digits()).isEqualTo("07");
    }

    @Test
    void keyChange_parents_areThoseOfTheStandard() {
        assertThat(List.of(KeyType.DITK, KeyType.DDTK, KeyType.DUTK, KeyType.DCTK))
                .allSatisfy(
                        parent -> assertThat(parent.mayBeParentOf(KeyType.DDTK)).isTrue());
        assertThat(KeyType.DUTK.mayBeParentOf(KeyType.DCTK)).isFalse();
        assertThat(KeyType.DUTK.mayBeParentOf(KeyType.DITK)).isFalse();
        assertThat(KeyType.DDTK.carriesCredit()).isFalse();
    }
}
