package org.metermint.app.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.client.ClientFile;
import org.metermint.app.client.Credential;
import org.metermint.app.client.RestClient;
import org.metermint.app.command.DataOptions;
import org.metermint.app.command.Output;
import org.metermint.app.demo.DemonstrationUtility.Household;
import org.metermint.app.meter.VirtualMeters;
import org.metermint.app.server.Installation;
import org.metermint.app.server.Server;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.metermint.meter.Answer;
import org.metermint.meter.Credit;
import org.metermint.meter.MeterFileException;
import org.metermint.meter.MeterSpecification;
import org.metermint.meter.VirtualMeter;
import org.metermint.token.CreditType;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.vendor.ClientSecret;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/**
 * {@code metermint demo}: a payment becomes a token, and the token becomes credit on a meter. The sale goes over HTTP
 * like any other; what the meter answers is the meter's own decision.
 */
@Command(
        name = "demo",
        description = {
            "Shows a sale from nothing: makes a demonstration utility on public test keys (TEST ONLY), sells to one of"
                    + " its customers over the REST interface, and keys the token into a virtual meter, twice.",
            "Leaves the server up, unless --once is given."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:the credit arrived, and the second entry was refused as used", "1:anything else"},
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {

    private static final String CLIENT = "demonstration";
    private static final String VENDOR = "demonstration";
    private static final String TENDER = "200.00";
    private static final String CURRENCY = "ZAR";
    private static final String USED = "UsedError";

    @Mixin
    private DataOptions where = new DataOptions();

    @Mixin
    private Output output = new Output();

    @Option(names = "--once", description = "Show one sale and end.")
    private boolean once;

    @Option(
            names = "--separate-security-module",
            description = "Run the security module in a process of its own, and sell through it over TLS: this process"
                    + " then holds no key. Its store is beside the data directory.")
    private boolean separate;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port to listen on; default: that of the configuration, or with --once a free one.")
    private @Nullable String port;

    @Override
    public Integer call() throws IOException, InterruptedException, MeterFileException {
        Settings settings = where.settings();
        if (port != null || once) {
            settings = settings.with(Setting.HTTP_PORT, port != null ? port : "0");
        }
        requireDemonstration(settings);
        output.tell("TEST ONLY: everything here is made with public test keys; no real meter takes it.\n");
        if (!separate) {
            return demonstrate(settings, Map.of());
        }
        Path data = where.data();
        try (SeparateModule module =
                SeparateModule.start(data.resolveSibling(data.getFileName() + "-security-module"))) {
            output.tell(module.words());
            return demonstrate(module.settings(settings), Map.of("security_module_process", module.pid()));
        }
    }

    private int demonstrate(Settings settings, Map<String, Object> more)
            throws IOException, InterruptedException, MeterFileException {
        try (Server server = Server.start(settings, where.data())) {
            DemonstrationUtility.install(server.installation());
            boolean shown = show(server, more);
            if (once) {
                return shown ? 0 : 1;
            }
            stayUp(server);
            return 0;
        }
    }

    /** Public test keys must never come into the security module of a real utility. */
    private void requireDemonstration(Settings settings) {
        if (!DemonstrationUtility.isNamedBy(settings)) {
            throw new CommandFailure(
                    "the configuration names utility '" + settings.text(Setting.UTILITY_CODE)
                            + "', and the demonstration would put public test keys into its security module",
                    "Give the demonstration a directory of its own, with --data DIR.");
        }
    }

    private boolean show(Server server, Map<String, Object> more)
            throws IOException, InterruptedException, MeterFileException {
        Household household = DemonstrationUtility.HOUSEHOLDS.getFirst();
        Credential credential = credential(server.installation());
        ClientFile.write(server.installation().directory(), server.url(), credential);
        JsonNode sale = sell(server, credential, household);
        output.tell(sale.path("receipt_text").asString());
        List<String> tokens = new ArrayList<>();
        sale.path("tokens").forEach(token -> tokens.add(token.path("digits").asString()));

        VirtualMeters meters =
                VirtualMeters.in(server.installation().directory().path());
        makeMeters(meters);
        try (VirtualMeter meter = meters.open(household.pan())) {
            Credit before = meter.status().balance();
            output.tell("The customer keys the digits into the meter, which holds " + before + ":");
            List<Answer> first = enter(meter, tokens);
            Credit after = meter.status().balance();
            output.tell("\nSomebody keys the same digits in once more:");
            List<Answer> second = enter(meter, tokens);

            boolean arrived = first.stream().allMatch(Answer::accepted)
                    && after.grains() - before.grains()
                            == Credit.ofUnits(
                                            CreditType.ELECTRICITY,
                                            new java.math.BigDecimal(
                                                    sale.path("units").asString()))
                                    .grains();
            boolean refused = second.getLast().result().equals(USED)
                    && meter.status().balance().equals(after);
            Map<String, Object> facts = facts(sale, tokens, first, second, arrived, refused);
            facts.putAll(more);
            output.say(
                    facts,
                    "\n" + (arrived ? "The credit arrived" : "THE CREDIT DID NOT ARRIVE")
                            + ", and the second entry was " + (refused ? "refused as used." : "NOT REFUSED AS USED."));
            return arrived && refused;
        }
    }

    private JsonNode sell(Server server, Credential credential, Household household)
            throws IOException, InterruptedException {
        output.tell("POST " + server.url() + "/v1/sales: " + TENDER + " " + CURRENCY + " for meter "
                + household.meterNumber() + "\n");
        try (RestClient client = new RestClient(server.url(), credential)) {
            RestClient.Answer answer = client.sell(
                    UUID.randomUUID().toString(),
                    new RestClient.Order(household.meterNumber(), TENDER, CURRENCY, "CASH"),
                    true);
            if (!answer.sold()) {
                throw new CommandFailure(
                        "the server refused the sale with status " + answer.status() + ": " + answer.text(),
                        "Try it with an empty data directory, --data DIR.");
            }
            return answer.body();
        }
    }

    private List<Answer> enter(VirtualMeter meter, List<String> tokens) throws MeterFileException {
        List<Answer> answers = new ArrayList<>();
        for (String token : tokens) {
            Answer answer = meter.enter(token);
            output.tell("  " + grouped(token) + "  " + answer.display() + ": " + answer.explanation());
            answers.add(answer);
        }
        return answers;
    }

    /** A new secret at every run: the old one is known to nobody any more. */
    private static Credential credential(Installation installation) {
        var utility = installation.utility();
        String id = utility.code() + "." + CLIENT;
        ClientSecret made;
        try {
            made = installation.vending().clients().create(utility.id(), id, VENDOR);
        } catch (RefusedException e) {
            if (e.refusal().code() != RefusalCode.ALREADY_EXISTS) {
                throw e;
            }
            made = installation.vending().clients().renew(utility.id(), id);
        }
        return new Credential(made.clientId(), made.secret());
    }

    private static void makeMeters(VirtualMeters meters) throws MeterFileException {
        for (Household household : DemonstrationUtility.HOUSEHOLDS) {
            if (!meters.exists(household.pan())) {
                meters.makeTestOnly(
                                MeterSpecification.of(household.pan(), household.algorithm(), CreditType.ELECTRICITY),
                                household.supplyGroup(),
                                household.revision(),
                                DemonstrationUtility.TARIFF_INDEX)
                        .close();
            }
        }
    }

    private void stayUp(Server server) throws InterruptedException {
        StringBuilder words = new StringBuilder("""

                The server stays up at %s
                  health    %1$s/actuator/health
                  metrics   %1$s/actuator/prometheus
                  interface %1$s/v1/openapi.json

                Meters to sell to, from another terminal:
                """.formatted(server.url()));
        for (Household household : DemonstrationUtility.HOUSEHOLDS) {
            words.append("  ./metermint sale sell --meter %s --tender 50.00   (%s)\n"
                    .formatted(household.meterNumber(), household.name()));
        }
        output.tell(words + "  ./metermint meter enter "
                + DemonstrationUtility.HOUSEHOLDS.getFirst().meterNumber()
                + " \"1234 5678 9012 3456 7890\"\n\nStop it with Ctrl-C.");
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
        new CountDownLatch(1).await(); // the shutdown hook ends the process
    }

    private static Map<String, Object> facts(
            JsonNode sale,
            List<String> tokens,
            List<Answer> first,
            List<Answer> second,
            boolean arrived,
            boolean refused) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("test_only", true);
        facts.put("sale", sale.path("id").asString());
        facts.put("units", sale.path("units").asString());
        facts.put("tokens", tokens);
        facts.put("first_entry", first.stream().map(Answer::result).toList());
        facts.put("second_entry", second.stream().map(Answer::result).toList());
        facts.put("credit_arrived", arrived);
        facts.put("second_refused_as_used", refused);
        return facts;
    }

    private static String grouped(String digits) {
        return digits.replaceAll("(.{4})(?=.)", "$1 ");
    }
}
