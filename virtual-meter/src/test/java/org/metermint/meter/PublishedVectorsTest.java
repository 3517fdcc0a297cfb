package org.metermint.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.metermint.meter.TestMeters.make;
import static org.metermint.meter.TestMeters.reopen;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.decode.DecoderKeyRegister;
import org.metermint.token.decode.Rejection;
import org.metermint.token.key.DecoderKey;
import tools.jackson.databind.JsonNode;

/** The tokens of the vector files, keyed into the meters that they were made for. */
class PublishedVectorsTest {
    @TempDir
    private Path directory;

    private static Stream<JsonNode> tokens() {
        return Stream.of("tokens_ea11.json", "tokens_sample_tables.json").flatMap(Vectors::of);
    }

    private static DecoderKeyRegister register(JsonNode key, int expiry) {
        EncryptionAlgorithm algorithm =
                EncryptionAlgorithm.ofNumber(key.get("ea").intValue());
        return new DecoderKeyRegister(
                DecoderKey.parseHex(algorithm, key.get("key").asString()),
                KeyType.ofNumber(key.get("kt").intValue()),
                new KeyExpiryNumber(expiry),
                new KeyRevisionNumber(key.get("krn").intValue()),
                TariffIndex.parse(key.get("ti").asString()),
                SupplyGroupCode.parse(key.get("sgc").asString()));
    }

    private VirtualMeter meterOf(JsonNode key, CreditType credit) throws MeterFileException {
        DecoderKeyRegister register = register(key, 255);
        MeterSpecification specification = MeterSpecification.of(
                new MeterPan(key.get("pan").asString()), register.key().algorithm(), credit);
        return make(directory.resolve("a.meter"), specification, register);
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void token_onTheMeterItWasMadeFor_isAnsweredAsItsFieldsSay(JsonNode vector) throws Exception {
        JsonNode key = vector.get("key_params");
        JsonNode fields = vector.get("fields");
        int tokenClass = fields.get("cls").intValue();
        int subclass = fields.get("sub").intValue();
        CreditType type = CreditType.ofSubclass(tokenClass == 0 ? subclass : 0);
        try (VirtualMeter meter = meterOf(key, type)) {
            Answer first = meter.enter(vector.get("token").asString());
            Optional<Rejection> expected = expected(tokenClass, subclass, key, fields, meter);
            assertThat(first.rejection()).isEqualTo(expected);
            if (tokenClass == 0 && expected.isEmpty()) {
                assertThat(first.balance().grains()).isEqualTo(grains(type, fields));
                assertThat(first.credited()).contains(first.balance());
            }
            boolean usedUp = expected.isEmpty() && !first.keyChangePending();
            Answer second = meter.enter(vector.get("token").asString());
            assertThat(second.rejection()).isEqualTo(usedUp ? Optional.of(Rejection.USED_ERROR) : expected);
            assertThat(second.balance()).isEqualTo(first.balance());
        }
    }

    /** What a meter of the token's own type must answer, told from the vector's fields alone. */
    private static Optional<Rejection> expected(
            int tokenClass, int subclass, JsonNode key, JsonNode fields, VirtualMeter meter) {
        int keyType = key.get("kt").intValue();
        if (tokenClass == 0) {
            if (keyType == KeyType.DDTK.number()) {
                return Optional.of(Rejection.DDTK_ERROR);
            }
            CreditType type = CreditType.ofSubclass(subclass);
            BigInteger limit =
                    BigInteger.valueOf(meter.specification().creditLimit().grains());
            if (exactGrains(type, fields).abs().compareTo(limit) > 0 && keyType != KeyType.DCTK.number()) {
                return Optional.of(Rejection.OVERFLOW_ERROR);
            }
            return keyType == KeyType.DCTK.number() ? Optional.of(Rejection.KEY_TYPE_ERROR) : Optional.empty();
        }
        return switch (subclass) {
            case 0, 5, 6, 3, 4, 8, 9 -> Optional.empty();
            case 1 -> {
                int register = fields.get("field").intValue();
                yield register == 0 || register == 0xFFFF ? Optional.empty() : Optional.of(Rejection.RANGE_ERROR);
            }
            case 10 -> {
                int value = fields.get("field").intValue();
                boolean known = value >>> 10 == 63 && (value & 1023) >>> 1 <= 4;
                yield known ? Optional.empty() : Optional.of(Rejection.FUNCTION_ERROR);
            }
            default -> Optional.of(Rejection.FUNCTION_ERROR);
        };
    }

    private static long grains(CreditType type, JsonNode fields) {
        return exactGrains(type, fields).longValueExact();
    }

    private static BigInteger exactGrains(CreditType type, JsonNode fields) {
        if (type.isCurrency()) {
            return onToken(new BigInteger(fields.get("amount").asString()));
        }
        long tenths =
                new CreditAmount(fields.get("units").longValue()).onToken().tenths();
        return BigInteger.valueOf(tenths)
                .multiply(BigInteger.valueOf(Resource.of(type).grainsPerUnit() / 10));
    }

    private static BigInteger onToken(BigInteger steps) {
        return new CurrencyAmount(steps).onToken().steps();
    }

    private static Stream<JsonNode> keyChangeSets() {
        return Vectors.of("key_change_sets.json");
    }

    @ParameterizedTest
    @MethodSource("keyChangeSets")
    void keyChangeSet_inAnyOrderWithPowerCutsBetween_changesTheKeyOnce(JsonNode vector) throws Exception {
        Random random = new Random(5);
        boolean ours = vector.has("old");
        JsonNode old = ours ? vector.get("old") : vector;
        EncryptionAlgorithm algorithm =
                vector.get("n").intValue() == 4 ? EncryptionAlgorithm.EA11 : EncryptionAlgorithm.EA07;
        String oldKey = ours ? old.get("key").asString() : vector.get("oldkey").asString();
        DecoderKeyRegister before = TestMeters.register(DecoderKey.parseHex(algorithm, oldKey), KeyType.DITK);
        List<String> digits = new ArrayList<>(
                vector.get("tokens").valueStream().map(JsonNode::asString).toList());
        Collections.shuffle(digits, random);

        Path file = directory.resolve("a.meter");
        make(file, TestMeters.electricity(algorithm), before).close();
        for (int i = 0; i < digits.size(); i++) {
            try (VirtualMeter meter = reopen(file)) {
                assertThat(meter.status().keyChangeSections()).hasSize(i);
                Answer answer = meter.enter(digits.get(i));
                assertThat(answer.accepted()).isTrue();
                boolean last = i == digits.size() - 1;
                assertThat(answer.result()).matches(last ? "Accept" : "1stKCT|2ndKCT|3rdKCT|4thKCT");
                assertThat(answer.keyChangePending()).isEqualTo(!last);
            }
        }
        JsonNode next = vector.has("new") ? vector.get("new") : vector;
        try (VirtualMeter meter = reopen(file)) {
            MeterStatus status = meter.status();
            assertThat(status.keyChangeSections()).isEmpty();
            assertThat(status.revision().value()).isEqualTo(next.get("krn").intValue());
            assertThat(status.keyType().number()).isEqualTo(next.get("kt").intValue());
            assertThat(status.tariffIndex().digits()).isEqualTo(next.get("ti").asString());
            assertThat(status.keyExpiry().value()).isEqualTo(vector.get("ken").intValue());
            assertThat(meter.enter(digits.getFirst()).rejection()).contains(Rejection.CRC_ERROR);
        }
    }
}
