package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.UUID;
import org.metermint.vending.receipt.Paper;
import org.metermint.vending.receipt.Receipt;
import org.metermint.vending.receipt.Receipts;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.sale.AfterSales;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleDesk;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.sale.TrialAnswer;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.http.CacheControl;
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

/** Sales and their receipts. */
@RestController
@RequestMapping("/v1/sales")
@Tag(name = "Sales")
final class SaleController {
    /** The one POST that writes nothing and so needs no Idempotency-Key. */
    static final String TRIAL = "/v1/sales/trial";

    private static final String TEXT = "text/plain;charset=UTF-8";

    private final SaleDesk desk;
    private final AfterSales afterSales;
    private final Receipts receipts;
    private final SaleMeasures measures;

    SaleController(SaleDesk desk, AfterSales afterSales, Receipts receipts, SaleMeasures measures) {
        this.desk = desk;
        this.afterSales = afterSales;
        this.receipts = receipts;
        this.measures = measures;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE, produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "sell",
            summary = "Sell",
            description = "Makes at most one sale for one Idempotency-Key of a client, for ever: a repeat gets the"
                    + " identical answer, another body under the same key is refused. Refusals bind the key too,"
                    + " except those that are retryable (503): after one of these nothing is decided. Roles: SELLER,"
                    + " SUPERVISOR.")
    @ApiResponse(
            responseCode = "201",
            description = "Sold",
            content = @Content(schema = @Schema(implementation = SaleResource.class)))
    ResponseEntity<?> sell(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) @Parameter(description = "The client's name for this sale.")
                    String key,
            @RequestParam(defaultValue = "false")
                    @Parameter(
                            description = "Whether the answer carries the first receipt. It names people as they are"
                                    + " called now.")
                    boolean receipt,
            @RequestBody SaleBody body) {
        client.require(Role.SELLER, Role.SUPERVISOR);
        SaleRequest request = body.request(key);
        return answer(HttpStatus.CREATED, receipt, measures.timed(() -> desk.sell(client, request)));
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "findSale",
            summary = "What became of a request",
            description = "What the request was answered, or would be if it were repeated.")
    @ApiResponse(
            responseCode = "200",
            description = "Sold",
            content = @Content(schema = @Schema(implementation = SaleResource.class)))
    ResponseEntity<?> byRequest(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam("request") @Parameter(description = "The Idempotency-Key of the sale.") String request) {
        SaleAnswer answer = desk.byRequest(client, Fields.requestId("request", request))
                .orElseThrow(() -> Missing.record("request of this client"));
        return answer(HttpStatus.OK, false, answer);
    }

    @PostMapping(
            path = "/trial",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "trySale",
            summary = "What a sale would be",
            description =
                    "Prices a sale by the rules of this moment and makes none: no token, no row, no promise. The float"
                            + " of the vendor is not looked at.")
    @ApiResponse(
            responseCode = "200",
            description = "Priced",
            content = @Content(schema = @Schema(implementation = TrialResource.class)))
    ResponseEntity<?> trial(@RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @RequestBody SaleBody body) {
        return switch (desk.trial(client, body.request("trial"))) {
            case TrialAnswer.Priced priced ->
                ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(TrialResource.of(priced));
            case TrialAnswer.Refused(Refusal refusal) -> Answers.of(Problem.of(refusal));
        };
    }

    @PostMapping(
            path = "/advice",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "adviseSale",
            summary = "What became of a request, for good",
            description =
                    "The identical sale, its refusal, or in progress (503, ask again). A request that never arrived is"
                            + " given up (422, REQUEST_VOIDED), and refused if it arrives later: the answer is the end of it."
                            + " Roles: SELLER, SUPERVISOR.")
    @ApiResponse(
            responseCode = "200",
            description = "Sold",
            content = @Content(schema = @Schema(implementation = SaleResource.class)))
    ResponseEntity<?> advice(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @RequestBody AdviceBody body) {
        client.require(Role.SELLER, Role.SUPERVISOR);
        return answer(HttpStatus.OK, false, desk.advise(client, body.checked()));
    }

    @PostMapping(path = "/{id}/confirmation", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "confirmSale",
            summary = "The customer has the tokens",
            description =
                    "Makes the sale DELIVERED. Answers to its request stay as they were. Roles: SELLER, SUPERVISOR.")
    ResponseEntity<SaleResource> confirm(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable UUID id) {
        client.require(Role.SELLER, Role.SUPERVISOR);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(SaleResource.of(afterSales.confirm(client, id)));
    }

    @PostMapping(path = "/{id}/resend", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "resendSale",
            summary = "Send the tokens once more",
            description =
                    "Writes the event SALE_RESEND into the outbox, for whoever sends messages to the phone that is"
                            + " registered for the customer; at most three times a day. No such sender is built in yet."
                            + " Roles: SELLER, SUPERVISOR.")
    ResponseEntity<SaleResource> resend(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable UUID id) {
        client.require(Role.SELLER, Role.SUPERVISOR);
        return ResponseEntity.accepted()
                .cacheControl(CacheControl.noStore())
                .body(SaleResource.of(afterSales.resend(client, id)));
    }

    @GetMapping(path = "/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "getSale", summary = "A sale in whatever state it is")
    ResponseEntity<SaleResource> byId(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable UUID id) {
        Sale sale = desk.sale(client.utility(), id).orElseThrow(() -> Missing.record("sale"));
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(SaleResource.of(sale));
    }

    @GetMapping(path = "/{id}/receipt", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "reprintReceipt",
            summary = "The receipt once more, marked COPY",
            description = "As JSON, as text for a printer with Accept: text/plain, or as a document with Accept:"
                    + " application/pdf. The first receipt comes with the"
                    + " answer that makes the sale, if it was asked for there.")
    ResponseEntity<Receipt> receipt(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable UUID id) {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(reprint(client, id));
    }

    @GetMapping(path = "/{id}/receipt", produces = TEXT)
    @Operation(operationId = "reprintReceipt", summary = "The receipt once more, marked COPY")
    ResponseEntity<String> receiptText(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @PathVariable UUID id,
            @RequestParam(defaultValue = "MM_80")
                    @Parameter(description = "How wide the text is, for a printer of 58 mm (32 columns) or 80 mm (42).")
                    Paper paper) {
        return plain(receipts.text(reprint(client, id), paper));
    }

    @GetMapping(path = "/{id}/receipt", produces = MediaType.APPLICATION_PDF_VALUE)
    @Operation(operationId = "reprintReceipt", summary = "The receipt once more, marked COPY")
    ResponseEntity<byte[]> receiptPdf(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable UUID id) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.APPLICATION_PDF)
                .body(receipts.pdf(reprint(client, id)));
    }

    @GetMapping(path = "/{id}/receipt/message", produces = TEXT)
    @Operation(
            operationId = "receiptMessage",
            summary = "The receipt as one short message",
            description = "The tokens first, then what there is room for in 160 characters of the GSM alphabet.")
    ResponseEntity<String> receiptMessage(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable UUID id) {
        return plain(receipts.message(reprint(client, id)));
    }

    private static ResponseEntity<String> plain(String text) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.parseMediaType(TEXT))
                .body(text);
    }

    private Receipt reprint(ClientIdentity client, UUID id) {
        return receipts.reprint(client.utility(), id).orElseThrow(() -> Missing.record("completed sale"));
    }

    private ResponseEntity<?> answer(HttpStatus made, boolean withReceipt, SaleAnswer answer) {
        return switch (answer) {
            case SaleAnswer.Sold(Sale sale) ->
                ResponseEntity.status(made)
                        .location(URI.create("/v1/sales/" + sale.id()))
                        .cacheControl(CacheControl.noStore())
                        .body(withReceipt ? withReceipt(sale) : SaleResource.of(sale));
            case SaleAnswer.Refused refused -> Answers.of(Problem.of(refused.refusal(), refused.saleId()));
        };
    }

    private SaleResource withReceipt(Sale sale) {
        Receipt receipt = receipts.of(sale);
        return SaleResource.of(sale, receipt, receipts.text(receipt, Paper.MM_80));
    }
}
