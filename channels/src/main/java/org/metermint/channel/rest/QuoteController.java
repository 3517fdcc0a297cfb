package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.metermint.vending.sale.Quotes;
import org.metermint.vending.vendor.ClientIdentity;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a purchase would be, explained to the customer. */
@RestController
@RequestMapping(path = "/v1/quotes", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Sales")
final class QuoteController {
    private final Quotes quotes;

    QuoteController(Quotes quotes) {
        this.quotes = quotes;
    }

    /** What a purchase would be, and why. */
    @Schema(name = "Quote")
    record QuoteResource(
            TrialResource sale,

            @Schema(description = "Why it is so, sentence by sentence, for the customer.")
            List<String> words,

            @Schema(description = "Every figure and how it came about, for whoever checks them.")
            List<String> sum) {}

    @GetMapping
    @Operation(
            operationId = "quote",
            summary = "What a purchase would be, and why",
            description =
                    "Prices as a sale at this moment would be priced, and explains it: at which price and why that"
                            + " one, what else is taken, what the same money would buy after it, when the cheap units begin anew,"
                            + " and what was different the last time. Sells nothing and promises nothing. The words are of the"
                            + " language in Accept-Language, English where there are none of it.")
    ResponseEntity<QuoteResource> quote(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "The number on the meter (11 or 13 digits) or its PAN (18 digits).")
                    String meter,
            @RequestParam @Parameter(description = "What would be paid, in major units; either this or units.")
                    Optional<String> tender,
            @RequestParam @Parameter(description = "Currency of the tender as in ISO 4217; the utility's.")
                    Optional<String> currency,
            @RequestParam @Parameter(description = "Units to buy, a multiple of 0.1; either this or tender.")
                    Optional<String> units,
            Locale locale) {
        SaleBody body = new SaleBody(
                meter, tender, currency, units, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        Quotes.Quote quote = quotes.quote(client, body.request("quote"), locale);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(new QuoteResource(TrialResource.of(quote.priced()), quote.words(), quote.sum()));
    }
}
