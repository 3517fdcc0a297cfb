package org.metermint.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.metermint.app.client.Credential;
import org.metermint.app.client.RestClient;
import org.metermint.app.client.RestClient.Answer;
import org.metermint.app.client.RestClient.Order;
import org.metermint.app.server.Installation;
import org.metermint.app.settings.Settings;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Block;
import org.metermint.tariff.Limits;
import org.metermint.tariff.Rounding;
import org.metermint.tariff.Tariff;
import org.metermint.token.BaseDate;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.Luhn;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.vending.Vending;
import org.metermint.vending.customer.Account;
import org.metermint.vending.customer.Customer;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.ledger.Verification;
import org.metermint.vending.meter.Meter;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.supply.Service;
import org.metermint.vending.supply.SupplyGroup;
import tools.jackson.databind.JsonNode;

/**
 * An installation under trade: tills that sell to its server whatever happens to it, and the comparison of what they
 * were told with what the books hold. No request has two tokens, no answer is lost, no reservation is forgotten, the
 * books balance, and the security module issued exactly what was sold.
 */
final class Trade {

    private static final int TILLS = 6;
    private static final int METERS = 12;
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final long seed;
    private final Random random;
    private final List<String> meters = new ArrayList<>();
    private final List<Till> tills = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<RestClient> client = new AtomicReference<>();
    private final Settings settings;
    private final Credential credential;

    private Trade(Settings settings, long seed, Credential credential) {
        this.settings = settings;
        this.seed = seed;
        this.credential = credential;
        this.client.set(new RestClient("http://127.0.0.1:1", credential)); // nobody there yet
        this.random = new Random(seed);
    }

    /** Makes an installation with everything that sales need. */
    static Trade found(Path data, long seed) throws Exception {
        return found(Settings.defaults(), data, seed);
    }

    /** Makes an installation with everything that sales need, whose settings are not the defaults. */
    static Trade found(Settings settings, Path data, long seed) throws Exception {
        try (Installation installation = Installation.open(settings, data)) {
            var first = installation.firstCredential().orElseThrow();
            Trade trade = new Trade(settings, seed, new Credential(first.clientId(), first.secret()));
            installation.softwareSecurityModule().orElseThrow().loadTestOnlyVendingKeys();
            trade.register(installation.vending(), installation.utility().id());
            return trade;
        }
    }

    /** Sends the tills to a server, when it answers. */
    void connect(ServerProcess server) throws IOException {
        connect(server.url());
    }

    /** Sends the tills to a server, or to what stands in front of it. */
    void connect(String url) {
        client.getAndSet(new RestClient(url, credential)).close();
    }

    /** A till that sells when it is told to. */
    Till till(String name, Duration pause) {
        Till till = new Till(name, new Random(random.nextLong()), meters, client::get, pause);
        tills.add(till);
        return till;
    }

    void openTills() {
        openTills(TILLS);
    }

    void openTills(int count) {
        for (int i = 1; i <= count; i++) {
            Till till = till("till" + i, PAUSE);
            threads.add(Thread.ofPlatform().name("till-" + i).start(till));
        }
    }

