package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.metermint.tariff.RateVersion;
import org.metermint.vending.tariff.RateDraft;
import org.metermint.vending.tariff.RateDrafts;
import org.metermint.vending.tariff.TariffDraft;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Rate tables, version by version. */
@RestController
@RequestMapping(path = "/v1/rates", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Registers")
final class RateController {
    private final Tariffs tariffs;
    private final RateDrafts drafts;

    RateController(Tariffs tariffs, RateDrafts drafts) {
        this.tariffs = tariffs;
        this.drafts = drafts;
    }

    /** A version of a rate table, on the way in and out. */
    record RateResource(
            @Schema(description = "Names the table as tariffs do: A-Z, 0-9 and _.", example = "FUEL_COST")
            String table,

            @Schema(description = "Counts the versions of the table, from 1.", example = "7")
            int version,

            @Schema(description = "The first instant at which it holds, until a later version does.")
            Instant effectiveFrom,

            @Schema(description = "What stands in for the rate of a levy or the price of a block.", example = "3.21")
            String rate) {
        static RateResource of(RateVersion version) {
            return new RateResource(
                    version.table(),
                    version.version(),
                    version.effectiveFrom(),
                    version.rate().toPlainString());
        }

        RateVersion rateVersion() {
            BigDecimal figure = Fields.decimal("rate", rate);
            return Fields.checked(() -> new RateVersion(table, version, effectiveFrom, figure));
        }
    }

    /** A version that was proposed, and what became of it. */
    @Schema(name = "RateDraft")
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record RateDraftResource(
            long id,
            RateResource rate,
            String proposedBy,
            Instant proposedAt,

            @Schema(description = "Whether it was approved; left out while nobody has decided.")
            Optional<Boolean> approved,

            Optional<String> decidedBy,
            Optional<Instant> decidedAt,

            @Schema(description = "Why it was rejected.") Optional<String> reason) {
        static RateDraftResource of(RateDraft draft) {
            return new RateDraftResource(
                    draft.id(),
                    RateResource.of(draft.version()),
                    draft.proposedBy(),
                    draft.proposedAt(),
                    draft.decision().map(TariffDraft.Decision::approved),
                    draft.decision().map(TariffDraft.Decision::by),
                    draft.decision().map(TariffDraft.Decision::at),
                    draft.decision().flatMap(TariffDraft.Decision::reason));
        }
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "addRate",
            summary = "Add a version of a rate table, or propose it",
            description = "Levies and blocks of tariffs may take their figure from a table. A version never changes: a"
                    + " correction is a new version, and sales keep the one they used. If a tariff that accounts use names"
                    + " the table, the version is a draft until another client approves it. Role: ADMINISTRATOR.")
    @ApiResponse(
            responseCode = "201",
            description = "Added: no tariff in use names the table",
            content = @Content(schema = @Schema(implementation = RateResource.class)))
    @ApiResponse(
            responseCode = "202",
            description = "Proposed: a tariff in use names the table",
            content = @Content(schema = @Schema(implementation = RateDraftResource.class)))
    ResponseEntity<?> add(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @RequestBody RateResource body) {
        Optional<RateDraft> draft = drafts.propose(client, body.rateVersion());
        return draft.isPresent()
                ? ResponseEntity.accepted().body(RateDraftResource.of(draft.get()))
                : ResponseEntity.status(HttpStatus.CREATED).body(body);
    }

    @GetMapping("/drafts")
    @Operation(
            operationId = "listRateDrafts",
            summary = "Proposed versions of rate tables, in the order in which they were proposed",
            description = "Roles: ADMINISTRATOR, FINANCE, AUDITOR.")
    Page<RateDraftResource> drafts(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        client.require(Role.ADMINISTRATOR, Role.FINANCE, Role.AUDITOR);
        return Page.after(
                cursor,
                limit,
                (id, most) -> drafts.after(client.utility(), id, most).stream()
                        .map(RateDraftResource::of)
                        .toList(),
                RateDraftResource::id);
    }

    @PostMapping("/{table}/versions/{version}/approval")
    @Operation(
            operationId = "approveRateDraft",
            summary = "Approve a draft: it holds from its instant on",
            description =
                    "Roles: FINANCE or ADMINISTRATOR, another client than the one who proposed it; a minute before"
                            + " it begins at the latest.")
    RateDraftResource approve(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String table,
            @PathVariable int version) {
        return RateDraftResource.of(drafts.approve(client, Fields.recordNumber(table), version));
    }

    @PostMapping(path = "/{table}/versions/{version}/rejection", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "rejectRateDraft",
            summary = "Reject a draft; its number is free again",
            description = "Roles: FINANCE or ADMINISTRATOR. Who proposed it may take it back so.")
    RateDraftResource reject(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String table,
            @PathVariable int version,
            @RequestBody DepositController.ReasonBody body) {
        return RateDraftResource.of(drafts.reject(client, Fields.recordNumber(table), version, body.reason()));
    }

    @GetMapping
    @Operation(operationId = "listRates", summary = "All versions of all rate tables, by table and version")
    Page<RateResource> list(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        return Page.of(
                tariffs.rates(client.utility()).stream()
                        .map(RateResource::of)
                        .sorted(Comparator.comparing(RateController::place))
                        .toList(),
                cursor,
                limit,
                RateController::place);
    }

    /** Orders as table and version do; the blank sorts before every character of a table. */
    private static String place(RateResource rate) {
        return rate.table() + " %010d".formatted(rate.version());
    }
}
