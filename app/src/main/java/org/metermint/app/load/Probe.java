package org.metermint.app.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.metermint.app.CommandFailure;

/** One question before a run: that there is a server, and that it knows the first client. */
final class Probe implements Traffic {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Orders orders;
    private final Reading reading = new Reading();
    private boolean asked;
    private boolean over;
    private String problem = "";

    private Probe(Orders orders) {
        this.orders = orders;
    }

    /**
     * Asks for a request that was never made.
     *
     * @throws CommandFailure unless the answer is that there is none
     */
    static void requireReady(InetSocketAddress server, Orders orders) throws IOException {
        Probe probe = new Probe(orders);
        try (Generator generator = new Generator(server, 1, TIMEOUT)) {
            generator.run(probe);
        }
        if (!probe.problem.isEmpty()) {
            throw new CommandFailure(
                    "the server at " + server.getHostString() + ":" + server.getPort() + " is not ready: "
                            + probe.problem,
                    "Start it with metermint start, and check --url and the client's id and secret.");
        }
    }

    @Override
    public boolean next(long now, Exchange exchange) {
        if (asked) {
            return false;
        }
        asked = true;
        int firstOfClient = 0;
        orders.writeQuestion(firstOfClient, exchange.request);
        return true;
    }

    @Override
    public long wakeAt(long now) {
        return Long.MAX_VALUE;
    }

    @Override
    public void answered(Exchange exchange, AnswerParser answer, long now) {
        reading.read(answer);
        problem = reading.kind() == Reading.Kind.ABSENT ? "" : "it answers " + reading.outcome();
        over = true;
    }

    @Override
    public void failed(Exchange exchange, Failure why, long now) {
        problem = switch (why) {
            case TIMEOUT -> "no answer came in " + TIMEOUT.toSeconds() + " s";
            case CONNECTION -> "the connection was refused or broke";
            case MALFORMED -> "what answers does not speak HTTP/1.1";
        };
        over = true;
    }

    @Override
    public void tick(long now) {
        // nothing to count
    }

    @Override
    public boolean isOver(long now) {
        return over;
    }
}
