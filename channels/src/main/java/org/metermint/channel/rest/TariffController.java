package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Comparator;
import java.util.Optional;
import org.metermint.tariff.Tariff;
import org.metermint.vending.tariff.TariffDraft;
import org.metermint.vending.tariff.TariffDrafts;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.vendor.ClientIdentity;
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

/** Tariffs, version by version. */
@RestController
@RequestMapping(path = "/v1/tariffs", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Registers")
final class TariffController {
    private final Tariffs tariffs;
    private final TariffDrafts drafts;

    TariffController(Tariffs tariffs, TariffDrafts drafts) {
        this.tariffs = tariffs;
        this.drafts = drafts;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "addTariff",
            summary = "Add a version of a tariff, or propose it",
            description = "The document is the one of docs/reference/tariffs.md. A version never changes: a correction"
                    + " is a new version. If accounts use the tariff, the version is a draft until another client approves"
                    + " it. Role: ADMINISTRATOR.")
    @ApiResponse(
            responseCode = "201",
            description = "Added: no account uses the tariff",
            content = @Content(schema = @Schema(implementation = Tariff.class)))
    @ApiResponse(
            responseCode = "202",
            description = "Proposed: accounts use the tariff",
            content = @Content(schema = @Schema(implementation = TariffDraftController.TariffDraftResource.class)))
    ResponseEntity<?> add(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @RequestBody Tariff version) {
        Optional<TariffDraft> draft = drafts.propose(client, version);
        return draft.isPresent()
                ? ResponseEntity.accepted().body(TariffDraftController.TariffDraftResource.of(draft.get()))
                : ResponseEntity.status(HttpStatus.CREATED).body(version);
    }

    @GetMapping
    @Operation(operationId = "listTariffs", summary = "All versions of all tariffs, by id and version")
    Page<Tariff> list(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        return Page.of(
                tariffs.all(client.utility()).stream()
                        .sorted(Comparator.comparing(TariffController::place))
                        .toList(),
                cursor,
                limit,
                TariffController::place);
    }

    @GetMapping("/{id}/versions/{version}")
    @Operation(operationId = "getTariff", summary = "One version of a tariff")
    Tariff get(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @PathVariable String id,
            @PathVariable int version) {
        return tariffs.version(client.utility(), Fields.recordNumber(id), version)
                .orElseThrow(() -> Missing.record("tariff version"));
    }

    /** Orders as id and version do; the blank sorts before every character of an id. */
    private static String place(Tariff tariff) {
        return tariff.id() + " %010d".formatted(tariff.version());
    }
}
