package org.metermint.app.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.Programs;
import org.metermint.app.client.Credential;
import org.metermint.app.client.RestClient;
import org.metermint.app.server.Installation;
import org.metermint.app.settings.Settings;
import org.metermint.secure.ClientName;
import org.metermint.secure.ClientPolicy;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.PasswordHash;
import org.metermint.secure.RandomSource;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.TokenKind;
import org.metermint.secure.VendingKeyFacts;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Block;
import org.metermint.tariff.Limits;
import org.metermint.tariff.Rounding;
import org.metermint.tariff.Tariff;
import org.metermint.token.BaseDate;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.Luhn;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.key.DecoderKeyIdentity;
import org.metermint.token.key.KeyDerivation;
import org.metermint.token.key.TestOnlyVendingKeys;
import org.metermint.token.key.VendingKey;
import org.metermint.vending.Vending;
import org.metermint.vending.customer.Account;
import org.metermint.vending.customer.Customer;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.meter.Meter;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.supply.Service;
import org.metermint.vending.supply.SupplyGroup;
import tools.jackson.databind.JsonNode;

/**
 * A vending server that sells through a security module in another process: what its memory holds, and what it does not.
 * Both processes are real, the vending keys are random, and the search is shown to find a key where there is one.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VendingHeapTest {
    private static final SupplyGroupCode GROUP = new SupplyGroupCode(600_100);
    private static final KeyRevisionNumber BEFORE = new KeyRevisionNumber(1);
    private static final KeyRevisionNumber NOW = new KeyRevisionNumber(2);
    private static final TariffIndex INDEX = new TariffIndex(1);
    private static final String USER = "vending";
    /** Is in the memory of the vending process for sure. */
    private static final String UTILITY = "Utility of the searched heap 8317";

    private static final String PASSWORD = "only for this test 4711";
    private static final int KEY_OCTETS = 20;

    @TempDir
    Path directory;

    private final long seed = System.nanoTime();
    private Programs programs;

    @BeforeEach
    void begin() {
        programs = new Programs(directory.resolve("log"));
    }

    @AfterEach
    void end() {
        programs.close();
    }

    private byte[] key(KeyRevisionNumber revision) {
        byte[] key = new byte[KEY_OCTETS];
        new Random(seed + revision.value()).nextBytes(key);
        return key;
    }

    /** One meter with the present key and one with the key before it, for each cipher. */
    private static List<Meter> meters() {
        List<Meter> meters = new ArrayList<>();
        for (EncryptionAlgorithm algorithm : List.of(EncryptionAlgorithm.EA07, EncryptionAlgorithm.EA11)) {
            for (KeyRevisionNumber revision : List.of(BEFORE, NOW)) {
                String digits = "09%08d".formatted(meters.size() + 1);
                MeterPan pan = MeterPan.of(new DecoderReferenceNumber(digits + Luhn.checkDigit(digits)));
                meters.add(new Meter(
                        pan,
                        algorithm,
                        GROUP,
                        revision,
                        INDEX,
                        KeyType.DUTK,
                        Meter.usualKeyChangeTokens(algorithm),
                        MeterStatus.ACTIVE,
                        Map.of()));
            }
        }
        return meters;
    }

    /** Everything that must stay in the other process. */
    private Heap.Patterns secrets() throws IOException {
        Heap.Patterns secrets = new Heap.Patterns();
        for (KeyRevisionNumber revision : List.of(BEFORE, NOW)) {
            secrets.key("vending key " + revision, key(revision));
            VendingKey key = VendingKey.of(key(revision));
            for (Meter meter : meters()) {
                DecoderKeyIdentity identity = new DecoderKeyIdentity(
                        meter.pan(), meter.algorithm(), GROUP, INDEX, revision, KeyType.DUTK, BaseDate.BASE_2014);
                String hex = KeyDerivation.DKGA04.derive(key, identity).clearHex();
                secrets.key(
                        "decoder key of " + meter.pan().digits() + " " + revision,
                        HexFormat.of().parseHex(hex));
            }
        }
        String keyFile = Files.readString(directory.resolve("store.key")).strip();
        secrets.text("key file", keyFile);
        secrets.key("key-encryption key", HexFormat.of().parseHex(keyFile.substring(keyFile.length() - 64)));
        // these are in memory as soon as the class is that has them
        byte[] publicKey = TestOnlyVendingKeys.edition2().clearOctets();
        return secrets.text("public test keys", HexFormat.of().withUpperCase().formatHex(publicKey));
    }

    private void makeStore() throws Exception {
        Path keyFile = directory.resolve("store.key");
        KeyEncryptionKeySource.createKeyFile(keyFile);
        try (SoftwareSecurityModule module = SoftwareSecurityModule.open(
                directory.resolve("store"),
                KeyEncryptionKeySource.keyFile(keyFile),
                Clock.systemUTC(),
                RandomSource.secure())) {
            for (KeyRevisionNumber revision : List.of(BEFORE, NOW)) {
                module.importVendingKey(
                        new VendingKeyFacts(
                                GROUP,
                                revision,
                                KeyType.DUTK,
                                BaseDate.BASE_2014,
                                KeyExpiryNumber.NEVER,
                                BaseDate.BASE_2014.start(),
                                KeyGeneration.DKGA04),
                        key(revision));
            }
            IssuePolicy policy = IssuePolicy.standard();
            List<ClientPolicy> clients = new ArrayList<>(policy.clients());
            clients.add(new ClientPolicy(
                    new ClientName(USER),
                    Set.of(TokenKind.CREDIT, TokenKind.KEY_CHANGE),
                    null,
                    0,
                    PasswordHash.of(PASSWORD.toCharArray())));
            module.setPolicy(new IssuePolicy(clients, policy.limits(), null, policy.maxAhead()), "test");
        }
    }

    private Process startModule() throws IOException {
        return programs.start(
                "security-module",
                "serve",
                "--json",
                "--port",
                "0",
                "--until-input-ends",
                "--store",
                directory.resolve("store").toString(),
                "--key-file",
                directory.resolve("store.key").toString());
    }

    private Path configuration(JsonNode listening) throws IOException {
        Files.writeString(directory.resolve("password"), PASSWORD + "\n");
        return Files.writeString(directory.resolve("metermint.conf"), """
                utility.code = heap
                utility.name = %s
                security.module = network
                security.network-addresses = %s:%d
                security.network-user = %s
                security.network-password-file = %s
                security.network-pin = %s
                """.formatted(
                        UTILITY,
                        listening.path("address").asString(),
                        listening.path("port").asInt(),
                        USER,
                        directory.resolve("password"),
                        listening.path("certificate_sha256").asString()));
    }

    /** An installation with what sales need; gives back who may sell. */
    private Credential makeInstallation(Path configuration, Path data) {
        try (Installation installation = Installation.open(Settings.read(configuration), data)) {
            assertThat(installation.softwareSecurityModule()).isEmpty();
            Vending vending = installation.vending();
            UtilityId utility = installation.utility().id();
            vending.supplyGroups()
                    .register(utility, new SupplyGroup(GROUP, "heap", NOW, KeyType.DUTK, Service.ELECTRICITY));
            vending.tariffs()
                    .add(
                            utility,
                            new Tariff(
                                    "flat",
                                    1,
                                    "flat",
                                    "ZAR",
                                    2,
                                    "kWh",
                                    BaseDate.BASE_2014.start(),
                                    List.of(Block.of("0", "2.5")),
                                    List.of(),
                                    Rounding.STANDARD,
                                    Limits.STANDARD));
            for (Meter meter : meters()) {
                String number = meter.pan().drn().digits();
                vending.meters().register(utility, meter);
                vending.customers()
                        .register(utility, new Customer(number, "customer", Optional.empty(), Optional.empty()));
                vending.customers()
                        .register(
                                utility,
                                new Account(
                                        number,
                                        number,
                                        Optional.of(meter.pan()),
                                        GROUP,
                                        INDEX,
                                        "flat",
                                        AccountPosition.startOf(YearMonth.now(ZoneOffset.UTC)),
                                        List.of()));
            }
            var first = installation.firstCredential().orElseThrow();
            return new Credential(first.clientId(), first.secret());
        }
    }

    @Test
    void heap_ofTheVendingProcess_holdsNoKey_thoughItSoldUnderAll() throws Exception {
        makeStore();
        Process module = startModule();
        Path configuration = configuration(programs.said(module));
        Path data = directory.resolve("data");
        Credential credential = makeInstallation(configuration, data);
        Process vending = programs.start(
                "start", "--json", "--port", "0", "--data", data.toString(), "--config", configuration.toString());
        String url = programs.said(vending).path("url").asString();
        assertThat(data.resolve("security-module")).doesNotExist();

        try (RestClient client = new RestClient(url, credential)) {
            for (Meter meter : meters()) {
                RestClient.Answer answer = client.sell(
                        "sale-" + meter.pan().digits(),
                        new RestClient.Order(meter.pan().drn().digits(), "50.00", "ZAR", "CASH"),
                        true);
                assertThat(answer.sold()).as(answer.text()).isTrue();
                JsonNode tokens = answer.body().path("tokens");
                boolean moved = meter.revision().equals(BEFORE);
                assertThat(tokens.size()).isEqualTo(moved ? Meter.usualKeyChangeTokens(meter.algorithm()) + 1 : 1);
            }
        }

        Heap.Patterns secrets = secrets().text("utility", UTILITY);
        Path everything = Heap.dump(vending, directory.resolve("vending-all.hprof"), true);
        assertThat(secrets.in(everything)).as("seed %d", seed).containsExactly("utility");
        Files.delete(everything);
        Path live = Heap.dump(vending, directory.resolve("vending-live.hprof"), false);
        assertThat(secrets.in(live)).as("seed %d", seed).containsExactly("utility");
        Files.delete(live);
        Path control = Heap.dump(module, directory.resolve("module.hprof"), true);
        assertThat(secrets.in(control)).as("seed %d", seed).contains("vending key 1", "vending key 2");
    }
}
