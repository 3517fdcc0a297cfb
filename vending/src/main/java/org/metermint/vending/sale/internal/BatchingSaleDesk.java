package org.metermint.vending.sale.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.vending.database.TimeOrderedIds;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleDesk;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.sale.TrialAnswer;
import org.metermint.vending.sale.internal.BatchTables.Issued;
import org.metermint.vending.supply.SupplyGroups;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Vendors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sale desk. Requests stand in line in one of a few lanes of their utility, a meter always in the same; what has
 * gathered while a lane was busy becomes its next batch. Callers wait no longer than the desk's patience: a slow
 * security module delays an answer, it never loses one. Callers with the same request share one way through the desk.
 */
public final class BatchingSaleDesk implements SaleDesk, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchingSaleDesk.class);
    private static final Pattern REQUEST_ID = Pattern.compile("[!-~]{1,64}");

    /** Two keep the database busy while a module signs; more only make the batches smaller. */
    private static final int LANES = 2;

    /** From how many requests in line on the first lane has the help of the others. */
    private static final int CROWD = Lane.BATCH / 4;

    /** How often a request gives way to an earlier sale of the same meter before it is asked to come again. */
    private static final int TURNS = 100;

    /** Open sales are looked for from this far below the newest receipt number: far more than can be under way. */
    private static final long RECEIPT_MARGIN = 20_000;

    private record LaneKey(UtilityId utility, int number) {}

    private final Map<Flight.Key, Flight> flights = new ConcurrentHashMap<>();
    private final Map<LaneKey, Lane> lanes = new ConcurrentHashMap<>();
    private final Map<UtilityId, DecidedReceipts> decided = new ConcurrentHashMap<>();
    private final Set<UUID> held = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("sale-", 0).factory());
    private final ExecutorService laneThreads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("sale-lane-", 0).factory());

    private final UtilityTransactions transactions;
    private final Sales sales;
    private final Endings endings;
    private final BatchWork work;
    private final Trials trials;
    private final Clock clock;
    private final Consumer<UtilityId> completed;
    private final Duration patience;
    private final Duration longestLine;
    private final int places;
    private final LaneDesk laneDesk = new LaneDesk();

    /**
     * A desk.
     *
     * @param connections for the lanes, as the server's role
     * @param completed is told of a utility some of whose sales were just completed
     * @param random for ids
     * @param patience how long a caller waits before the answer is "in progress"
     * @param longestLine how long a request may stand in line and still be sold to
     * @param places how many requests of a utility may stand in line; more are turned away
     */
    public BatchingSaleDesk(
            DataSource connections,
            UtilityTransactions transactions,
            Utilities utilities,
            SupplyGroups supplyGroups,
            Tariffs tariffs,
            Vendors vendors,
            Ledger ledger,
            Consumer<UtilityId> completed,
            SecurityModule module,
            Clock clock,
            RandomGenerator random,
            Duration patience,
            Duration longestLine,
            int places) {
        TimeOrderedIds ids = new TimeOrderedIds(random);
        this.transactions = transactions;
        this.sales = new Sales(transactions, tariffs, ledger);
        this.clock = clock;
        this.endings = new Endings(sales, module, this::now);
        Terms.Cache terms = new Terms.Cache(transactions, utilities, supplyGroups, tariffs, vendors);
        VendingKeys keys = new VendingKeys(module);
        this.trials = new Trials(transactions, terms, keys);
        this.work = new BatchWork(connections, module, terms, ledger, keys, ids, this::now);
        this.completed = completed;
        this.patience = patience;
        this.longestLine = longestLine;
        this.places = places;
    }

    @Override
    public SaleAnswer sell(ClientIdentity client, SaleRequest request) {
        if (!REQUEST_ID.matcher(request.requestId()).matches()) {
            return refused(RefusalCode.REQUEST_ID_INVALID, "the request id is not 1 to 64 printable characters");
        }
        Flight flight = new Flight(client, request, RequestBody.sha256(request), now(), System.nanoTime());
        Flight other = flights.putIfAbsent(flight.key(), flight);
        if (other != null) {
            return other.body().equals(flight.body())
                    ? await(other)
                    : refused(RefusalCode.SALE_IN_PROGRESS, "another request under this request id is under way");
        }
        Lane lane = lane(flight);
        if (!lane.offer(flight)) {
            answer(flight, refused(RefusalCode.OVERLOADED, "too many requests are in line"));
        }
        start(lane);
        return await(flight);
    }

    /**
     * In whose line a request stands. A quiet desk has one lane, since small batches cost more; what one transaction
     * overlooks of the other lane's, when a crowd comes or goes, the rows of the meters settle.
     */
    private Lane lane(Flight flight) {
        Object meter = flight.pan() == null ? flight.request().meterNumber() : flight.pan();
        UtilityId utility = flight.client().utility();
        Lane first = lane(new LaneKey(utility, 0));
        Lane own = lane(new LaneKey(utility, Math.floorMod(meter.hashCode(), LANES)));
        return first.waiting() > CROWD || own.isRunning() ? own : first;
    }

    private Lane lane(LaneKey key) {
        return lanes.computeIfAbsent(
                key, name -> new Lane(name.utility(), work, laneDesk, Math.max(1, places / LANES), held));
    }

    private DecidedReceipts decided(UtilityId utility) {
        return decided.computeIfAbsent(utility, name -> new DecidedReceipts());
    }

    private void start(Lane lane) {
        if (!lane.claim()) {
            return;
        }
        try {
            laneThreads.execute(lane);
        } catch (RejectedExecutionException e) {
            lane.turnAway(flight -> answer(flight, refused(RefusalCode.OVERLOADED, "the desk is closing")));
        }
    }

    private void answer(Flight flight, SaleAnswer answer) {
        // taken off the map before it is known: who asks after the answer must get a way of its own, not this answer
        flights.remove(flight.key(), flight);
        flight.answer().complete(answer);
    }

    private void fail(Flight flight, RuntimeException failure) {
        if (failure instanceof RefusedException refused) {
            answer(flight, new SaleAnswer.Refused(refused.refusal(), Optional.empty()));
            return;
        }
        flights.remove(flight.key(), flight);
        flight.answer().completeExceptionally(failure);
    }

    /** Runs work for a request on a thread of its own, so that no lane waits for it. */
    private void apart(Flight flight, Runnable task) {
        try {
            threads.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    fail(flight, e instanceof RuntimeException failure ? failure : new IllegalStateException(e));
                }
            });
        } catch (RejectedExecutionException e) {
            fail(flight, new RefusedException(RefusalCode.OVERLOADED, "the desk is closing"));
        }
    }

    /** What the lanes leave to the desk. */
    private final class LaneDesk implements Lane.Desk {
        @Override
        public void answer(Flight flight, SaleAnswer answer) {
            BatchingSaleDesk.this.answer(flight, answer);
        }

        @Override
        public void completed(UtilityId utility, List<Issued> sales) {
            DecidedReceipts decided = decided(utility);
            sales.forEach(issued -> decided.add(issued.sale().receiptNumber()));
            completed.accept(utility);
        }

        @Override
        public void fail(Flight flight, RuntimeException failure) {
            BatchingSaleDesk.this.fail(flight, failure);
        }

        @Override
        public void answerFrom(Flight flight, UUID sale) {
            apart(
                    flight,
                    () -> answer(flight, answerOf(endings.end(flight.client().utility(), sale))));
        }

        @Override
        public void waitBehind(Flight flight, UUID openSale) {
            if (flight.nextTurn() > TURNS) {
                answer(flight, refused(RefusalCode.SALE_IN_PROGRESS, "other sales for the same meter are under way"));
                return;
            }
            apart(flight, () -> {
                Sale earlier = endings.end(flight.client().utility(), openSale);
                if (earlier.state().open()) {
                    answer(
                            flight,
                            refused(
                                    RefusalCode.SECURITY_MODULE_UNAVAILABLE,
                                    "an earlier sale for the meter waits for the security module"));
                    return;
                }
                Lane lane = lane(flight);
                lane.putBack(flight);
                start(lane);
            });
        }

        @Override
        public void unissued(Reservation sale, Exception reason) {
            apart(sale.flight(), () -> {
                try {
                    Sale left = reason instanceof SecurityModuleException known
                            ? endings.unissued(sale.open(), known)
                            : endings.unforeseen(sale.open(), (RuntimeException) reason);
                    answer(sale.flight(), answerOf(left));
                } finally {
                    held.remove(sale.id());
                }
            });
        }

        @Override
        public void completeAlone(Issued issued) {
            Reservation sale = issued.sale();
            apart(sale.flight(), () -> {
                try {
                    answer(sale.flight(), answerOf(sales.complete(sale.open(), issued.tokens(), issued.decidedAt())));
                } finally {
                    held.remove(sale.id());
                }
            });
        }

        @Override
        public boolean isStale(Flight flight) {
            boolean stale = System.nanoTime() - flight.startedNanos() > longestLine.toNanos();
            if (stale) {
                answer(flight, refused(RefusalCode.OVERLOADED, "the request stood in line for too long"));
            }
            return stale;
        }
    }

    private static SaleAnswer answerOf(Sale sale) {
        return switch (sale.state()) {
            case ISSUED, DELIVERED -> new SaleAnswer.Sold(sale.asAnswered());
            case REFUSED -> new SaleAnswer.Refused(sale.refusal().orElseThrow(), Optional.of(sale.id()));
            case UNKNOWN ->
                new SaleAnswer.Refused(
                        new Refusal(
                                RefusalCode.SECURITY_MODULE_UNAVAILABLE,
                                "the sale is reserved and waits for the security module"),
                        Optional.of(sale.id()));
            case RESERVED ->
                new SaleAnswer.Refused(
                        new Refusal(RefusalCode.SALE_IN_PROGRESS, "the sale is reserved and being issued"),
                        Optional.of(sale.id()));
        };
    }

    @Override
    public TrialAnswer trial(ClientIdentity client, SaleRequest request) {
        return trials.of(client, request, now());
    }

    @Override
    public Optional<SaleAnswer> byRequest(ClientIdentity client, String requestId) {
        if (!REQUEST_ID.matcher(requestId).matches()) {
            return Optional.empty();
        }
        return transactions.in(
                client.utility(),
                sql -> sql.sql("""
                        SELECT sale_id, refusal_code, refusal_detail FROM request
                        WHERE utility_id = ? AND client_id = ? AND request_id = ?
                        """)
                        .params(client.utility().value(), client.clientId(), requestId)
                        .query((row, number) -> {
                            UUID saleId = row.getObject("sale_id", UUID.class);
                            return saleId != null
                                    ? answerOf(
                                            sales.sale(client.utility(), saleId).orElseThrow())
                                    : refused(
                                            RefusalCode.valueOf(row.getString("refusal_code")),
                                            row.getString("refusal_detail"));
                        })
                        .optional());
    }

    @Override
    public SaleAnswer advise(ClientIdentity client, String requestId) {
        if (!REQUEST_ID.matcher(requestId).matches()) {
            return refused(RefusalCode.REQUEST_ID_INVALID, "the request id is not 1 to 64 printable characters");
        }
        if (flights.containsKey(new Flight.Key(client.utility(), client.clientId(), requestId))) {
            return refused(RefusalCode.SALE_IN_PROGRESS, "the request is under way");
        }
        try {
            Optional<SaleAnswer> known = byRequest(client, requestId);
            if (known.isPresent()) {
                return known.get();
            }
            transactions.in(
                    client.utility(),
                    sql -> sql.sql("""
                            INSERT INTO request (utility_id, client_id, request_id, received_at, refusal_code,
                                refusal_detail)
                            VALUES (?, ?, ?, ?, ?, 'the request was asked about before it came, and will not be sold to')
                            ON CONFLICT DO NOTHING
                            """)
                            .params(
                                    client.utility().value(),
                                    client.clientId(),
                                    requestId,
                                    now().atOffset(ZoneOffset.UTC),
                                    RefusalCode.REQUEST_VOIDED.name())
                            .update());
            return byRequest(client, requestId).orElseThrow();
        } catch (RefusedException e) {
            return new SaleAnswer.Refused(e.refusal(), Optional.empty());
        }
    }

    @Override
    public Optional<Sale> sale(UtilityId utility, UUID id) {
        return sales.sale(utility, id);
    }

    @Override
    public int recover(UtilityId utility) {
        Sales.Progress progress = sales.progress(utility);
        int open = 0;
        for (UUID id : sales.openAmong(utility, decided(utility).gaps(progress.mark(), progress.databaseStart()))) {
            if (!held.contains(id) && !isEnded(utility, id)) {
                open++;
            }
        }
        if (open == 0) {
            sales.markRecovered(utility, Math.max(0, progress.newest() - RECEIPT_MARGIN));
        }
        return open;
    }

    /** Tries to end one sale; one that cannot be ended now does not keep recovery from the next. */
    private boolean isEnded(UtilityId utility, UUID id) {
        try {
            return !endings.end(utility, id).state().open();
        } catch (RefusedException e) {
            LOG.warn("sale {} stays open: {}", id, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("sale {} stays open", id, e);
        }
        return false;
    }

    private SaleAnswer await(Flight flight) {
        try {
            return flight.answer().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return refused(RefusalCode.SALE_IN_PROGRESS, "the answer takes longer than " + patience.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return refused(RefusalCode.SALE_IN_PROGRESS, "the wait for the answer was interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the sale desk failed", e.getCause());
        }
    }

    private static SaleAnswer refused(RefusalCode code, String detail) {
        return new SaleAnswer.Refused(new Refusal(code, detail), Optional.empty());
    }

    /** To the millisecond, as the database keeps it at least. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** Takes no more requests and waits for those under way. */
    @Override
    public void close() {
        laneThreads.close();
        threads.close();
    }
}
