package org.metermint.vending.sale.internal;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.SecurityModuleException;
import org.metermint.token.MeterPan;
import org.metermint.vending.database.DatabaseFailures;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.internal.BatchDecisions.Decision;
import org.metermint.vending.sale.internal.BatchTables.Issued;
import org.metermint.vending.sale.internal.BatchTransaction.Look;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A share of a utility's meters, sold to by one thread at a time. A round of the lane is one transaction, which completes
 * the sales of the round before and reserves those of the requests that came meanwhile, and then one call of the
 * security module for their tokens. Nothing waits for company: an idle lane has batches of one.
 */
final class Lane implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    /** How many requests one transaction takes at most. */
    static final int BATCH = 256;

    /** How often a batch is done again after a deadlock or a lost race, before its parts are done one by one. */
    private static final int ATTEMPTS = 4;

    /** What the desk does for its lanes. */
    interface Desk {
        /** Answers a request, which is then no longer under way. */
        void answer(Flight flight, SaleAnswer answer);

        /** Sales of the utility were completed. */
        void completed(UtilityId utility, List<Issued> sales);

        /** Gives up on a request for a reason that nobody foresaw. */
        void fail(Flight flight, RuntimeException failure);

        /** Answers from the sale that the request has, after carrying it to its end. */
        void answerFrom(Flight flight, UUID sale);

        /** Carries the open sale of the meter to its end, and then brings the request back. */
        void waitBehind(Flight flight, UUID openSale);

        /** The module has no tokens for a sale: refuses it, or leaves it open. */
        void unissued(Reservation sale, Exception reason);

        /** Completes a sale by itself. */
        void completeAlone(Issued issued);

        /** Whether a request has waited in line for too long to be sold to; then it is answered so. */
        boolean isStale(Flight flight);
    }

    private final UtilityId utility;
    private final BatchWork work;
    private final Desk desk;
    private final FairQueue<Flight> queue;
    private final AtomicBoolean running = new AtomicBoolean();

    /** Sales of this lane between their reservation and their end: recovery leaves them alone. */
    private final Set<UUID> held;

    Lane(UtilityId utility, BatchWork work, Desk desk, int capacity, Set<UUID> held) {
        this.utility = utility;
        this.work = work;
        this.desk = desk;
        this.queue = new FairQueue<>(capacity);
        this.held = held;
    }

    /** Puts a request in line; false if there is no place for it. */
    boolean offer(Flight flight) {
        return queue.offer(flight.client().vendorCode(), flight);
    }

    /** Puts a request in line again that had to give way. */
    void putBack(Flight flight) {
        queue.putBack(flight.client().vendorCode(), flight);
    }

    /** How many requests stand in line. */
    int waiting() {
        return queue.size();
    }

    boolean isRunning() {
        return running.get();
    }

    /** Whether the lane is idle and this caller is to run it. */
    boolean claim() {
        return queue.size() > 0 && running.compareAndSet(false, true);
    }

    /** Empties the line, and gives the lane free again that the caller has claimed. */
    void turnAway(Consumer<Flight> away) {
        queue.take(Integer.MAX_VALUE).forEach(away);
        running.set(false);
    }

    /** Works until nothing is left to do. The caller has {@linkplain #claim() claimed} the lane. */
    @Override
    public void run() {
        do {
            List<Issued> done = List.of();
            List<Flight> next = List.of();
            try {
                for (next = take(); !next.isEmpty() || !done.isEmpty(); next = take()) {
                    done = issue(round(done, next));
                }
            } catch (RuntimeException | Error e) {
                LOG.error("a lane of utility {} failed and goes on", utility.value(), e);
                // whoever was answered before is not answered again; recovery finds what was reserved
                done.forEach(desk::completeAlone);
                next.forEach(flight -> desk.fail(flight, new IllegalStateException("the sale desk failed", e)));
            } finally {
                running.set(false);
            }
        } while (claim());
    }

    private List<Flight> take() {
        List<Flight> taken = queue.take(BATCH);
        taken.removeIf(desk::isStale);
        return taken;
    }

    /** One transaction. Gives back what it reserved. */
    private List<Reservation> round(List<Issued> done, List<Flight> flights) {
        try {
            Optional<BatchDecisions> decided = attempt(done, flights);
            Map<UUID, Reservation.Tokens> tokens = new HashMap<>();
            done.forEach(issued -> tokens.put(issued.sale().id(), issued.tokens()));
            done.forEach(issued -> {
                held.remove(issued.sale().id());
                Optional<Reservation.Tokens> free = issued.sale().free().map(units -> tokens.get(units.id()));
                desk.answer(
                        issued.sale().flight(),
                        new SaleAnswer.Sold(issued.sale().issued(issued.tokens(), free, issued.decidedAt())));
            });
            if (!done.isEmpty()) {
                desk.completed(utility, done);
            }
            decided.ifPresent(decisions -> decisions.decisions().forEach(this::dispatch));
            return decided.map(BatchDecisions::reservations).orElse(List.of());
        } catch (SQLException e) {
            return DatabaseFailures.isUnavailable(e)
                    ? giveUp(done, flights, DatabaseFailures.unavailable(e))
                    : apart(done, flights, e);
        } catch (RefusedException e) {
            return giveUp(done, flights, e);
        } catch (RuntimeException e) {
            return apart(done, flights, e);
        }
    }

    /** Nothing can be done now: the requests may come again, and recovery finds what was reserved. */
    private List<Reservation> giveUp(List<Issued> done, List<Flight> flights, RefusedException reason) {
        done.forEach(desk::completeAlone);
        flights.forEach(flight -> desk.fail(flight, reason));
        return List.of();
    }

    private Optional<BatchDecisions> attempt(List<Issued> done, List<Flight> flights) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.run(utility, done, flights, attempt > 2, held);
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !DatabaseFailures.isRepeatable(e)) {
                    throw e;
                }
            }
        }
    }

    /** Does the parts of a batch that failed one by one, so that what is wrong with one fails no other. */
    private List<Reservation> apart(List<Issued> done, List<Flight> flights, Exception failure) {
        done.forEach(desk::completeAlone);
        // a batch that completes sales may have failed on one of these: another server can have ended it meanwhile
        if (flights.size() == 1 && done.isEmpty()) {
            LOG.error("a request failed in an unforeseen way", failure);
            desk.fail(flights.getFirst(), new IllegalStateException("the sale desk failed", failure));
            return List.of();
        }
        if (!flights.isEmpty()) {
            LOG.warn("a batch of {} requests failed and is done one by one: {}", flights.size(), failure.toString());
        }
        List<Reservation> reserved = new ArrayList<>();
        for (Flight flight : flights) {
            reserved.addAll(round(List.of(), List.of(flight)));
        }
        return reserved;
    }

    private void dispatch(Flight flight, Decision decision) {
        switch (decision) {
            case Decision.Answered answered -> desk.answer(flight, answered.answer());
            case Decision.Reserved reserved -> {}
            case Decision.Known known -> desk.answerFrom(flight, known.saleId());
            case Decision.Behind behind -> desk.waitBehind(flight, behind.openSale());
            case Decision.Later later -> putBack(flight);
            case Decision.Failed failed -> {
                LOG.error("a request failed in an unforeseen way", failed.failure());
                desk.fail(flight, failed.failure());
            }
        }
    }

    /** Asks the module for the tokens of a round: key change sets first, since a credit is worth nothing without. */
    private List<Issued> issue(List<Reservation> reserved) {
        if (reserved.isEmpty()) {
            return List.of();
        }
        Map<UUID, IssueOutcome> changes = new HashMap<>();
        List<Reservation> changing =
                reserved.stream().filter(sale -> sale.changeId() != null).toList();
        Map<UUID, IssueOutcome> credits = new HashMap<>();
        try {
            ask(changing, 0, changes);
            ask(
                    reserved.stream()
                            .filter(sale -> sale.priced().minting().isPresent()
                                    && (sale.changeId() == null
                                            || changes.get(sale.id()) instanceof IssueOutcome.Issued))
                            .toList(),
                    -1,
                    credits);
        } catch (RuntimeException e) {
            reserved.forEach(sale -> desk.unissued(sale, e));
            return List.of();
        }
        List<Issued> issued = new ArrayList<>(reserved.size());
        for (Reservation sale : reserved) {
            collect(sale, changes.get(sale.id()), credits.get(sale.id()), issued);
        }
        return issued;
    }

    /** Asks for the first or the last request of each sale. */
    private void ask(List<Reservation> sales, int which, Map<UUID, IssueOutcome> outcomes) {
        if (sales.isEmpty()) {
            return;
        }
        List<IssueRequest> requests = sales.stream()
                .map(sale -> sale.open().issueRequests())
                .map(all -> which < 0 ? all.getLast() : all.get(which))
                .toList();
        List<IssueOutcome> answers = work.module().issueAll(requests);
        for (int i = 0; i < sales.size(); i++) {
            outcomes.put(sales.get(i).id(), answers.get(i));
        }
    }

    private void collect(
            Reservation sale, @Nullable IssueOutcome change, @Nullable IssueOutcome credit, List<Issued> issued) {
        SecurityModuleException reason = change instanceof IssueOutcome.Refused refused
                ? refused.reason()
                : credit instanceof IssueOutcome.Refused refused ? refused.reason() : null;
        if (reason != null) {
            desk.unissued(sale, reason);
            return;
        }
        if (sale.priced().minting().isEmpty()) {
            issued.add(new Issued(sale, Reservation.Tokens.NONE, work.now()));
            return;
        }
        List<IssuedTokens> tokens = new ArrayList<>();
        if (change instanceof IssueOutcome.Issued set) {
            tokens.add(set.tokens());
        }
        tokens.add(((IssueOutcome.Issued) Objects.requireNonNull(credit)).tokens());
        issued.add(new Issued(sale, Reservation.Tokens.of(tokens), work.now()));
    }

    /** The meters of some requests that the look did not find. */
    static List<String> missing(List<Flight> flights, Look look) {
        Set<String> missing = new HashSet<>();
        for (Flight flight : flights) {
            MeterPan pan = flight.pan();
            if (pan != null && !look.meters().containsKey(pan)) {
                missing.add(pan.digits());
            }
        }
        return missing.stream().sorted().toList();
    }

    /** The accounts that some sales are booked on. */
    static Set<String> accounts(List<Reservation> sales) {
        Set<String> codes = new HashSet<>();
        for (Reservation sale : sales) {
            for (Posting posting : sale.priced().postings(sale.flight().client().vendorCode())) {
                codes.add(posting.account());
            }
        }
        return codes;
    }
}
