package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditRegister;
import org.metermint.token.CreditType;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.ExtendedValue;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.PowerLimit;
import org.metermint.token.Rnd;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The published tokens, asked of a module that was given the published keys. */
class PublishedTokensTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path directory;

    @TestFactory
    Stream<DynamicTest> issue_publishedCreditAndManagement_givesThePublishedDigits() throws Exception {
        return vectors("tokens_ea11.json")
                .filter(vector -> order(vector).isPresent())
                .map(vector -> DynamicTest.dynamicTest(id(vector), () -> {
                    IssueRequest request = order(vector).orElseThrow();
                    BaseDate base =
                            BaseDate.ofCode(vector.get("key_params").get("bdt").stringValue());
                    Instant now = tid(vector).time(base);
                    try (SoftwareSecurityModule module = module(vector, now)) {
                        importKey(module, vector.get("key_params"), KeyExpiryNumber.NEVER);
                        if (tid(vector).isReserved()) {
                            assertThat(module.issueAll(List.of(request)))
                                    .first()
                                    .isInstanceOfSatisfying(
                                            IssueOutcome.Refused.class,
                                            refused -> assertThat(
                                                            refused.reason().kind())
                                                    .isEqualTo(Kind.NOT_PERMITTED));
                        } else {
                            assertThat(module.issue(request).tokens())
                                    .extracting(TokenNumber::digits)
                                    .containsExactly(vector.get("token").stringValue());
                        }
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> issue_publishedKeyChange_givesThePublishedDigits() throws Exception {
        return vectors("key_change_sets.json")
                .filter(vector -> vector.get("new") != null)
                .map(vector -> DynamicTest.dynamicTest(id(vector), () -> {
                    MeterKeyState from = meter(vector.get("old"));
                    MeterKeyState to = meter(vector.get("new"));
                    Instant now = BaseDate.ofCode(vector.get("new").get("bdt").stringValue())
                            .start();
                    try (SoftwareSecurityModule module =
                            module(vector, now.isBefore(TestModules.NOW) ? TestModules.NOW : now)) {
                        importKey(
                                module,
                                vector.get("old"),
                                new KeyExpiryNumber(vector.get("ken").intValue()));
                        importKey(
                                module,
                                vector.get("new"),
                                new KeyExpiryNumber(vector.get("ken").intValue()));
                        IssueKeyChange change = new IssueKeyChange(
                                MessageId.of(UUID.randomUUID()),
                                from,
                                to,
                                vector.get("n").intValue());
                        assertThat(module.issue(change).tokens())
                                .extracting(TokenNumber::digits)
                                .containsExactlyElementsOf(texts(vector.get("tokens")));
                    }
                }));
    }

    private static Optional<IssueRequest> order(JsonNode vector) {
        JsonNode fields = vector.get("fields");
        int tokenClass = fields.get("cls").intValue();
        int subclass = fields.get("sub").intValue();
        MessageId id = MessageId.of(UUID.randomUUID());
        MeterKeyState meter = meter(vector.get("key_params"));
        if (tokenClass == 0 && subclass >= 4) {
            CurrencyAmount amount =
                    new CurrencyAmount(new BigInteger(fields.get("amount").stringValue()));
            return Optional.of(
                    new IssueCurrencyCredit(id, meter, CreditType.ofSubclass(subclass), amount, tid(vector)));
        }
        if (tokenClass == 0) {
            CreditAmount amount = new CreditAmount(fields.get("units").longValue());
            return Optional.of(new IssueCredit(id, meter, CreditType.ofSubclass(subclass), amount, tid(vector)));
        }
        ManagementOrder order = switch (subclass) {
            case 0 ->
                new ManagementOrder.LimitPower(
                        new PowerLimit(fields.get("watts").longValue()));
            case 1 ->
                new ManagementOrder.ClearCredit(
                        new CreditRegister(fields.get("field").intValue()));
            case 5 -> new ManagementOrder.ClearTamper();
            case 6 ->
                new ManagementOrder.LimitPhaseUnbalance(
                        new PowerLimit(fields.get("watts").longValue()));
            case 10 ->
                new ManagementOrder.WriteExtended(
                        new ExtendedValue(fields.get("field").intValue()));
            default -> null; // a section of a key change, which only a whole set is asked for
        };
        return order == null ? Optional.empty() : Optional.of(new IssueManagement(id, meter, order, tid(vector)));
    }

    private static TokenIdentifier tid(JsonNode vector) {
        JsonNode tid = vector.get("tid") != null
                ? vector.get("tid")
                : vector.get("fields").get("tid");
        return new TokenIdentifier(tid.intValue());
    }

    private SoftwareSecurityModule module(JsonNode vector, Instant now) throws Exception {
        JsonNode rnd =
                vector.get("fields") == null ? null : vector.get("fields").get("rnd");
        Path store = Files.createTempDirectory(directory, "module").resolve("store");
        return SoftwareSecurityModule.open(
                store,
                TestModules.keyFile(store),
                Clock.fixed(now, ZoneOffset.UTC),
                () -> new Rnd(rnd == null ? 0 : rnd.intValue()));
    }

    private static void importKey(SoftwareSecurityModule module, JsonNode key, KeyExpiryNumber expiry)
            throws SecurityModuleException {
        BaseDate base = BaseDate.ofCode(key.get("bdt").stringValue());
        module.importVendingKey(
                new VendingKeyFacts(
                        SupplyGroupCode.parse(key.get("sgc").stringValue()),
                        new KeyRevisionNumber(key.get("krn").intValue()),
                        KeyType.ofNumber(key.get("kt").intValue()),
                        base,
                        expiry,
                        base.start(),
                        KeyGeneration.ofNumber(key.get("dkga").intValue())),
                HexFormat.of().parseHex(key.get("vk").stringValue()));
    }

    private static MeterKeyState meter(JsonNode key) {
        return new MeterKeyState(
                new MeterPan(key.get("pan").stringValue()),
                EncryptionAlgorithm.ofNumber(key.get("ea").intValue()),
                SupplyGroupCode.parse(key.get("sgc").stringValue()),
                TariffIndex.parse(key.get("ti").stringValue()),
                new KeyRevisionNumber(key.get("krn").intValue()),
                KeyType.ofNumber(key.get("kt").intValue()));
    }

    private static Stream<JsonNode> vectors(String file) throws Exception {
        Path path = Path.of(System.getProperty("metermint.root"), "vectors", file);
        return JSON.readTree(Files.readAllBytes(path)).get("vectors").valueStream();
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::stringValue).toList();
    }

    private static String id(JsonNode vector) {
        return vector.get("id").stringValue();
    }
}
