package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.metermint.vending.ledger.AccountBalance;
import org.metermint.vending.ledger.AccountType;
import org.metermint.vending.ledger.ChartOfAccounts;
import org.metermint.vending.ledger.ClosedDay;
import org.metermint.vending.ledger.DailyClose;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.ledger.LedgerAccount;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The books, to be read. */
@RestController
@RequestMapping(path = "/v1/ledger", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Ledger")
final class LedgerController {
    private final Ledger ledger;
    private final ChartOfAccounts chart;
    private final DailyClose dailyClose;
    private final Utilities utilities;

    LedgerController(Ledger ledger, ChartOfAccounts chart, DailyClose dailyClose, Utilities utilities) {
        this.ledger = ledger;
        this.chart = chart;
        this.dailyClose = dailyClose;
        this.utilities = utilities;
    }

    /** An account and its balance. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record LedgerAccountResource(
            @Schema(example = "tax/VAT") String code,
            AccountType type,
            Optional<String> name,
            Optional<String> number,

            @Schema(description = "In major units; debits positive, credits negative.", example = "-13.04")
            String balance) {}

    /** One event in the books. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record LedgerEntryResource(
            UUID id,
            JournalEntry.Kind kind,
            Optional<UUID> sale,
            Optional<String> reference,
            Optional<Long> shift,
            Instant bookedAt,
            List<PostingResource> postings) {}

    /** One side of an entry. */
    record PostingResource(
            @Schema(example = "tax/VAT") String account,

            @Schema(description = "In major units; a debit is positive, a credit negative.", example = "-13.04")
            String amount) {}

    /** A closed day. */
    record LedgerCloseResource(
            LocalDate day,
            long entries,
            long postings,

            @Schema(description = "SHA-256 in hexadecimal digits; docs/internals/ledger.md says of what.")
            String digest,

            String previousDigest,
            Instant closedAt) {}

    @GetMapping("/accounts")
    @Operation(
            operationId = "listLedgerAccounts",
            summary = "The chart of accounts with balances, by code",
            description = "Roles: FINANCE, AUDITOR.")
    Page<LedgerAccountResource> accounts(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        Utility utility = reader(client);
        Page<LedgerAccount> page = Page.of(chart.accounts(client.utility()), cursor, limit, LedgerAccount::code);
        Map<String, Long> balances = ledger.balances(client.utility()).stream()
                .collect(Collectors.toMap(AccountBalance::code, AccountBalance::balance));
        return new Page<>(
                page.items().stream()
                        .map(account -> new LedgerAccountResource(
                                account.code(),
                                account.type(),
                                account.name(),
                                account.number(),
                                utility.money(balances.getOrDefault(account.code(), 0L))
                                        .decimal()))
                        .toList(),
                page.next());
    }

    @GetMapping("/entries")
    @Operation(
            operationId = "listLedgerEntries",
            summary = "Journal entries, in the order of their ids",
            description = "Ids begin with the time. Roles: FINANCE, AUDITOR.")
    Page<LedgerEntryResource> entries(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        Utility utility = reader(client);
        return Page.following(
                cursor,
                limit,
                UUID::fromString,
                (after, most) -> ledger.entries(client.utility(), after, most).stream()
                        .map(entry -> entry(utility, entry))
                        .toList(),
                entry -> entry.id().toString());
    }

    private static LedgerEntryResource entry(Utility utility, JournalEntry entry) {
        return new LedgerEntryResource(
                entry.id(),
                entry.kind(),
                entry.sale(),
                entry.reference(),
                entry.shift(),
                entry.bookedAt(),
                entry.postings().stream()
                        .map(posting -> new PostingResource(
                                posting.account(),
                                utility.money(posting.amount()).decimal()))
                        .toList());
    }

    @GetMapping("/closes")
    @Operation(
            operationId = "listLedgerCloses",
            summary = "Closed days, the latest first",
            description = "Roles: FINANCE, AUDITOR.")
    Page<LedgerCloseResource> closes(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        reader(client);
        return Page.following(
                cursor,
                limit,
                LocalDate::parse,
                (before, most) -> dailyClose.closed(client.utility(), before, most).stream()
                        .map(LedgerController::close)
                        .toList(),
                close -> close.day().toString());
    }

    private static LedgerCloseResource close(ClosedDay day) {
        return new LedgerCloseResource(
                day.day(), day.entries(), day.postings(), day.digest(), day.previousDigest(), day.closedAt());
    }

    /** The utility of a client that may read its books. */
    private Utility reader(ClientIdentity client) {
        client.require(Role.FINANCE, Role.AUDITOR);
        return utilities.get(client.utility());
    }
}
