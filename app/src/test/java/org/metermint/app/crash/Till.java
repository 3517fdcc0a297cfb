package org.metermint.app.crash;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.metermint.app.client.RestClient;
import org.metermint.app.client.RestClient.Answer;
import org.metermint.app.client.RestClient.Order;

/**
 * A till that sells without end to a server which is killed again and again. It repeats a request until it is decided,
 * as a good client does; now and then it gives up instead, and now and then it repeats one that was decided.
 */
final class Till implements Runnable {

    private final String name;
    private final Random random;
    private final List<String> meters;
    private final Supplier<RestClient> server;
    private final Duration pause;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private final Map<String, Order> orders = new ConcurrentHashMap<>();
    private final Map<String, Answer> decided = new ConcurrentHashMap<>();
    private final Map<String, Answer> postponed = new ConcurrentHashMap<>();
    private final Queue<String> contradictions = new ConcurrentLinkedQueue<>();

    /**
     * A till.
     *
     * @param pause between two attempts at one request
     */
    Till(String name, Random random, List<String> meters, Supplier<RestClient> server, Duration pause) {
        this.name = name;
        this.random = random;
        this.meters = meters;
        this.server = server;
        this.pause = pause;
    }

    @Override
    public void run() {
        for (int number = 1; open.get(); number++) {
            String request = order(name + "-" + number);
            boolean patient = random.nextInt(8) > 0;
            if (!decide(request, patient)) {
                continue;
            }
            if (random.nextInt(10) == 0) {
                decide(request, false);
            }
        }
    }

    /** Makes one sale on the thread of the caller, however often it must be asked for. */
    Answer sell(String request) {
        decide(order(request), true);
        return decided.get(request);
    }

    /** Asks for one sale once, whatever comes of it. */
    Answer ask(String request) throws IOException, InterruptedException {
        return server.get().sell(request, orders.get(order(request)), false);
    }

    /** What is wanted under a request id, for ever the same. */
    private String order(String request) {
        if (orders.containsKey(request)) {
            return request;
        }
        String tender = (10 + random.nextInt(490)) + ".00";
        orders.put(request, new Order(hotMeter(), tender, "ZAR", "CASH"));
        return request;
    }

    /** Any meter, but the first more often than the last, so that tills meet there. */
    private String hotMeter() {
        return meters.get(Math.min(random.nextInt(meters.size()), random.nextInt(meters.size())));
    }

    void close() {
        open.set(false);
    }

    Map<String, Order> orders() {
        return orders;
    }

    /** What was answered for good, by request. */
    Map<String, Answer> decided() {
        return decided;
    }

    /** The answers that decided nothing since this was last asked, one of each code. */
    Map<String, Answer> takePostponed() {
        Map<String, Answer> taken = Map.copyOf(postponed);
        postponed.keySet().removeAll(taken.keySet());
        return taken;
    }

    /** Requests that got two answers that differ. */
    Queue<String> contradictions() {
        return contradictions;
    }

    /** Sends a request until it is decided; an impatient one gives up at the first failure. */
    private boolean decide(String request, boolean patient) {
        do {
            try {
                Answer answer = server.get().sell(request, orders.get(request), false);
                if (!answer.retryable()) {
                    note(request, answer);
                    return true;
                }
                postponed.putIfAbsent(answer.body().path("code").asString(""), answer);
            } catch (IOException e) {
                // the server was killed: nothing is known, which is what repeating is for
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            pause();
        } while (patient && open.get());
        return false;
    }

    void note(String request, Answer answer) {
        Answer before = decided.putIfAbsent(request, answer);
        if (before != null && !before.equals(answer)) {
            contradictions.add(request + ": first " + before.text() + "\nthen " + answer.text());
        }
    }

    private void pause() {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
