package org.metermint.vending.sale.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.metermint.vending.database.TimeOrderedIds;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.internal.BatchTables.RequestRow;
import org.metermint.vending.sale.internal.BatchTransaction.Before;
import org.metermint.vending.sale.internal.BatchTransaction.Look;
import org.metermint.vending.sale.internal.BatchTransaction.Seller;
import org.metermint.vending.sale.internal.BatchTransaction.VendorFloat;

/**
 * Decides about the requests of one batch, one after the other and each by itself: what one comes to never fails its
 * neighbours. Nothing here touches the database; what was looked at is under lock.
 */
final class BatchDecisions {
    /** What a request comes to in this batch. */
    sealed interface Decision {
        /** It is answered, now or before. */
        record Answered(SaleAnswer answer) implements Decision {}

        /** It has a sale from now on, once the batch is written. */
        record Reserved(Reservation reservation) implements Decision {}

        /** It had a sale before, open or done. */
        record Known(UUID saleId) implements Decision {}

        /** An earlier sale of the meter is open and must end first. */
        record Behind(UUID openSale) implements Decision {}

        /** A neighbour in the batch has the same meter or the same request id: the next batch takes it. */
        record Later() implements Decision {}

        /** Something that nobody foresaw. */
        record Failed(RuntimeException failure) implements Decision {}
    }

    private final Look look;
    private final Pricer pricer;
    private final TimeOrderedIds ids;
    private final Set<String> registered;

    private final Map<Flight, Decision> decisions = new LinkedHashMap<>();
    private final List<RequestRow> requests = new ArrayList<>();
    private final List<Reservation> reservations = new ArrayList<>();
    private final Set<Flight.Key> keys = new HashSet<>();
    private final Set<Long> meters = new HashSet<>();
    private final Map<String, Long> left = new HashMap<>();

    /**
     * A batch to be decided.
     *
     * @param registered the meters without an account, by PAN, that are known all the same
     */
    BatchDecisions(Look look, Pricer pricer, TimeOrderedIds ids, Set<String> registered) {
        this.look = look;
        this.pricer = pricer;
        this.ids = ids;
        this.registered = registered;
    }

    void decide(List<Flight> flights) {
        for (int place = 0; place < flights.size(); place++) {
            Flight flight = flights.get(place);
            Decision decision;
            try {
                decision = keys.add(flight.key()) ? decide(flight, place) : new Decision.Later();
            } catch (RefusedException e) {
                decision = refuse(flight, e.refusal());
            } catch (RuntimeException e) {
                decision = new Decision.Failed(e);
            }
            decisions.put(flight, decision);
        }
    }

    /** What each request came to, in the order of the batch. */
    Map<Flight, Decision> decisions() {
        return decisions;
    }

    /** The ends of requests, to be written. */
    List<RequestRow> requests() {
        return requests;
    }

    /** The sales, to be written. */
    List<Reservation> reservations() {
        return reservations;
    }

    private Decision decide(Flight flight, int place) {
        Before before = look.requests().get(place);
        if (before != null) {
            return repeated(flight, before);
        }
        LockedMeter meter = flight.pan() == null ? null : look.meters().get(flight.pan());
        if (meter != null && meter.open()) {
            return new Decision.Behind(Objects.requireNonNull(meter.lastSaleId()));
        }
        if (meter != null && meters.contains(meter.meterId())) {
            keys.remove(flight.key());
            return new Decision.Later();
        }
        Pricer.Decided decided = pricer.price(
                flight.request(),
                flight.client().vendorCode(),
                meter,
                meter == null ? Optional.of(missing(flight)) : Optional.empty(),
                flight.receivedAt(),
                () -> ids.next(flight.receivedAt(), look.closedBefore()));
        Priced priced = decided.sale();
        debit(flight.client().vendorCode(), priced.debit());
        meters.add(priced.meter().meterId());
        long receiptNumber = look.receiptNumbers().get(place);
        Optional<Reservation> free = decided.free()
                .map(along -> reserve(
                        flight.forFreeUnits(along.id()), along.id(), receiptNumber, along.priced(), Optional.empty()));
        return new Decision.Reserved(reserve(
                flight,
                ids.next(flight.receivedAt(), look.closedBefore()),
                free.isPresent() ? Objects.requireNonNull(meter).freeReceiptNumber() : receiptNumber,
                priced,
                free));
    }

    private Reservation reserve(Flight flight, UUID id, long receiptNumber, Priced priced, Optional<Reservation> free) {
        Reservation reservation = new Reservation(
                flight,
                id,
                receiptNumber,
                priced,
                priced.keyChange().isPresent() ? ids.next(flight.receivedAt()) : null,
                look.shifts()
                        .get(new Seller(
                                flight.client().clientId(),
                                flight.request().terminal().orElse(""))),
                free);
        reservations.add(reservation);
        requests.add(new RequestRow(flight, id, null));
        return reservation;
    }

    private Refusal missing(Flight flight) {
        return flight.withoutMeter(
                flight.pan() != null && registered.contains(flight.pan().digits()));
    }

    private static Decision repeated(Flight flight, Before before) {
        if (before.body() != null && !before.body().equals(flight.body())) {
            return answered(new Refusal(
                    RefusalCode.REQUEST_ID_REUSED,
                    "meter, amount, currency, payment or operator differ from those first sent under this request id"));
        }
        return before.saleId() != null
                ? new Decision.Known(before.saleId())
                : answered(Objects.requireNonNull(before.refusal()));
    }

    /** Takes an amount from what is left of the vendor's float, or refuses. */
    private void debit(String vendor, long amount) {
        VendorFloat account = look.vendors().get(vendor);
        if (account == null) {
            throw new IllegalStateException("the vendor of a client is not there");
        }
        long balance = left.getOrDefault(vendor, account.balance());
        if (account.creditLine() != null && balance < amount - account.creditLine()) {
            throw new RefusedException(
                    RefusalCode.FLOAT_EXHAUSTED, "float and credit line of the vendor do not cover the sale");
        }
        left.put(vendor, balance - amount);
    }

    private Decision refuse(Flight flight, Refusal refusal) {
        if (!refusal.code().retryable()) {
            requests.add(new RequestRow(flight, null, refusal));
        }
        return answered(refusal);
    }

    private static Decision answered(Refusal refusal) {
        return new Decision.Answered(new SaleAnswer.Refused(refusal, Optional.empty()));
    }
}
