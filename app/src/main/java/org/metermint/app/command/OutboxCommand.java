package org.metermint.app.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.metermint.app.server.Books;
import org.metermint.vending.outbox.ConsumerStatus;
import org.metermint.vending.outbox.ParkedEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code metermint outbox}: events on their way to those who act on them. */
@Command(
        name = "outbox",
        description =
                "Shows how far events are on their way to those who act on them, and has parked ones tried again.",
        mixinStandardHelpOptions = true)
public final class OutboxCommand implements Runnable {
    private static final int MOST = 100;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "list",
            description = "Every consumer with the age of what it was not handed yet, and up to " + MOST
                    + " parked events with the reason.",
            mixinStandardHelpOptions = true)
    int list(@Mixin UtilityOptions where, @Mixin Output output) {
        try (Books books = where.books()) {
            List<ConsumerStatus> consumers =
                    books.outbox().status(books.utility().id());
            List<ParkedEvent> parked = books.outbox().parked(books.utility().id(), MOST);
            StringBuilder words = new StringBuilder();
            for (ConsumerStatus consumer : consumers) {
                words.append("%-20s  %d s behind, %d parked%n"
                        .formatted(consumer.consumer(), consumer.lag().toSeconds(), consumer.parked()));
                consumer.failure()
                        .ifPresent(failure -> words.append("  failed %d times: %s; tried again at %s%n"
                                .formatted(
                                        consumer.attempts(),
                                        failure,
                                        consumer.retryAt().orElseThrow())));
            }
            for (ParkedEvent event : parked) {
                words.append("parked for %s: event %d, %s of %s: %s%n"
                        .formatted(
                                event.consumer(),
                                event.event().seq(),
                                event.event().kind(),
                                event.event().subject(),
                                event.reason()));
            }
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("consumers", consumers);
            facts.put("parked", parked);
            output.say(
                    facts,
                    words.isEmpty()
                            ? "No consumer was handed anything yet."
                            : words.toString().stripTrailing());
        }
        return 0;
    }

    @Command(
            name = "retry",
            description = "Has the parked events of a consumer tried again, once, by the running server.",
            mixinStandardHelpOptions = true)
    int retry(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "CONSUMER", description = "Its name, as list shows it.") String consumer) {
        try (Books books = where.books()) {
            int events = books.outbox().retry(books.utility().id(), consumer);
            output.say(Map.of("events", events), events + " parked events are tried again.");
        }
        return 0;
    }
}
