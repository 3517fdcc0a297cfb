package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.metermint.tariff.RateVersion;
import org.metermint.vending.tariff.Tariffs;
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

/** Rate tables, version by version. */
@RestController
@RequestMapping(path = "/v1/rates", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Registers")
final class RateController {
    private final Tariffs tariffs;

    RateController(Tariffs tariffs) {
        this.tariffs = tariffs;
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

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "addRate",
            summary = "Add a version of a rate table",
            description = "Levies and blocks of tariffs may take their figure from a table. A version never changes: a"
                    + " correction is a new version, and sales keep the one they used. Role: ADMINISTRATOR.")
    RateResource add(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @RequestBody RateResource body) {
        client.require(Role.ADMINISTRATOR);
        return RateResource.of(tariffs.add(client.utility(), body.rateVersion()));
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
