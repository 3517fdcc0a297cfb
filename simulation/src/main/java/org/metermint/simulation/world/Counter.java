package org.metermint.simulation.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleAnswer;

/**
 * Where messages meet the desk: questions of one step are there at once, each on a thread of its own, and the step ends
 * when all are answered. What a server says that died in the step is lost.
 */
final class Counter implements AutoCloseable {
    /** Far longer than anything takes: whoever waits longer would wait for ever. */
    private static final int PATIENCE_SECONDS = 60;

    private final Mood mood;
    private final Network network;
    private final Answers answers;
    private final List<Till> tills;
    private final Random random;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Counter(Mood mood, Network network, Answers answers, List<Till> tills, Random random) {
        this.mood = mood;
        this.network = network;
        this.answers = answers;
        this.tills = tills;
        this.random = random;
    }

    private record Asked(Message.Question question, boolean known, Future<Optional<Optional<SaleAnswer>>> answer) {}

    void deliver(Life life, List<Message> messages) {
        List<Asked> asked = new ArrayList<>();
        for (Message message : messages) {
            switch (message) {
                case Message.Reply reply -> tills.get(reply.till()).hear(reply);
                case Message.Question question ->
                    asked.add(new Asked(
                            question,
                            answers.isKnown(question.requestId()),
                            threads.submit(() -> answer(life, question))));
            }
        }
        if (mood.kind() == Mood.Kind.SLOW && !asked.isEmpty()) {
            whileTheModuleIsSlow(life, asked);
        }
        for (Asked each : asked) {
            Optional<Optional<SaleAnswer>> answer = result("the desk does not answer", life, each.answer());
            if (answer.isPresent() && !life.fuse().isBlown()) {
                answers.answered(each.question(), each.known(), answer.get());
                network.send(new Message.Reply(each.question(), answer.get()));
            }
        }
    }

    /** What the desk says; empty if it says nothing, as a channel that tells its client to ask again. */
    private Optional<Optional<SaleAnswer>> answer(Life life, Message.Question question) {
        var client = tills.get(question.till()).client();
        return switch (question) {
            case Message.Sell sell -> Optional.of(Optional.of(life.desk().sell(client, sell.request())));
            case Message.Advice advice -> {
                if (advice.forGood()) {
                    yield Optional.of(Optional.of(life.desk().advise(client, advice.requestId())));
                }
                try {
                    yield Optional.of(life.desk().byRequest(client, advice.requestId()));
                } catch (RefusedException e) {
                    if (e.refusal().code().retryable()) {
                        yield Optional.empty();
                    }
                    throw e;
                }
            }
        };
    }

    /** Somebody asks for advice, which must not wait for the module; then the module answers, or the server dies first. */
    private void whileTheModuleIsSlow(Life life, List<Asked> asked) {
        CountDownLatch taken = mood.taken();
        try {
            while (!asked.stream().allMatch(each -> each.answer().isDone()) && !taken.await(2, TimeUnit.MILLISECONDS)) {
                Thread.onSpinWait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the world was interrupted", e);
        }
        Message.Question first = asked.getFirst().question();
        Message.Question advice = new Message.Advice(first.till(), first.requestId(), random.nextBoolean());
        result("advice waits for the module", life, threads.submit(() -> answer(life, advice)))
                .ifPresent(answer -> {
                    if (!life.fuse().isBlown()) {
                        answers.answered(advice, asked.getFirst().known(), answer);
                    }
                });
        if (random.nextInt(4) == 0) {
            life.fuse().blow();
        }
        mood.become(random.nextBoolean() ? Mood.Kind.WELL : Mood.Kind.FAILS_AFTER, 0);
    }

    /** One round of recovery. */
    void recover(Life life, UtilityId utility) {
        if (mood.kind() == Mood.Kind.SLOW) {
            mood.become(Mood.Kind.WELL, 0);
        }
        result("recovery does not end", life, threads.submit(() -> {
            try {
                return Optional.of(life.desk().recover(utility));
            } catch (RefusedException e) {
                return Optional.empty();
            }
        }));
    }

    /** Does something that must come to an end. */
    <T> T within(String otherwise, Callable<T> work) {
        try {
            return threads.submit(work).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new BreachException(otherwise);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the world was interrupted", e);
        }
    }

    private static <T> Optional<T> result(String otherwise, Life life, Future<Optional<T>> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new BreachException(otherwise + " within " + PATIENCE_SECONDS + " s");
        } catch (ExecutionException e) {
            if (life.fuse().isBlown()) {
                return Optional.empty();
            }
            BreachException breach = new BreachException("the desk throws " + e.getCause());
            breach.initCause(e.getCause());
            throw breach;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the world was interrupted", e);
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