    void closeTills() throws InterruptedException {
        tills.forEach(Till::close);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** How many requests were answered for good so far. */
    int decided() {
        return tills.stream().mapToInt(till -> till.decided().size()).sum();
    }

    /** Waits until so many more requests were answered for good, but not for ever: the database may be gone. */
    void awaitDecisions(int more) throws InterruptedException {
        int goal = decided() + more;
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (decided() < goal && System.nanoTime() < end) {
            Thread.sleep(5);
        }
    }

    /** The answers that decided nothing since this was last asked, one of each code. */
    Map<String, Answer> takePostponed() {
        Map<String, Answer> postponed = new HashMap<>();
        tills.forEach(till -> postponed.putAll(till.takePostponed()));
        return postponed;
    }

    /** Asks for the end of every request, of those given up too, without selling anything anew. */
    Map<String, Answer> settle() throws Exception {
        Map<String, Answer> outcome = new HashMap<>();
        for (Till till : tills) {
            for (Map.Entry<String, Order> order : till.orders().entrySet()) {
                Answer answer = client.get().byRequest(order.getKey());
                for (int attempt = 0; answer.retryable() && attempt < 100; attempt++) {
                    Thread.sleep(200);
                    answer = client.get().byRequest(order.getKey());
                }
                assertThat(answer.retryable())
                        .as("request %s is still open: %s (seed %d)", order.getKey(), answer.text(), seed)
                        .isFalse();
                Answer told = till.decided().get(order.getKey());
                if (told != null) {
                    assertThat(answer.text())
                            .as("the answer to %s, read again (seed %d)", order.getKey(), seed)
                            .isEqualTo(told.text());
                }
                outcome.put(order.getKey(), answer);
            }
        }
        return outcome;
    }

    /**
     * Compares what the tills were told with what the books and the security module hold.
     *
     * @param outcome what {@link #settle} found
     * @param data the data directory, whose server was stopped
     */
    void compare(Map<String, Answer> outcome, Path data) {
        assertThat(tills)
                .allSatisfy(till -> assertThat(till.contradictions())
                        .as("answers that differ (seed %d)", seed)
                        .isEmpty());
        Set<String> sold = new HashSet<>();
        Set<String> tokens = new HashSet<>();
        outcome.forEach((request, answer) -> {
            if (answer.sold()) {
                sold.add(request);
                JsonNode list = answer.body().path("tokens");
                assertThat(list.size())
                        .as("tokens of %s (seed %d)", request, seed)
                        .isEqualTo(1);
                assertThat(tokens.add(list.get(0).path("digits").asString()))
                        .as("token of %s is nobody else's (seed %d)", request, seed)
                        .isTrue();
            } else {
                assertThat(answer.status())
                        .as("request %s: %s (seed %d)", request, answer.text(), seed)
                        .isEqualTo(404); // never arrived
            }
        });
        assertThat(sold).as("something was sold (seed %d)", seed).isNotEmpty();
        try (Installation installation = Installation.open(settings, data)) {
            Vending vending = installation.vending();
            UtilityId utility = installation.utility().id();
            assertThat(vending.saleDesk().recover(utility))
                    .as("open reservations (seed %d)", seed)
                    .isZero();
            Verification books = vending.ledger().verify(utility);
            assertThat(books.faults()).as("the books (seed %d)", seed).isEmpty();
            assertThat(books.sales()).as("sales in the books (seed %d)", seed).isEqualTo(sold.size());
            assertThat(installation.securityModule().status().issuedMessages())
                    .as("what the security module issued (seed %d)", seed)
                    .isEqualTo(sold.size());
        }
        System.out.println(data.getFileName() + ": " + sold.size() + " sales, " + (outcome.size() - sold.size())
                + " requests that never arrived");
    }

    private void register(Vending vending, UtilityId utility) {
        SupplyGroupCode group = new SupplyGroupCode(123_457);
        KeyRevisionNumber revision = new KeyRevisionNumber(4);
        TariffIndex index = new TariffIndex(1);
        vending.supplyGroups()
                .register(utility, new SupplyGroup(group, "campaign", revision, KeyType.DUTK, Service.ELECTRICITY));
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
        for (int i = 1; i <= METERS; i++) {
            String digits = "07%08d".formatted(i);
            MeterPan pan = MeterPan.of(new DecoderReferenceNumber(digits + Luhn.checkDigit(digits)));
            meters.add(pan.drn().digits());
            vending.meters()
                    .register(
                            utility,
                            new Meter(
                                    pan,
                                    EncryptionAlgorithm.EA07,
                                    group,
                                    revision,
                                    index,
                                    KeyType.DUTK,
                                    2,
                                    MeterStatus.ACTIVE,
                                    Map.of()));
            vending.customers()
                    .register(utility, new Customer("c" + i, "customer " + i, Optional.empty(), Optional.empty()));
            vending.customers()
                    .register(
                            utility,
                            new Account(
                                    "a" + i,
                                    "c" + i,
                                    Optional.of(pan),
                                    group,
                                    index,
                                    "flat",
                                    AccountPosition.startOf(YearMonth.now(ZoneOffset.UTC)),
                                    List.of()));
        }
    }
}
