package org.metermint.app.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.client.Credential;
import org.metermint.app.command.Hidden;
import org.metermint.app.command.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code metermint load}: how a server sells under load, and whether it sold right. */
@Command(
        name = "load",
        description = {
            "Sells over the REST interface of a running server from many connections at once, says how fast and how"
                    + " soon, and proves afterwards that every sale is there once.",
            "It makes sales that are booked and paid by nobody: only for installations that are there to be tried."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:the run was made, and nothing is wrong",
            "1:there was no run",
            "2:not understood",
            "3:sales are lost, doubled or changed, or their fate is not known"
        },
        mixinStandardHelpOptions = true,
        subcommands = PrepareCommand.class)
public final class LoadCommand implements Callable<Integer> {

    /** The proof failed. */
    static final int WRONG = 3;

    private static final int MOST_CONNECTIONS = 16_384;
    private static final long STORM_TIMEOUT_MILLIS = 300;
    private static final long TIMEOUT_MILLIS = 30_000;

    @Mixin
    private Output output = new Output();

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "Address of the server; default: ${DEFAULT-VALUE}.")
    private URI url = URI.create("");

    @Option(names = "--client", paramLabel = "ID", description = "Client id; its secret stands in --secret-file.")
    private @Nullable String client;

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            description = "File whose first line is the secret of --client.")
    private @Nullable Path secretFile;

    @Option(
            names = "--clients",
            paramLabel = "FILE",
            description = "Many clients instead of one: a line each, id and secret with a colon between, as prepare"
                    + " writes them.")
    private @Nullable Path clients;

    @Option(
            names = "--meters",
            paramLabel = "FILE|PREFIX:COUNT",
            description = "Meters to sell to: a file with one number a line, or a range as prepare makes it.")
    private @Nullable String meters;

    @Option(
            names = "--tenders",
            paramLabel = "FROM-TO",
            defaultValue = "10.00-500.00",
            description = "What customers pay; default: ${DEFAULT-VALUE}.")
    private String tenders = "";

    @Option(
            names = "--currency",
            paramLabel = "CODE",
            defaultValue = "ZAR",
            description = "In which currency; default: ${DEFAULT-VALUE}.")
    private String currency = "";

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "64",
            description = "Connections at once; default: ${DEFAULT-VALUE}. Without --rate each of them sends its next"
                    + " order when the last one has ended.")
    private int connections;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Orders a second, whatever became of those before: latency counts from the instant at which"
                    + " an order was due.")
    private @Nullable Double rate;

    @Option(
            names = "--arrivals",
            paramLabel = "KIND",
            defaultValue = "POISSON",
            description = "With --rate: poisson, as independent customers come, or fixed; default: poisson.")
    private Arrivals.Kind arrivals = Arrivals.Kind.POISSON;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long it is measured; default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "6",
            description = "How long it goes before that, without being counted; default: ${DEFAULT-VALUE}.")
    private int warmUp;

    @Option(
            names = "--hot-vendor",
            paramLabel = "SHARE",
            description = "Share of the orders, 0 to 1, that come from the first client; default: all come as often.")
    private @Nullable Double hotVendor;

    @Option(
            names = "--duplicates",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "Share of the orders, 0 to 1, that are sent two to four times at once, over as many"
                    + " connections; the answers must be the same.")
    private double duplicates;

    @Option(
            names = "--retry-storm",
            description = "Customers without patience: a request that is not decided within --timeout is sent again at"
                    + " once, over a new connection, until it is.")
    private boolean storm;

    @Option(
            names = "--timeout",
            paramLabel = "MILLIS",
            description = "How long a request waits for its answer; default: 30000, with --retry-storm 300.")
    private @Nullable Long timeout;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of clients, meters, tenders and arrivals; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--verify",
            paramLabel = "EXTENT",
            defaultValue = "ALL",
            description = "What is asked for afterwards: all requests, a sample of the acknowledged and all others, or"
                    + " none; default: all.")
    private Proof.Extent verify = Proof.Extent.ALL;

    @Override
    public Integer call() {
        requireRanges();
        List<Credential> credentials = credentials();
        if (meters == null) {
            throw new CommandFailure(
                    "no meters are named", "Name them with --meters; metermint load prepare makes some.");
        }
        Orders orders = new Orders(
                host(),
                credentials,
                MeterList.of(meters),
                Tenders.parse(tenders, currency),
                new Orders.Mix(seed, hotVendor == null ? -1 : hotVendor, duplicates),
                "load-" + Long.toString(new SecureRandom().nextLong(1L << 40), 36));
        try {
            return run(orders);
        } catch (IOException e) {
            throw new CommandFailure(
                    "the run broke off: " + e.getMessage(), "Check how many files a process may have open.", e);
        }
    }

    private void requireRanges() {
        require(connections >= 1 && connections <= MOST_CONNECTIONS, "--connections", connections, "1..16384");
        require(seconds >= 1 && seconds <= 86_400, "--seconds", seconds, "1..86400");
        require(warmUp >= 0 && warmUp <= 3_600, "--warm-up", warmUp, "0..3600");
        require(rate == null || (rate >= 0.1 && rate <= 1_000_000), "--rate", rate, "0.1..1000000");
        require(hotVendor == null || (hotVendor >= 0 && hotVendor <= 1), "--hot-vendor", hotVendor, "0..1");
        require(duplicates >= 0 && duplicates <= 1, "--duplicates", duplicates, "0..1");
        require(timeout == null || (timeout >= 1 && timeout <= 600_000), "--timeout", timeout, "1..600000");
    }

    private static void require(boolean holds, String option, @Nullable Object value, String bounds) {
        if (!holds) {
            throw new CommandFailure(option + " " + value + " is outside " + bounds, "Give a value within.");
        }
    }

    private List<Credential> credentials() {
        if (clients != null && client == null) {
            return ClientsFile.read(clients);
        }
        if (client != null && secretFile != null && clients == null) {
            char[] secret = Hidden.ofFile("secret", secretFile);
            return List.of(new Credential(client, new String(secret)));
        }
        throw new CommandFailure(
                "no client is named, or more than one",
                "Give --clients FILE, or --client ID with --secret-file FILE; metermint load prepare makes clients.");
    }

    private String host() {
        if (!"http".equals(url.getScheme())
                || url.getHost() == null
                || url.getUserInfo() != null
                || (url.getPath() != null && url.getPath().length() > 1)) {
            throw new CommandFailure(
                    "the address of the server is not of the form http://host:port",
                    "Measure the server itself, without the proxy that speaks TLS for it.");
        }
        return url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    private InetSocketAddress server() {
        String name = url.getHost();
        String bare = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
        InetSocketAddress server = new InetSocketAddress(bare, url.getPort() < 0 ? 80 : url.getPort());
        if (server.isUnresolved()) {
            throw new CommandFailure("there is no host " + name, "Check --url.");
        }
        return server;
    }

    private int run(Orders orders) throws IOException {
        InetSocketAddress server = server();
        Probe.requireReady(server, orders);
        Journal journal = new Journal();
        Faults faults = new Faults();
        Duration patience =
                Duration.ofMillis(timeout != null ? timeout : storm ? STORM_TIMEOUT_MILLIS : TIMEOUT_MILLIS);
        SaleTraffic.Plan plan = new SaleTraffic.Plan(
                Duration.ofSeconds(warmUp),
                Duration.ofSeconds(seconds),
                connections,
                Optional.ofNullable(rate).map(perSecond -> new Arrivals(arrivals, perSecond, seed)),
                storm,
                storm ? Duration.ofMillis(TIMEOUT_MILLIS) : patience.plusSeconds(1),
                patience);
        SaleTraffic sales = new SaleTraffic(
                orders, journal, faults, plan, (second, warm, tally) -> output.tell(Report.line(second, warm, tally)));
        output.tell(opening(orders));
        output.tell(Report.HEADING);
        try (Generator generator = new Generator(server, connections + forCopies(), patience)) {
            generator.run(sales);
            sales.finish(generator.now());
        }
        Report report = new Report(sales, plan.measured());
        output.tell(report.words());
        Map<String, Object> found = prove(server, new Proof(orders, journal, faults));
        say(report, found, faults);
        return faults.count() == 0 ? 0 : WRONG;
    }

    /** Copies of an order leave at the same instant; for that there are connections that carry nothing else. */
    private int forCopies() {
        return duplicates == 0 ? 0 : Math.max(3, connections / 2);
    }

    private String opening(Orders orders) {
        return String.format(
                Locale.ROOT,
                "%s, %d connections, %d clients, %s, seed %d: %s",
                url,
                connections,
                orders.clients(),
                rate == null ? "closed loop" : String.format(Locale.ROOT, "%.1f orders/s, %s", rate, arrivals),
                seed,
                rate == null
                        ? "a server that stalls is asked less; see --rate for latency that counts the wait"
                        : "latency counts from the instant an order was due");
    }

    private Map<String, Object> prove(InetSocketAddress server, Proof proof) throws IOException {
        long all = proof.count(verify, seed);
        long[] told = {System.nanoTime()};
        return proof.run(server, verify, seed, settled -> {
            if (System.nanoTime() - told[0] > 5_000_000_000L) {
                told[0] = System.nanoTime();
                output.tell(String.format(Locale.ROOT, "asked for %d of %d requests", settled, all));
            }
        });
    }

    private void say(Report report, Map<String, Object> found, Faults faults) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("url", url.toString());
        facts.put("connections", connections);
        facts.put("rate", rate == null ? "closed" : rate);
        facts.put("seed", seed);
        facts.putAll(report.facts());
        facts.put("verify", verify.name().toLowerCase(Locale.ROOT));
        facts.putAll(found);
        facts.put("fault_count", faults.count());
        facts.put("faults", faults.words());
        output.say(facts, Report.words(found, faults));
    }
}
