package org.metermint.vending.sale.internal;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.metermint.token.MeterPan;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.meter.MeterNumbers;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.vendor.ClientIdentity;

/** A request on its way through the desk. All who send the same request meanwhile wait for the same answer. */
final class Flight {
    /** What names a request. */
    record Key(UtilityId utility, String clientId, String requestId) {}

    /** Begins the ids of requests that no client can send, since there is a blank in them. */
    private static final String FREE_UNITS = "free units ";

    private final ClientIdentity client;
    private final SaleRequest request;
    private final String body;
    private final Instant receivedAt;
    private final long startedNanos;
    private final @Nullable MeterPan pan;
    private final Optional<Refusal> wrongNumber;
    private final CompletableFuture<SaleAnswer> answer = new CompletableFuture<>();
    private int turns;

    Flight(ClientIdentity client, SaleRequest request, String body, Instant receivedAt, long startedNanos) {
        this.client = client;
        this.request = request;
        this.body = body;
        this.receivedAt = receivedAt;
        this.startedNanos = startedNanos;
        MeterPan parsed = null;
        Optional<Refusal> wrong = Optional.empty();
        try {
            parsed = MeterNumbers.parse(request.meterNumber());
        } catch (RefusedException e) {
            wrong = Optional.of(e.refusal());
        }
        this.pan = parsed;
        this.wrongNumber = wrong;
    }

    /** The free units that come along with what this asks for: a request that nobody sent and nobody waits for. */
    Flight forFreeUnits(UUID sale) {
        SaleRequest free = new SaleRequest(
                FREE_UNITS + sale,
                request.meterNumber(),
                new SaleRequest.FreeUnits(),
                request.payment(),
                request.operator(),
                request.terminal());
        return new Flight(client, free, RequestBody.sha256(free), receivedAt, startedNanos);
    }

    Key key() {
        return new Key(client.utility(), client.clientId(), request.requestId());
    }

    ClientIdentity client() {
        return client;
    }

    SaleRequest request() {
        return request;
    }

    /** Digest of what must be the same in a repetition. */
    String body() {
        return body;
    }

    Instant receivedAt() {
        return receivedAt;
    }

    long startedNanos() {
        return startedNanos;
    }

    /** The meter, unless its number is no number of a meter. */
    @Nullable MeterPan pan() {
        return pan;
    }

    /** Why there is no meter: its number, or that nothing of that number is registered. */
    Refusal withoutMeter(boolean known) {
        return wrongNumber.orElseGet(() -> known
                ? new Refusal(RefusalCode.ACCOUNT_MISSING, "the meter belongs to no account")
                : new Refusal(RefusalCode.METER_UNKNOWN, "the meter is not registered with this utility"));
    }

    boolean hasWrongNumber() {
        return wrongNumber.isPresent();
    }

    /** Counts how often the request gave way to another sale of its meter. */
    int nextTurn() {
        return ++turns;
    }

    CompletableFuture<SaleAnswer> answer() {
        return answer;
    }
}
