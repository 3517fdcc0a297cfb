package org.metermint.simulation.world;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleAnswer.Refused;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.vendor.ClientIdentity;

/**
 * A till. It sends a request, repeats it, asks what became of it, changes it although it must not, gives it up, or sends
 * one again that was decided. A payer is a till that holds money of a customer: it captured the payment before it asked,
 * never gives up and never changes anything, and gives the money back if and only if the request was refused for good.
 */
final class Till {
    private static final List<String> UNKNOWN_METERS = List.of("01999999996", "12345");

    private final int number;
    private final ClientIdentity client;
    private final boolean payer;
    private final List<String> meters;
    private final Random random;
    private final Payments payments;

    private final List<SaleRequest> decided = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private @Nullable SaleRequest current;

    Till(int number, ClientIdentity client, boolean payer, List<String> meters, Random random, Payments payments) {
        this.number = number;
        this.client = client;
        this.payer = payer;
        this.meters = meters;
        this.random = random;
        this.payments = payments;
    }

    ClientIdentity client() {
        return client;
    }

    /** Every request id that the till made up. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    boolean isWaiting() {
        return current != null;
    }

    /** What the till sends when it is its turn, if anything. */
    Optional<Message> act() {
        SaleRequest waiting = current;
        if (waiting == null) {
            if (!decided.isEmpty() && random.nextInt(12) == 0) {
                return Optional.of(new Message.Sell(number, decided.get(random.nextInt(decided.size()))));
            }
            return Optional.of(begin());
        }
        int dice = random.nextInt(20);
        if (dice < 11) {
            return Optional.of(new Message.Sell(number, waiting));
        }
        if (dice < 16) {
            return Optional.of(new Message.Advice(number, waiting.requestId(), random.nextInt(3) == 0));
        }
        if (payer || dice == 19) {
            return Optional.empty();
        }
        if (dice == 18) {
            return Optional.of(new Message.Sell(number, changed(waiting)));
        }
        current = null; // gives up; the request may still arrive
        return Optional.empty();
    }

    /** What the till sends when nothing else is wanted of it than to end. */
    Optional<Message> insist() {
        return Optional.ofNullable(current).map(request -> new Message.Sell(number, request));
    }

    private Message begin() {
        String id = client.clientId() + "-" + (requests.size() + 1);
        boolean strange = random.nextInt(25) == 0;
        String meter = strange && random.nextBoolean()
                ? UNKNOWN_METERS.get(random.nextInt(UNKNOWN_METERS.size()))
                : meters.get(Math.min(random.nextInt(meters.size()), random.nextInt(meters.size()))); // some are hot
        BigDecimal tender = BigDecimal.valueOf(strange ? random.nextInt(600) : 500 + random.nextInt(50_000), 2);
        SaleRequest.Amount amount = random.nextInt(10) == 0
                ? new SaleRequest.Units(BigDecimal.valueOf(1 + random.nextInt(3_000), 1))
                : new SaleRequest.Tender(tender, "ZAR");
        if (!payer && random.nextInt(20) == 0) {
            amount = new SaleRequest.FreeUnits();
        }
        PaymentType payment = payer ? PaymentType.MOBILE_MONEY : PaymentType.CASH;
        requests.add(id);
        current = new SaleRequest(id, meter, amount, payment, Optional.empty(), Optional.empty());
        if (payer) {
            payments.capture(id);
        }
        return new Message.Sell(number, current);
    }

    private static SaleRequest changed(SaleRequest request) {
        SaleRequest.Amount other = switch (request.amount()) {
            case SaleRequest.Tender asked ->
                new SaleRequest.Tender(asked.tender().add(BigDecimal.ONE), asked.currency());
            case SaleRequest.Units asked -> new SaleRequest.Units(asked.units().add(BigDecimal.ONE));
            case SaleRequest.FreeUnits asked -> new SaleRequest.Units(BigDecimal.ONE);
        };
        return new SaleRequest(
                request.requestId(),
                request.meterNumber(),
                other,
                request.payment(),
                request.operator(),
                request.terminal());
    }

    /** An answer arrived; it may be late, and about something long decided. */
    void hear(Message.Reply reply) {
        SaleRequest waiting = current;
        if (waiting == null || !waiting.requestId().equals(reply.question().requestId())) {
            return;
        }
        if (reply.question() instanceof Message.Sell sell && !sell.request().equals(waiting)) {
            return; // the answer to a request that was changed
        }
        SaleAnswer answer = reply.answer().orElse(null);
        if (answer == null || (answer instanceof Refused refused && refused.retryable())) {
            return;
        }
        decided.add(waiting);
        current = null;
        if (payer) {
            payments.settle(waiting.requestId(), answer);
        }
    }

    /** Whether an answer decides the request that it belongs to. */
    static boolean isFinal(SaleAnswer answer) {
        return !(answer instanceof Refused refused)
                || (!refused.retryable() && refused.refusal().code() != RefusalCode.REQUEST_ID_REUSED);
    }
}
