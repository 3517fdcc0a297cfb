package org.metermint.app.command;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.client.ClientFile;
import org.metermint.app.client.Credential;
import org.metermint.app.client.RestClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code metermint sale}: sells over the REST interface of a running server. */
@Command(
        name = "sale",
        description = "Sells, and shows sales, over the REST interface of a running server.",
        mixinStandardHelpOptions = true)
public final class SaleCommand implements Runnable {

    @picocli.CommandLine.Spec
    private picocli.CommandLine.Model.CommandSpec spec = picocli.CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** Which server, and as whom. */
    static final class ServerOptions {

        @Mixin
        private DataOptions where = new DataOptions();

        @Option(
                names = "--server",
                paramLabel = "URL",
                description = "Address of the server; default: that of the demonstration, or http://127.0.0.1:8080.")
        private @Nullable String server;

        @Option(
                names = "--client",
                paramLabel = "ID",
                description = "Client id; its secret is taken from the environment, METERMINT_SECRET. Default: the"
                        + " client of the demonstration.")
        private @Nullable String client;

        RestClient connect() {
            Optional<ClientFile> demonstration = ClientFile.read(where.data());
            String url =
                    server != null ? server : demonstration.map(ClientFile::url).orElse("http://127.0.0.1:8080");
            if (client != null) {
                String secret = System.getenv("METERMINT_SECRET");
                if (secret == null) {
                    throw new CommandFailure(
                            "the secret of client " + client + " is not known",
                            "Put it into the environment variable METERMINT_SECRET.");
                }
                return new RestClient(url, new Credential(client, secret));
            }
            return new RestClient(
                    url,
                    demonstration
                            .orElseThrow(() -> new CommandFailure(
                                    "no client is named, and no demonstration was run in " + where.data(),
                                    "Name one with --client, and its secret in METERMINT_SECRET."))
                            .credential());
        }
    }

    @Command(name = "sell", description = "Sells to a meter and prints the receipt.", mixinStandardHelpOptions = true)
    int sell(
            @Mixin ServerOptions options,
            @Mixin Output output,
            @Option(names = "--meter", required = true, paramLabel = "NUMBER", description = "Number of the meter.")
                    String meter,
            @Option(
                            names = "--tender",
                            required = true,
                            paramLabel = "AMOUNT",
                            description = "Amount paid, such as 100.00.")
                    String tender,
            @Option(
                            names = "--currency",
                            defaultValue = "ZAR",
                            description = "Its currency; default: ${DEFAULT-VALUE}.")
                    String currency,
            @Option(
                            names = "--payment",
                            defaultValue = "CASH",
                            description = "CASH, CARD, MOBILE_MONEY, TRANSFER or OTHER; default: ${DEFAULT-VALUE}.")
                    String payment,
            @Option(
                            names = "--request",
                            paramLabel = "ID",
                            description = "Name of this sale, chosen once; repeat a sale with the same one. Default: a"
                                    + " new one.")
                    @Nullable String request) {
        String name = request != null ? request : UUID.randomUUID().toString();
        try (RestClient client = options.connect()) {
            RestClient.Answer answer = client.sell(name, new RestClient.Order(meter, tender, currency, payment), true);
            return show(output, answer);
        } catch (IOException e) {
            throw new CommandFailure(
                    "no answer came from the server (" + e + "); the sale may have been made",
                    "Repeat it with --request " + name + ": no second token can result.",
                    e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Command(
            name = "show",
            description = "Shows a sale by its id, or what became of a request.",
            mixinStandardHelpOptions = true)
    int show(
            @Mixin ServerOptions options,
            @Mixin Output output,
            @Parameters(arity = "0..1", paramLabel = "SALE", description = "Id of the sale.") @Nullable String sale,
            @Option(names = "--request", paramLabel = "ID", description = "The request instead of the sale.") @Nullable String request) {
        if ((sale == null) == (request == null)) {
            throw new CommandFailure("name a sale or a request, one of the two", "For example: sale show --request ID");
        }
        try (RestClient client = options.connect()) {
            return show(output, request != null ? client.byRequest(request) : client.sale(String.valueOf(sale)));
        } catch (IOException e) {
            throw new CommandFailure(
                    "no answer came from the server (" + e + ")",
                    "Start it with metermint start, or name another with --server.",
                    e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static int show(Output output, RestClient.Answer answer) {
        JsonNode body = answer.body();
        if (answer.status() >= 300) {
            throw new CommandFailure(
                    body.path("title").asString("The server refused") + ": "
                            + body.path("detail").asString(""),
                    body.path("remedy").asString("See docs/reference/errors.md."));
        }
        output.say(body, words(body));
        return 0;
    }

    private static String words(JsonNode sale) {
        if (sale.hasNonNull("receipt_text")) {
            return sale.path("receipt_text").asString();
        }
        StringBuilder words = new StringBuilder("sale %s: %s, %s %s for meter %s"
                .formatted(
                        sale.path("id").asString(),
                        sale.path("state").asString(),
                        sale.path("tender").asString(),
                        sale.path("currency").asString(),
                        sale.path("meter").asString()));
        for (JsonNode token : sale.path("tokens")) {
            words.append("\n  ")
                    .append(token.path("kind").asString())
                    .append("  ")
                    .append(token.path("grouped").asString());
        }
        return words.toString();
    }

    private static CommandFailure interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new CommandFailure("interrupted before the server answered", "Run the command again.", e);
    }
}
