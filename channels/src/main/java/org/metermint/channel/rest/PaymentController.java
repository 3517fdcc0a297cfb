package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.payment.DebtPayment;
import org.metermint.vending.payment.PaymentReversal;
import org.metermint.vending.payment.PaymentReversals;
import org.metermint.vending.payment.Payments;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Payments towards debts, and their being taken back. */
@RestController
@RequestMapping(path = "/v1", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Debts")
final class PaymentController {
    private final Payments payments;
    private final PaymentReversals reversals;
    private final Utilities utilities;

    PaymentController(Payments payments, PaymentReversals reversals, Utilities utilities) {
        this.payments = payments;
        this.reversals = reversals;
        this.utilities = utilities;
    }

    /** That a payment be taken back. */
    record PaymentReversalBody(
            @Schema(description = "Why, 1 to 200 characters.", example = "wrong account")
            String reason) {}

    /** That a payment be taken back, and what was decided. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    @Schema(name = "PaymentReversal")
    record PaymentReversalResource(
            UUID payment,
            String reason,
            String requestedBy,
            Instant requestedAt,

            @Schema(description = "Whether it was approved; left out while nobody has decided.")
            Optional<Boolean> approved,

            Optional<String> decidedBy,
            Optional<Instant> decidedAt) {
        static PaymentReversalResource of(PaymentReversal reversal) {
            return new PaymentReversalResource(
                    reversal.payment(),
                    reversal.reason(),
                    reversal.requestedBy(),
                    reversal.requestedAt(),
                    reversal.decision().map(PaymentReversal.Decision::approved),
                    reversal.decision().map(PaymentReversal.Decision::by),
                    reversal.decision().map(PaymentReversal.Decision::at));
        }
    }

    @PostMapping(path = "/accounts/{number}/payments", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "payDebts",
            summary = "Take a payment towards the debts of an account",
            description =
                    "One payment for one Idempotency-Key of a client, for ever: a repeat gets the identical answer,"
                            + " another body under the same key is refused. Refusals bind the key too, except those that are"
                            + " retryable (503). Keys of payments are counted apart from those of sales. Roles: SELLER,"
                            + " SUPERVISOR.")
    PaymentResource pay(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String number,
            @RequestBody PaymentResource.PaymentBody body) {
        return resource(client, payments.pay(client, body.request(key, Fields.recordNumber(number))));
    }

    private PaymentResource resource(ClientIdentity client, DebtPayment payment) {
        return PaymentResource.of(payment, Currency.of(utilities, client.utility()));
    }

    @GetMapping("/payments")
    @Operation(operationId = "findPayment", summary = "What became of a request to pay")
    PaymentResource byRequest(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam("request") @Parameter(description = "The Idempotency-Key of the payment.") String request) {
        return payments.byRequest(client, Fields.requestId("request", request))
                .map(payment -> resource(client, payment))
                .orElseThrow(() -> Missing.record("request of this client"));
    }

    @GetMapping("/payments/{id}")
    @Operation(operationId = "getPayment", summary = "A payment")
    PaymentResource get(@RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable UUID id) {
        return resource(client, seen(client, id));
    }

    /** A payment that the client may see. */
    private DebtPayment seen(ClientIdentity client, UUID id) {
        return payments.find(client.utility(), id)
                .filter(payment -> payment.vendor().equals(client.vendorCode())
                        || (client.role() != Role.SELLER && client.role() != Role.SUPERVISOR))
                .orElseThrow(() -> Missing.record("id"));
    }

    @PostMapping(path = "/payments/{id}/reversal", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "requestPaymentReversal",
            summary = "Ask for a payment to be taken back",
            description = "For a SUPERVISOR of the vendor, or FINANCE. Nothing changes until another person approves.")
    PaymentReversalResource requestReversal(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable UUID id,
            @RequestBody PaymentReversalBody body) {
        return PaymentReversalResource.of(reversals.request(client, id, body.reason()));
    }

    @PostMapping("/payments/{id}/reversal/approval")
    @Operation(
            operationId = "approvePaymentReversal",
            summary = "Take the payment back",
            description =
                    "The float gets its amount again and the account owes it. For FINANCE, who neither asked for it"
                            + " nor belongs to the vendor of the payment.")
    PaymentReversalResource approveReversal(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable UUID id) {
        return PaymentReversalResource.of(reversals.approve(client, id));
    }

    @PostMapping("/payments/{id}/reversal/rejection")
    @Operation(
            operationId = "rejectPaymentReversal",
            summary = "Leave the payment as it is",
            description = "For FINANCE.")
    PaymentReversalResource rejectReversal(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable UUID id) {
        return PaymentReversalResource.of(reversals.reject(client, id));
    }

    @GetMapping("/payments/{id}/reversal")
    @Operation(operationId = "getPaymentReversal", summary = "The last request to take a payment back")
    PaymentReversalResource getReversal(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable UUID id) {
        client.require(Role.SUPERVISOR, Role.FINANCE, Role.AUDITOR);
        seen(client, id);
        return reversals
                .find(client.utility(), id)
                .map(PaymentReversalResource::of)
                .orElseThrow(() -> Missing.record("reversal of that payment"));
    }
}
