package org.metermint.vending.effect.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.metermint.vending.effect.CustomerEffect;
import org.metermint.vending.effect.Effect;
import org.metermint.vending.effect.Question;
import org.metermint.vending.ledger.Progress;
import org.metermint.vending.sale.PastSale;

/**
 * Sales on their way from the one thread that reads them to those that price them. Whole accounts travel in chunks, a few
 * at a time, and what they came to is taken in the order in which they were read.
 */
final class Chunks implements AutoCloseable {
    private static final int PRICING_THREADS = 2;

    /** Sales of a chunk, or a few more, since accounts stay whole. */
    private static final int SIZE = 1_000;

    /** Chunks under way: what is in memory at most. */
    private static final int WINDOW = 6;

    /** How many customers are named at either end. */
    private static final int NAMED = 10;

    /** Those with the least change first; of equals by number. */
    private static final Comparator<CustomerEffect> BY_CHANGE = Comparator.<CustomerEffect>comparingInt(
                    customer -> customer.hundredths().orElse(0))
            .thenComparing(CustomerEffect::account);

    private final ExecutorService threads = Executors.newFixedThreadPool(
            PRICING_THREADS, Thread.ofPlatform().daemon().name("pricing-", 0).factory());
    private final Deque<Future<Tally>> underWay = new ArrayDeque<>();
    private final Supplier<Replay> replays;
    private final Consumer<CustomerEffect> each;
    private final Progress progress;
    private final Tally total = new Tally();
    private final SpreadCount spread = new SpreadCount();
    private final PriorityQueue<CustomerEffect> worst = new PriorityQueue<>(BY_CHANGE.reversed());
    private final PriorityQueue<CustomerEffect> best = new PriorityQueue<>(BY_CHANGE);
    private List<List<PastSale>> accounts = new ArrayList<>();
    private int waiting;
    private long customers;
    private boolean empty = true;

    Chunks(Supplier<Replay> replays, Consumer<CustomerEffect> each, Progress progress) {
        this.replays = replays;
        this.each = each;
        this.progress = progress;
    }

    boolean isEmpty() {
        return empty;
    }

    /** Takes the next sale, of the same account as the one before or of another. */
    void add(PastSale sale) {
        empty = false;
        boolean same =
                !accounts.isEmpty() && accounts.getLast().getFirst().account().equals(sale.account());
        if (!same) {
            if (waiting >= SIZE) {
                send();
            }
            accounts.add(new ArrayList<>());
        }
        accounts.getLast().add(sale);
        waiting++;
    }

    private void send() {
        List<List<PastSale>> chunk = accounts;
        accounts = new ArrayList<>();
        waiting = 0;
        underWay.add(threads.submit(() -> {
            Tally tally = new Tally();
            Replay replay = replays.get();
            chunk.forEach(account -> replay.account(account, tally));
            return tally;
        }));
        if (underWay.size() >= WINDOW) {
            take();
        }
    }

    private void take() {
        Tally tally;
        try {
            tally = underWay.remove().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("pricing was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a sale could not be priced again", e.getCause());
        }
        total.add(tally);
        tally.customers().forEach(this::take);
        progress.reach(total.seen());
    }

    private void take(CustomerEffect customer) {
        each.accept(customer);
        if (customer.sales() > 0) {
            customers++;
        }
        customer.hundredths().ifPresent(change -> {
            spread.add(change);
            keep(change < 0 ? worst : best, change, customer);
        });
    }

    private static void keep(PriorityQueue<CustomerEffect> named, int change, CustomerEffect customer) {
        if (change != 0) {
            named.add(customer);
            if (named.size() > NAMED) {
                named.remove();
            }
        }
    }

    /** What all sales came to. */
    Effect effect(Question question, boolean inCurrency) {
        if (!accounts.isEmpty()) {
            send();
        }
        while (!underWay.isEmpty()) {
            take();
        }
        return new Effect(
                question,
                inCurrency,
                total.sales(),
                customers,
                total.lineTotals(),
                total.credit(),
                total.tender(),
                total.byUnits(),
                total.refused(),
                total.unlike(),
                total.reversed(),
                total.restarted(),
                spread.spread(),
                worst.stream().sorted(BY_CHANGE).toList(),
                best.stream().sorted(BY_CHANGE.reversed()).toList());
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
