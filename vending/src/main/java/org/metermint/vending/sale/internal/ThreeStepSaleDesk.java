package org.metermint.vending.sale.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
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
import org.metermint.vending.supply.SupplyGroups;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sale desk. Work on a request runs on a thread of its own, and callers wait for it no longer than the desk's
 * patience: a slow security module delays an answer, it never loses one. Callers with the same request share one run,
 * and so do all that need the same sale carried to its end.
 */
public final class ThreeStepSaleDesk implements SaleDesk, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ThreeStepSaleDesk.class);
    private static final Pattern REQUEST_ID = Pattern.compile("[!-~]{1,64}");

    /** How often a request gives way to an earlier sale of the same meter before it is asked to come again. */
    private static final int TURNS = 100;

    /** Open sales are looked for from this far below the newest receipt number: far more than can be under way. */
    private static final long RECEIPT_MARGIN = 100_000;

    private record FlightKey(UtilityId utility, String clientId, String requestId, String body) {}

    private record SaleKey(UtilityId utility, UUID id) {}

    private final Map<FlightKey, CompletableFuture<SaleAnswer>> flights = new ConcurrentHashMap<>();
    private final Map<SaleKey, CompletableFuture<Sale>> endings = new ConcurrentHashMap<>();
    private final Map<UtilityId, Long> recoverFrom = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("sale-", 0).factory());

    private final Reservations reservations;
    private final Sales sales;
    private final UtilityTransactions transactions;
    private final SecurityModule module;
    private final Clock clock;
    private final Duration patience;
    private final Semaphore places;

    /**
     * A desk.
     *
     * @param random for ids
     * @param patience how long a caller waits before the answer is "in progress"
     * @param places how many requests may be under way at once; more are turned away
     */
    public ThreeStepSaleDesk(
            UtilityTransactions transactions,
            Utilities utilities,
            SupplyGroups supplyGroups,
            Tariffs tariffs,
            Ledger ledger,
            SecurityModule module,
            Clock clock,
            RandomGenerator random,
            Duration patience,
            int places) {
        TimeOrderedIds ids = new TimeOrderedIds(random);
        this.reservations =
                new Reservations(transactions, utilities, supplyGroups, tariffs, ledger, new VendingKeys(module), ids);
        this.sales = new Sales(transactions, tariffs, ledger, ids);
        this.transactions = transactions;
        this.module = module;
        this.clock = clock;
        this.patience = patience;
        this.places = new Semaphore(places);
    }

    @Override
    public SaleAnswer sell(ClientIdentity client, SaleRequest request) {
        if (!REQUEST_ID.matcher(request.requestId()).matches()) {
            return refused(RefusalCode.REQUEST_ID_INVALID, "the request id is not 1 to 64 printable characters");
        }
        Instant now = now();
        byte[] body = RequestBody.sha256(request);
        FlightKey key = new FlightKey(
                client.utility(),
                client.clientId(),
                request.requestId(),
                HexFormat.of().formatHex(body));
        CompletableFuture<SaleAnswer> flight = new CompletableFuture<>();
        CompletableFuture<SaleAnswer> other = flights.putIfAbsent(key, flight);
        if (other != null) {
            return await(other);
        }
        if (!places.tryAcquire()) {
            flights.remove(key);
            flight.complete(refused(RefusalCode.OVERLOADED, "too many requests are under way"));
            return await(flight);
        }
        start(flight, () -> decide(client, request, body, now), () -> {
            flights.remove(key);
            places.release();
        });
        return await(flight);
    }

    private SaleAnswer decide(ClientIdentity client, SaleRequest request, byte[] body, Instant now) {
        try {
            for (int turn = 0; turn < TURNS; turn++) {
                switch (reservations.reserve(client, request, body, now)) {
                    case Reservations.Result.Decided decided -> {
                        return decided.answer();
                    }
                    case Reservations.Result.Reserved reserved -> {
                        return answer(end(client.utility(), reserved.saleId(), module::issue)
                                .join());
                    }
                    case Reservations.Result.Known known -> {
                        return answer(end(client.utility(), known.saleId(), module::recover)
                                .join());
                    }
                    case Reservations.Result.Behind behind -> {
                        Sale earlier = end(client.utility(), behind.openSale(), module::recover)
                                .join();
                        if (earlier.state().open()) {
                            return refused(
                                    RefusalCode.SECURITY_MODULE_UNAVAILABLE,
                                    "an earlier sale for the meter waits for the security module");
                        }
                    }
                }
            }
            return refused(RefusalCode.SALE_IN_PROGRESS, "other sales for the same meter are under way");
        } catch (RefusedException e) {
            return new SaleAnswer.Refused(e.refusal(), Optional.empty());
        } catch (CompletionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                return new SaleAnswer.Refused(refused.refusal(), Optional.empty());
            }
            throw e;
        }
    }

    /** How the module is asked for a message id that is new, or for one that it may have been asked for before. */
    @FunctionalInterface
    private interface Issue {
        IssuedTokens issue(IssueRequest request) throws SecurityModuleException;
    }

    /** Carries a sale to its end as far as the module lets; one run at a time for each sale. */
    private CompletableFuture<Sale> end(UtilityId utility, UUID id, Issue issue) {
        SaleKey key = new SaleKey(utility, id);
        CompletableFuture<Sale> ending = new CompletableFuture<>();
        CompletableFuture<Sale> other = endings.putIfAbsent(key, ending);
        if (other != null) {
            return other;
        }
        // taken off the map before it is known: who asks after the answer must get a run of its own, not this answer
        try {
            Sale sale = issueAndComplete(utility, id, issue);
            endings.remove(key);
            ending.complete(sale);
        } catch (RuntimeException | Error e) {
            endings.remove(key);
            ending.completeExceptionally(e);
        }
        return ending;
    }

    private Sale issueAndComplete(UtilityId utility, UUID id, Issue issue) {
        Optional<OpenSale> open = sales.open(utility, id);
        if (open.isEmpty()) {
            return sales.sale(utility, id).orElseThrow();
        }
        OpenSale sale = open.get();
        List<IssuedTokens> issued;
        try {
            issued = issue(sale, issue);
        } catch (SecurityModuleException e) {
            return unissued(sale, e);
        } catch (RuntimeException e) {
            LOG.error("sale {}: the security module failed in an unforeseen way", id, e);
            sales.noteAttempt(sale, e.getClass().getSimpleName(), now());
            return sales.sale(utility, id).orElseThrow();
        }
        return sales.complete(sale, issued, now());
    }

    private static List<IssuedTokens> issue(OpenSale sale, Issue issue) throws SecurityModuleException {
        List<IssuedTokens> issued = new ArrayList<>();
        for (IssueRequest request : sale.issueRequests()) {
            issued.add(issue.issue(request));
        }
        return issued;
    }

    /** The module said no. If it said so for good, and has no tokens under the sale's id, the sale is refused. */
    private Sale unissued(OpenSale sale, SecurityModuleException reason) {
        if (isFinal(reason.kind()) && isAbsent(sale.id())) {
            return sales.refuse(
                    sale,
                    new Refusal(RefusalCode.SECURITY_MODULE_REFUSED, reason.kind() + ": " + reason.getMessage()),
                    now());
        }
        LOG.warn("sale {} stays open: the security module answered {}", sale.id(), reason.kind());
        sales.noteAttempt(sale, reason.kind().name(), now());
        return sales.sale(sale.utility(), sale.id()).orElseThrow();
    }

    private boolean isAbsent(UUID messageId) {
        try {
            return module.find(MessageId.of(messageId)).isEmpty();
        } catch (SecurityModuleException e) {
            LOG.warn("message {}: its fate is unknown, the security module answered {}", messageId, e.kind());
            return false;
        }
    }

    private static boolean isFinal(SecurityModuleException.Kind kind) {
        return switch (kind) {
            case NOT_PERMITTED,
                    CLIENT_NOT_PERMITTED,
                    KEY_ABSENT,
                    INHIBITED,
                    TID_TOO_FAR_AHEAD,
                    LIMIT_REACHED,
                    BEFORE_BASE_DATE,
                    KEY_NOT_YET_ACTIVE,
                    KEY_EXPIRED,
                    TID_NOT_RISING -> true;
            case MESSAGE_ID_REUSED,
                    KEY_PRESENT,
                    TOO_MANY_REQUESTS,
                    UNAVAILABLE,
                    IN_USE,
                    ACCESS_DENIED,
                    NEWER_FORMAT,
                    CORRUPT -> false;
        };
    }

    private static SaleAnswer answer(Sale sale) {
        return switch (sale.state()) {
            case ISSUED -> new SaleAnswer.Sold(sale);
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
                                    ? answer(
                                            sales.sale(client.utility(), saleId).orElseThrow())
                                    : refused(
                                            RefusalCode.valueOf(row.getString("refusal_code")),
                                            row.getString("refusal_detail"));
                        })
                        .optional());
    }

    @Override
    public Optional<Sale> sale(UtilityId utility, UUID id) {
        return sales.sale(utility, id);
    }

    @Override
    public int recover(UtilityId utility) {
        long newest = sales.lastReceiptNumber(utility);
        int open = 0;
        for (UUID id : sales.openFrom(utility, recoverFrom.getOrDefault(utility, 0L))) {
            if (!isEnded(utility, id)) {
                open++;
            }
        }
        if (open == 0) {
            recoverFrom.put(utility, Math.max(0, newest - RECEIPT_MARGIN));
        }
        return open;
    }

    /** Tries to end one sale; one that cannot be ended now does not keep recovery from the next. */
    private boolean isEnded(UtilityId utility, UUID id) {
        try {
            return !end(utility, id, module::recover).join().state().open();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                LOG.warn("sale {} stays open: {}", id, refused.getMessage());
            } else {
                LOG.error("sale {} stays open", id, e.getCause());
            }
            return false;
        }
    }

    /** Runs the work on a thread of its own; what comes afterwards is done before anybody learns the result. */
    private <T> void start(CompletableFuture<T> result, Supplier<T> work, Runnable afterwards) {
        try {
            threads.execute(() -> {
                T outcome;
                try {
                    outcome = work.get();
                } catch (RuntimeException | Error e) {
                    afterwards.run();
                    result.completeExceptionally(e);
                    return;
                }
                afterwards.run();
                result.complete(outcome);
            });
        } catch (RejectedExecutionException e) {
            afterwards.run();
            result.completeExceptionally(new RefusedException(RefusalCode.OVERLOADED, "the desk is closing"));
        }
    }

    private SaleAnswer await(CompletableFuture<SaleAnswer> flight) {
        try {
            return flight.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return refused(RefusalCode.SALE_IN_PROGRESS, "the answer takes longer than " + patience.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return refused(RefusalCode.SALE_IN_PROGRESS, "the wait for the answer was interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                return new SaleAnswer.Refused(refused.refusal(), Optional.empty());
            }
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
        threads.close();
    }
}
