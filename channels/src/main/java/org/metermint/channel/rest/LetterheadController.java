package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.metermint.vending.receipt.CustomerDetails;
import org.metermint.vending.receipt.Letterhead;
import org.metermint.vending.receipt.Letterheads;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the utility says of itself on receipts, version by version. */
@RestController
@RequestMapping(path = "/v1/letterheads", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Registers")
final class LetterheadController {
    private final Letterheads letterheads;

    LetterheadController(Letterheads letterheads) {
        this.letterheads = letterheads;
    }

    /** A letterhead; what is absent is not printed. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record LetterheadResource(
            @Schema(description = "In an answer alone: counts the versions, from 1.")
            Optional<Integer> version,

            @Schema(description = "Sales from this time on are printed with it; this moment if absent.")
            Optional<Instant> effectiveFrom,

            @Schema(
                    description = "In place of the utility's name: 1 to 120 characters.",
                    example = "Riverside Power Ltd")
            Optional<String> name,

            @Schema(description = "Up to 4 lines of 1 to 64 characters.", example = "[\"1 Weir Road\"]")
            List<String> address,

            @Schema(description = "1 to 32 characters.", example = "4012345678")
            Optional<String> taxNumber,

            @Schema(description = "Help line: 1 to 40 characters.", example = "0800 123 456")
            Optional<String> telephone,

            @Schema(
                    description = "What the law wants a tax invoice to be called, 1 to 60 characters; only with a"
                            + " tax_number.",
                    example = "TAX INVOICE")
            Optional<String> invoiceTitle,

            @Schema(description = "Printed at the end: 1 to 160 characters.")
            Optional<String> message,

            @Schema(description = "What is told of the customer; MASKED is initials and ends, as in T. D***i.")
            CustomerDetails customer) {
        static LetterheadResource of(Letterhead.Version version) {
            Letterhead letterhead = version.letterhead();
            return new LetterheadResource(
                    Optional.of(version.number()),
                    Optional.of(version.effectiveFrom()),
                    letterhead.name(),
                    letterhead.address(),
                    letterhead.taxNumber(),
                    letterhead.telephone(),
                    letterhead.invoiceTitle(),
                    letterhead.message(),
                    letterhead.customer());
        }

        Letterhead letterhead() {
            return Fields.checked(
                    () -> new Letterhead(name, address, taxNumber, telephone, invoiceTitle, message, customer));
        }
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "addLetterhead",
            summary = "Add a version of what the utility says of itself on receipts",
            description =
                    "A version never changes, and none begins in the past: a copy of a receipt says what the receipt"
                            + " said. Role: ADMINISTRATOR.")
    LetterheadResource add(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @RequestBody LetterheadResource body) {
        client.require(Role.ADMINISTRATOR);
        return LetterheadResource.of(letterheads.add(client.utility(), body.letterhead(), body.effectiveFrom()));
    }

    @GetMapping
    @Operation(operationId = "listLetterheads", summary = "All versions of the letterhead, by version")
    Page<LetterheadResource> list(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        return Page.of(
                letterheads.versions(client.utility()).stream()
                        .map(LetterheadResource::of)
                        .toList(),
                cursor,
                limit,
                letterhead -> "%010d".formatted(letterhead.version().orElseThrow()));
    }
}
