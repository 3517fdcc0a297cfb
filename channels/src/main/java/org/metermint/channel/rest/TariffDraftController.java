package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Optional;
import org.metermint.tariff.Tariff;
import org.metermint.vending.tariff.TariffDraft;
import org.metermint.vending.tariff.TariffDrafts;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Changes of tariffs that accounts use: they wait for a second person. */
@RestController
@RequestMapping(path = "/v1/tariffs", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Registers")
final class TariffDraftController {
    private final TariffDrafts drafts;

    TariffDraftController(TariffDrafts drafts) {
        this.drafts = drafts;
    }

    /** A version that was proposed, and what became of it. */
    @Schema(name = "TariffDraft")
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record TariffDraftResource(
            long id,
            String tariff,
            int version,

            @Schema(description = "The first instant at which it would price.")
            Instant effectiveFrom,

            String proposedBy,
            Instant proposedAt,

            @Schema(description = "Whether it was approved; left out while nobody has decided.")
            Optional<Boolean> approved,

            Optional<String> decidedBy,
            Optional<Instant> decidedAt,

            @Schema(description = "Why it was rejected.") Optional<String> reason,

            Tariff document) {
        static TariffDraftResource of(TariffDraft draft) {
            return new TariffDraftResource(
                    draft.id(),
                    draft.version().id(),
                    draft.version().version(),
                    draft.version().effectiveFrom(),
                    draft.proposedBy(),
                    draft.proposedAt(),
                    draft.decision().map(TariffDraft.Decision::approved),
                    draft.decision().map(TariffDraft.Decision::by),
                    draft.decision().map(TariffDraft.Decision::at),
                    draft.decision().flatMap(TariffDraft.Decision::reason),
                    draft.version());
        }
    }

    @GetMapping("/drafts")
    @Operation(
            operationId = "listTariffDrafts",
            summary = "Proposed versions of tariffs, in the order in which they were proposed",
            description = "Roles: ADMINISTRATOR, FINANCE, AUDITOR.")
    Page<TariffDraftResource> list(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        requireSight(client);
        return Page.after(
                cursor,
                limit,
                (id, most) -> drafts.after(client.utility(), id, most).stream()
                        .map(TariffDraftResource::of)
                        .toList(),
                TariffDraftResource::id);
    }

    @GetMapping("/{id}/versions/{version}/draft")
    @Operation(
            operationId = "getTariffDraft",
            summary = "The last draft of a version of a tariff",
            description = "Roles: ADMINISTRATOR, FINANCE, AUDITOR.")
    TariffDraftResource get(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @PathVariable String id,
            @PathVariable int version) {
        requireSight(client);
        return drafts.find(client.utility(), Fields.recordNumber(id), version)
                .map(TariffDraftResource::of)
                .orElseThrow(() -> Missing.record("draft of that version"));
    }

    @PostMapping("/{id}/versions/{version}/approval")
    @Operation(
            operationId = "approveTariffDraft",
            summary = "Approve a draft: it prices from its instant on",
            description =
                    "Roles: FINANCE or ADMINISTRATOR, another client than the one who proposed it; a minute before"
                            + " it begins at the latest.")
    TariffDraftResource approve(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String id,
            @PathVariable int version) {
        return TariffDraftResource.of(drafts.approve(client, Fields.recordNumber(id), version));
    }

    @PostMapping(path = "/{id}/versions/{version}/rejection", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "rejectTariffDraft",
            summary = "Reject a draft; its number is free again",
            description = "Roles: FINANCE or ADMINISTRATOR. Who proposed it may take it back so.")
    TariffDraftResource reject(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String id,
            @PathVariable int version,
            @RequestBody DepositController.ReasonBody body) {
        return TariffDraftResource.of(drafts.reject(client, Fields.recordNumber(id), version, body.reason()));
    }

    private static void requireSight(ClientIdentity client) {
        client.require(Role.ADMINISTRATOR, Role.FINANCE, Role.AUDITOR);
    }
}
