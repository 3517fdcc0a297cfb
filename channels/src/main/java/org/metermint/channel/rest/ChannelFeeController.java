package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ChannelFee;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.Vendors;
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

/** What the customers of a vendor pay for each sale beside what they buy, version by version. */
@RestController
@RequestMapping(path = "/v1/vendors/{code}/fees", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Vendors")
final class ChannelFeeController {
    private final Vendors vendors;
    private final Utilities utilities;

    ChannelFeeController(Vendors vendors, Utilities utilities) {
        this.vendors = vendors;
        this.utilities = utilities;
    }

    /** A version of a fee, on the way in and out. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record ChannelFeeResource(
            @Schema(description = "From 1, without gaps.") int version,

            @Schema(description = "Sales from this time on are under this version.", example = "2026-08-01T00:00:00Z")
            Instant effectiveFrom,

            @Schema(description = "In major units for each sale.", example = "1.50")
            String perSale,

            @Schema(description = "Of the tender: 0 to 50, at most 4 decimals.", example = "1.5")
            String percent,

            @Schema(description = "The most for one sale, in major units; no limit if absent.", example = "20.00")
            Optional<String> most) {
        static ChannelFeeResource of(ChannelFee fee, Currency currency) {
            return new ChannelFeeResource(
                    fee.version(),
                    fee.effectiveFrom(),
                    currency.decimal(fee.perSale()),
                    fee.percent().toPlainString(),
                    fee.most().isPresent()
                            ? Optional.of(currency.decimal(fee.most().getAsLong()))
                            : Optional.empty());
        }

        ChannelFee fee(Currency currency) {
            return Fields.checked(() -> new ChannelFee(
                    version,
                    effectiveFrom,
                    currency.minor("per_sale", perSale),
                    Fields.decimal("percent", percent),
                    most.isPresent() ? OptionalLong.of(currency.minor("most", most.get())) : OptionalLong.empty()));
        }
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "addChannelFee",
            summary = "Add a version of what customers pay for each sale beside what they buy",
            description =
                    "It is taken from the payment in the tariff's order, and earned by the utility. A version never"
                            + " changes; one of 0.00 ends the fee. Role: FINANCE.")
    ChannelFeeResource add(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String code,
            @RequestBody ChannelFeeResource body) {
        client.require(Role.FINANCE);
        client.requireOther(code);
        Currency currency = Currency.of(utilities, client.utility());
        return ChannelFeeResource.of(
                vendors.addFee(client.utility(), Fields.recordNumber(code), body.fee(currency)), currency);
    }

    @GetMapping
    @Operation(
            operationId = "listChannelFees",
            summary = "All versions of a vendor's fee",
            description = "Sellers and supervisors see those of their own vendor.")
    Page<ChannelFeeResource> list(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @PathVariable String code,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        client.requireSightOf(Fields.recordNumber(code));
        Currency currency = Currency.of(utilities, client.utility());
        return Page.of(
                vendors.fees(client.utility(), code).stream()
                        .map(fee -> ChannelFeeResource.of(fee, currency))
                        .toList(),
                cursor,
                limit,
                fee -> "%010d".formatted(fee.version()));
    }
}
