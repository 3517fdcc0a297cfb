package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.shift.CashUp;
import org.metermint.vending.shift.Continuation;
import org.metermint.vending.shift.NewShift;
import org.metermint.vending.shift.Shift;
import org.metermint.vending.shift.ShiftTotal;
import org.metermint.vending.shift.Shifts;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
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

/** Shifts at tills. */
@RestController
@RequestMapping(path = "/v1/shifts", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Shifts")
final class ShiftController {
    private final Shifts shifts;
    private final Utilities utilities;

    ShiftController(Shifts shifts, Utilities utilities) {
        this.shifts = shifts;
        this.utilities = utilities;
    }

    /** A shift to be opened. */
    record ShiftBody(
            @Schema(description = "The client whose sales count; the caller if absent. Another one needs SUPERVISOR.")
            Optional<String> client,

            @Schema(description = "The terminal behind the client.")
            Optional<String> terminal,

            @Schema(description = "Code of the person at the till.", example = "ann")
            String operator,

            @Schema(description = "In the till, in major units.", example = "200.00")
            String openingCash) {}

    /** A closed shift to be continued. */
    record ReopeningBody(
            @Schema(description = "1 to 200 characters.") String reason,

            @Schema(description = "In the till, in major units.", example = "200.00")
            String openingCash) {}

    /** What was counted. */
    record CashUpBody(
            @Schema(description = "Means of payment not named were counted as nothing.")
            List<CountedBody> counted) {}

    /** One means of payment. */
    record CountedBody(
            PaymentType payment,

            @Schema(description = "Cash with the opening cash; in major units.", example = "299.00")
            String amount) {}

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "openShift",
            summary = "Open a shift",
            description = "Roles: SELLER at its own till, SUPERVISOR at any of its vendor's. Sales of the till count in"
                    + " it from now on.")
    ShiftResource open(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @RequestBody ShiftBody body) {
        Currency currency = Currency.of(utilities, client.utility());
        long cash = currency.minor("opening_cash", body.openingCash());
        NewShift wanted = Fields.checked(
                () -> new NewShift(body.client().orElse(client.clientId()), body.terminal(), body.operator(), cash));
        return show(client, shifts.open(client, key, wanted));
    }

    @GetMapping
    @Operation(
            operationId = "listShifts",
            summary = "The shifts of a vendor, in the order in which they were opened, without totals",
            description = "Sellers and supervisors see their own vendor's.")
    Page<ShiftResource> list(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "Code of the vendor; the caller's if absent.")
                    Optional<String> vendor,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        String code = Fields.recordNumber(vendor.orElse(client.vendorCode()));
        client.requireSightOf(code);
        Currency currency = Currency.of(utilities, client.utility());
        return Page.after(
                cursor,
                limit,
                (id, most) -> shifts.after(client.utility(), code, id, most).stream()
                        .map(shift -> ShiftResource.of(shift, Optional.empty(), Optional.empty(), currency))
                        .toList(),
                ShiftResource::id);
    }

    @GetMapping("/{id}")
    @Operation(
            operationId = "getShift",
            summary = "A shift, with its totals and its count",
            description = "Sellers and supervisors see their own vendor's; sellers see totals after the count only.")
    ShiftResource get(@RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable long id) {
        return show(client, visible(client, id));
    }

    @PostMapping("/{id}/closing")
    @Operation(
            operationId = "closeShift",
            summary = "Close a shift: its totals are written and stay",
            description = "Roles: SELLER at its own till, SUPERVISOR. Again changes nothing.")
    ShiftResource close(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable long id) {
        return show(client, shifts.close(client, id));
    }

    @PostMapping(path = "/{id}/cash-up", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "cashUpShift",
            summary = "Say what was counted, without sight of what was expected",
            description = "Roles: SELLER at its own till, SUPERVISOR. The same again gets the same answer.")
    ShiftResource cashUp(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable long id,
            @RequestBody CashUpBody body) {
        Currency currency = Currency.of(utilities, client.utility());
        Map<PaymentType, Long> counted = new EnumMap<>(PaymentType.class);
        for (int i = 0; i < body.counted().size(); i++) {
            CountedBody one = body.counted().get(i);
            String field = "counted[" + i + "]";
            if (counted.put(one.payment(), currency.minor(field + ".amount", one.amount())) != null) {
                throw new ProblemException(Problem.ofField(
                        field + ".payment", Optional.of(one.payment().name()), "it stands twice; count it once"));
            }
        }
        shifts.cashUp(client, id, counted);
        return show(client, visible(client, id));
    }

    @PostMapping(path = "/{id}/reopening", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "reopenShift",
            summary = "Go on with a closed shift, by a new one; the totals of the closed one stay",
            description = "Role: SUPERVISOR.")
    ShiftResource reopen(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable long id,
            @RequestBody ReopeningBody body) {
        long cash = Currency.of(utilities, client.utility()).minor("opening_cash", body.openingCash());
        Continuation continues = Fields.checked(() -> new Continuation(id, body.reason()));
        return show(client, Fields.checked(() -> shifts.reopen(client, key, continues, cash)));
    }

    private Shift visible(ClientIdentity client, long id) {
        Shift shift = shifts.find(client.utility(), id).orElseThrow(() -> Missing.record("shift"));
        client.requireSightOf(shift.vendor());
        return shift;
    }

    private ShiftResource show(ClientIdentity client, Shift shift) {
        boolean totals = shift.closedAt().isPresent() && (shift.counted() || client.role() != Role.SELLER);
        Optional<List<ShiftTotal>> shown = totals ? Optional.of(shifts.totals(client, shift.id())) : Optional.empty();
        Optional<CashUp> cashUp = shifts.cashUp(client.utility(), shift.id());
        return ShiftResource.of(shift, shown, cashUp, Currency.of(utilities, client.utility()));
    }
}
