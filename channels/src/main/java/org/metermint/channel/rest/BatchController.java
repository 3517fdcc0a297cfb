package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import org.metermint.channel.rest.BatchResource.BankingBatchResource;
import org.metermint.channel.rest.BatchResource.SalesBatchResource;
import org.metermint.vending.shift.BankingBatch;
import org.metermint.vending.shift.Batches;
import org.metermint.vending.shift.NewBanking;
import org.metermint.vending.shift.SalesBatch;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.NewMovement;
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

/** Batches of shifts, and of what goes to the bank. */
@RestController
@RequestMapping(path = "/v1", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Shifts")
final class BatchController {
    private final Batches batches;
    private final Utilities utilities;

    BatchController(Batches batches, Utilities utilities) {
        this.batches = batches;
        this.utilities = utilities;
    }

    /** Shifts to be gathered. */
    record SalesBatchBody(
            @Schema(description = "Code of the vendor; the caller's if absent.")
            Optional<String> vendor,

            @Schema(description = "Ids of counted shifts.") List<Long> shifts,

            @Schema(description = "The batch to add to; needs SUPERVISOR.")
            Optional<ShiftResource.ContinuationResource> continues) {}

    /** Sales batches to be taken to the bank. */
    record BankingBatchBody(
            @Schema(description = "Code of the vendor; the caller's if absent.")
            Optional<String> vendor,

            List<Long> salesBatches,

            @Schema(description = "The utility's account, 1 to 32 of a-z, 0-9 and '-'; main if absent.")
            Optional<String> bank,

            @Schema(description = "Number of the slip, 1 to 64 printable ASCII characters, unique in the utility.")
            String depositSlip,

            @Schema(description = "On the slip, in major units.", example = "9900.00")
            String amount,

            @Schema(description = "The batch to add to; needs SUPERVISOR.")
            Optional<ShiftResource.ContinuationResource> continues) {}

    @PostMapping(path = "/sales-batches", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "makeSalesBatch",
            summary = "Gather counted shifts into a batch, whose totals stay",
            description = "Roles: SUPERVISOR of the vendor, FINANCE.")
    SalesBatchResource gather(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @RequestBody SalesBatchBody body) {
        SalesBatch batch = batches.gather(
                client,
                key,
                vendor(client, body.vendor()),
                body.shifts(),
                body.continues().map(ShiftResource.ContinuationResource::continuation));
        return SalesBatchResource.of(batch, Currency.of(utilities, client.utility()));
    }

    @GetMapping("/sales-batches")
    @Operation(
            operationId = "listSalesBatches",
            summary = "The sales batches of a vendor, in the order in which they were made",
            description = "Sellers and supervisors see their own vendor's.")
    Page<SalesBatchResource> salesBatches(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "Code of the vendor; the caller's if absent.")
                    Optional<String> vendor,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        String code = visible(client, vendor);
        Currency currency = Currency.of(utilities, client.utility());
        return Page.after(
                cursor,
                limit,
                (id, most) -> batches.salesBatchesAfter(client.utility(), code, id, most).stream()
                        .map(batch -> SalesBatchResource.of(batch, currency))
                        .toList(),
                SalesBatchResource::id);
    }

    @GetMapping("/sales-batches/{id}")
    @Operation(
            operationId = "getSalesBatch",
            summary = "A sales batch",
            description = "Sellers and supervisors see their own vendor's.")
    SalesBatchResource salesBatch(@RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable long id) {
        SalesBatch batch = batches.salesBatch(client.utility(), id).orElseThrow(() -> Missing.record("sales batch"));
        client.requireSightOf(batch.vendor());
        return SalesBatchResource.of(batch, Currency.of(utilities, client.utility()));
    }

    @PostMapping(path = "/banking-batches", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "makeBankingBatch",
            summary = "Take sales batches to the bank on one deposit slip",
            description = "Roles: SUPERVISOR of the vendor, FINANCE. Booked for counters of the utility's own; another"
                    + " vendor's money comes in as a deposit.")
    BankingBatchResource bank(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @RequestBody BankingBatchBody body) {
        Currency currency = Currency.of(utilities, client.utility());
        long amount = currency.minor("amount", body.amount());
        NewBanking banking = Fields.checked(() -> new NewBanking(
                vendor(client, body.vendor()),
                body.salesBatches(),
                body.bank().orElse(NewMovement.MAIN_BANK),
                body.depositSlip(),
                amount,
                body.continues().map(ShiftResource.ContinuationResource::continuation)));
        return BankingBatchResource.of(batches.bank(client, key, banking), currency);
    }

    @GetMapping("/banking-batches")
    @Operation(
            operationId = "listBankingBatches",
            summary = "The banking batches of a vendor, in the order in which they were made",
            description = "Sellers and supervisors see their own vendor's.")
    Page<BankingBatchResource> bankingBatches(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "Code of the vendor; the caller's if absent.")
                    Optional<String> vendor,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        String code = visible(client, vendor);
        Currency currency = Currency.of(utilities, client.utility());
        return Page.after(
                cursor,
                limit,
                (id, most) -> batches.bankingBatchesAfter(client.utility(), code, id, most).stream()
                        .map(batch -> BankingBatchResource.of(batch, currency))
                        .toList(),
                BankingBatchResource::id);
    }

    @GetMapping("/banking-batches/{id}")
    @Operation(
            operationId = "getBankingBatch",
            summary = "A banking batch",
            description = "Sellers and supervisors see their own vendor's.")
    BankingBatchResource bankingBatch(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable long id) {
        BankingBatch batch =
                batches.bankingBatch(client.utility(), id).orElseThrow(() -> Missing.record("banking batch"));
        client.requireSightOf(batch.vendor());
        return BankingBatchResource.of(batch, Currency.of(utilities, client.utility()));
    }

    private static String vendor(ClientIdentity client, Optional<String> named) {
        return Fields.recordNumber(named.orElse(client.vendorCode()));
    }

    private static String visible(ClientIdentity client, Optional<String> named) {
        String code = vendor(client, named);
        client.requireSightOf(code);
        return code;
    }
}
