package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.sale.Reversal;
import org.metermint.vending.sale.Reversals;
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
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Sales that are taken back in the books. */
@RestController
@RequestMapping(path = "/v1/sales/{id}/reversal", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Sales")
final class ReversalController {
    private final Reversals reversals;

    ReversalController(Reversals reversals) {
        this.reversals = reversals;
    }

    /** That a sale be taken back. */
    record ReversalBody(
            @Schema(
                    description =
                            "METER_UNUSED if the meter shows that the credit was never taken, OPERATOR_LOSS if the"
                                    + " utility bears the loss.")
            Reversal.Basis basis,

            @Schema(description = "Why, 1 to 200 characters.", example = "wrong meter")
            String reason) {}

    /** That a sale be taken back, and what was decided. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record ReversalResource(
            UUID sale,
            Reversal.Basis basis,
            String reason,
            String requestedBy,
            Instant requestedAt,

            @Schema(description = "Whether it was approved; left out while nobody has decided.")
            Optional<Boolean> approved,

            Optional<String> decidedBy,
            Optional<Instant> decidedAt) {
        static ReversalResource of(Reversal reversal) {
            return new ReversalResource(
                    reversal.sale(),
                    reversal.basis(),
                    reversal.reason(),
                    reversal.requestedBy(),
                    reversal.requestedAt(),
                    reversal.decision().map(Reversal.Decision::approved),
                    reversal.decision().map(Reversal.Decision::by),
                    reversal.decision().map(Reversal.Decision::at));
        }
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "requestReversal",
            summary = "Ask for a sale to be taken back",
            description =
                    "For a SUPERVISOR of the vendor, or FINANCE. The tokens stay what they are; only the books change,"
                            + " once another person approves.")
    ReversalResource request(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable UUID id,
            @RequestBody ReversalBody body) {
        return ReversalResource.of(reversals.request(client, id, body.basis(), body.reason()));
    }

    @PostMapping("/approval")
    @Operation(
            operationId = "approveReversal",
            summary = "Take the sale back",
            description = "For FINANCE, who neither asked for it nor belongs to the vendor of the sale.")
    ReversalResource approve(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable UUID id) {
        return ReversalResource.of(reversals.approve(client, id));
    }

    @PostMapping("/rejection")
    @Operation(operationId = "rejectReversal", summary = "Leave the sale as it is", description = "For FINANCE.")
    ReversalResource reject(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable UUID id) {
        return ReversalResource.of(reversals.reject(client, id));
    }

    @GetMapping
    @Operation(operationId = "getReversal", summary = "The last request to take a sale back")
    ReversalResource get(@RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable UUID id) {
        client.require(Role.SUPERVISOR, Role.FINANCE, Role.AUDITOR);
        return reversals
                .find(client.utility(), id)
                .map(ReversalResource::of)
                .orElseThrow(() -> Missing.record("reversal of that sale"));
    }
}
