package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Floats;
import org.metermint.vending.vendor.Statement;
import org.metermint.vending.vendor.StatementCsv;
import org.metermint.vending.vendor.Vendors;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Statements of floats. */
@RestController
@RequestMapping("/v1/vendors/{vendor}/statement")
@Tag(name = "Float")
final class StatementController {
    private static final String CSV = "text/csv;charset=UTF-8";
    private static final int MOST_LINES = 100_000;
    private static final int LARGEST_PAGE = 100;

    private final Floats floats;
    private final Vendors vendors;
    private final Utilities utilities;

    StatementController(Floats floats, Vendors vendors, Utilities utilities) {
        this.floats = floats;
        this.vendors = vendors;
        this.utilities = utilities;
    }

    /** A page of a statement. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record StatementResource(
            @Schema(example = "ZAR") String currency,

            @Schema(description = "Balance before the first line of this page.", example = "1250.00")
            String opening,

            @Schema(description = "Balance after the last line of this page.", example = "1150.00")
            String closing,

            List<StatementLine> lines,

            @Schema(description = "Cursor of the next page; absent on the last.")
            Optional<String> next) {}

    /** A movement of a float. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record StatementLine(
            UUID entry,
            Instant bookedAt,
            JournalEntry.Kind kind,
            Optional<UUID> sale,
            Optional<String> reference,

            @Schema(description = "A deposit is above zero, a sale below.", example = "-100.00")
            String change,

            @Schema(description = "After it.", example = "1150.00")
            String balance) {}

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "getStatement",
            summary = "Every movement of a float in a span of time, with the balance after each",
            description =
                    "Sellers and supervisors see their own vendor's. As CSV in one piece with Accept: text/csv, of"
                            + " up to 100,000 movements.")
    StatementResource statement(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @PathVariable String vendor,
            @RequestParam @Parameter(description = "RFC 3339, inclusive.", example = "2026-07-01T00:00:00Z")
                    String from,
            @RequestParam @Parameter(description = "RFC 3339, exclusive.", example = "2026-08-01T00:00:00Z") String to,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        requireSight(client, vendor);
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw invalid("limit", Integer.toString(limit), "it needs 1.." + LARGEST_PAGE);
        }
        Currency currency = Currency.of(utilities, client.utility());
        Statement statement = floats.statement(
                client.utility(),
                vendor,
                instant("from", from),
                instant("to", to),
                cursor.map(StatementController::place),
                limit);
        return new StatementResource(
                currency.code(),
                currency.decimal(statement.opening()),
                currency.decimal(statement.closing()),
                statement.lines().stream().map(line -> line(line, currency)).toList(),
                statement.next().map(StatementController::cursor));
    }

    @GetMapping(produces = CSV)
    @Operation(
            operationId = "getStatement",
            summary = "Every movement of a float in a span of time, with the balance after each")
    ResponseEntity<String> csv(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @PathVariable String vendor,
            @RequestParam String from,
            @RequestParam String to) {
        requireSight(client, vendor);
        StringBuilder text = new StringBuilder();
        StatementCsv.write(
                floats,
                utilities.get(client.utility()),
                vendor,
                instant("from", from),
                instant("to", to),
                MOST_LINES,
                text);
        return ResponseEntity.ok().contentType(MediaType.parseMediaType(CSV)).body(text.toString());
    }

    private void requireSight(ClientIdentity client, String vendor) {
        client.requireSightOf(Fields.recordNumber(vendor));
        if (vendors.find(client.utility(), vendor).isEmpty()) {
            throw Missing.record("vendor");
        }
    }

    private static StatementLine line(Statement.Line line, Currency currency) {
        return new StatementLine(
                line.entry(),
                line.bookedAt(),
                line.kind(),
                line.sale(),
                line.reference(),
                currency.decimal(line.change()),
                currency.decimal(line.balance()));
    }

    private static Instant instant(String parameter, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw invalid(parameter, text, "it is no time such as 2026-07-01T00:00:00Z");
        }
    }

    private static String cursor(Statement.Place place) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((place.after() + " " + place.balance()).getBytes(StandardCharsets.US_ASCII));
    }

    private static Statement.Place place(String cursor) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).split(" ", 2);
            return new Statement.Place(UUID.fromString(parts[0]), Long.parseLong(parts[1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw invalid("cursor", cursor, "it is no cursor of this interface; begin without one");
        }
    }

    private static ProblemException invalid(String parameter, String value, String detail) {
        return new ProblemException(
                Problem.of(Fault.PARAMETER_INVALID, detail, Optional.of(parameter), Optional.of(value)));
    }
}
