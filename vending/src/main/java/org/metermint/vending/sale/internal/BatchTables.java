package org.metermint.vending.sale.internal;

import static org.metermint.vending.sale.internal.BulkInsert.column;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.MeterKeyState;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Purchase;
import org.metermint.token.TokenNumber;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.refusal.Refusal;

/** The rows that a batch of sales writes, table by table, column by column. */
final class BatchTables {
    private BatchTables() {}

    /** The end of a request: a sale, or a refusal for ever. */
    record RequestRow(
            Flight flight, @Nullable UUID saleId, @Nullable Refusal refusal) {}

    /** An entry of the journal, its accounts by number. */
    record EntryRow(Reservation sale, Map<String, Long> accounts) {}

    /** A sale with its tokens. */
    record Issued(Reservation sale, Reservation.Tokens tokens, Instant decidedAt) {}

    static final BulkInsert<RequestRow> REQUEST = new BulkInsert<>(
            "request",
            List.of(
                    column("client_id", row -> row.flight().client().clientId()),
                    column("request_id", row -> row.flight().request().requestId()),
                    column("body_sha256", row -> "\\x" + row.flight().body()),
                    column("received_at", row -> row.flight().receivedAt()),
                    column("sale_id", RequestRow::saleId),
                    column(
                            "refusal_code",
                            row -> row.refusal() == null
                                    ? null
                                    : row.refusal().code().name()),
                    column(
                            "refusal_detail",
                            row -> row.refusal() == null ? null : row.refusal().detail())));

    static final BulkInsert<Reservation> SALE = new BulkInsert<>(
            "sale",
            List.of(
                    column("id", Reservation::id),
                    column("receipt_number", Reservation::receiptNumber),
                    column("client_id", sale -> sale.flight().client().clientId()),
                    column("vendor_code", sale -> sale.flight().client().vendorCode()),
                    column("request_id", sale -> sale.flight().request().requestId()),
                    column("received_at", sale -> sale.flight().receivedAt()),
                    column("account_id", sale -> sale.priced().meter().accountId()),
                    column("meter_id", sale -> sale.priced().meter().meterId()),
                    column("previous_sale_id", sale -> sale.priced().meter().lastSaleId()),
                    column("payment", sale -> sale.flight().request().payment().name()),
                    column(
                            "operator",
                            sale -> sale.flight().request().operator().orElse(null)),
                    column(
                            "terminal",
                            sale -> sale.flight().request().terminal().orElse(null)),
                    column("shift_id", Reservation::shift),
                    column("commission", sale -> sale.priced().commission()),
                    column("commission_net", sale -> sale.priced().net()),
                    column("tender", sale -> sale.priced().tender()),
                    column("asked_tenths", BatchTables::askedTenths),
                    column("service", sale -> sale.priced().service().name()),
                    column(
                            "tariff_id",
                            sale -> sale.priced().assessment().tariff().id()),
                    column(
                            "tariff_version",
                            sale -> sale.priced().assessment().tariff().version()),
                    column("position_month", sale -> before(sale).month().atDay(1)),
                    column("position_units", sale -> before(sale).units()),
                    column(
                            "units_after",
                            sale -> sale.priced().assessment().after().units()),
                    column(
                            "assessment",
                            sale -> AssessmentJson.write(sale.priced().assessment())),
                    column("credit", sale -> sale.priced().credit().type().isCurrency() ? "CURRENCY" : "UNITS"),
                    column("credit_steps", sale -> sale.priced().credit().steps()),
                    column("pan", sale -> target(sale).pan().digits()),
                    column("algorithm", sale -> target(sale).algorithm().number()),
                    column("supply_group", sale -> target(sale).supplyGroup().digits()),
                    column("key_revision", sale -> target(sale).revision().value()),
                    column("tariff_index", sale -> target(sale).tariffIndex().value()),
                    column("key_type", sale -> target(sale).type().number()),
                    column(
                            "base_date",
                            minted(one -> one.plan().key().baseDate().year())),
                    column("tid", minted(one -> one.tid().minutes())),
                    column(
                            "from_supply_group",
                            from(state -> state.supplyGroup().digits())),
                    column("from_key_revision", from(state -> state.revision().value())),
                    column(
                            "from_tariff_index",
                            from(state -> state.tariffIndex().value())),
                    column("from_key_type", from(state -> state.type().number())),
                    column(
                            "key_change_tokens",
                            sale -> change(sale).map(change -> change.tokens()).orElse(null)),
                    column("key_change_message_id", Reservation::changeId),
                    column(
                            "entitlement_list",
                            sale -> sale.priced().entitlementList().orElse(null)),
                    column(
                            "free_sale_id",
                            sale -> sale.free().map(Reservation::id).orElse(null))));

    static final BulkInsert<EntryRow> ENTRY = new BulkInsert<>(
            "journal_entry",
            List.of(
                    column("id", row -> row.sale().id()),
                    column("kind", row -> "SALE"),
                    column("sale_id", row -> row.sale().id()),
                    column("shift_id", row -> row.sale().shift()),
                    column("booked_at", row -> row.sale().flight().receivedAt()),
                    column(
                            "accounts",
                            row -> array(row, posting -> row.accounts().get(posting.account()))),
                    column("amounts", row -> array(row, Posting::amount))));

    static final BulkInsert<Issued> OUTCOME = new BulkInsert<>(
            "sale_outcome",
            List.of(
                    column("sale_id", row -> row.sale().id()),
                    column("state", row -> "ISSUED"),
                    column("decided_at", Issued::decidedAt),
                    column(
                            "key_change_tokens",
                            row -> row.tokens().change().stream()
                                    .map(TokenNumber::digits)
                                    .collect(Collectors.joining(",", "{", "}"))),
                    column(
                            "credit_token",
                            row -> row.tokens()
                                    .credit()
                                    .map(TokenNumber::digits)
                                    .orElse(null)),
                    column("test_only", row -> row.tokens().testOnly())));

    /** What others are told of, once it is done: see {@code outbox}. */
    static final BulkInsert<Issued> EVENT = new BulkInsert<>(
            "outbox",
            List.of(
                    column("at", Issued::decidedAt),
                    column("kind", row -> "SALE_ISSUED"),
                    column("meter_id", row -> row.sale().priced().meter().meterId()),
                    column("subject", row -> row.sale().id())));

    private static AccountPosition before(Reservation sale) {
        return sale.priced().assessment().before();
    }

    private static MeterKeyState target(Reservation sale) {
        return sale.priced().target();
    }

    private static Optional<KeyPlan.Change> change(Reservation sale) {
        return sale.priced().keyChange();
    }

    private static Function<Reservation, @Nullable Object> minted(Function<Priced.Minting, Object> part) {
        return sale -> sale.priced().minting().map(part).orElse(null);
    }

    private static Function<Reservation, @Nullable Object> from(Function<MeterKeyState, Object> part) {
        return sale -> change(sale).map(KeyPlan.Change::from).map(part).orElse(null);
    }

    private static @Nullable Long askedTenths(Reservation sale) {
        return sale.priced().assessment().purchase() instanceof Purchase.Units units ? units.tenths() : null;
    }

    /** One number of each posting, as PostgreSQL writes an array. */
    private static String array(EntryRow row, Function<Posting, Object> part) {
        return row.sale().priced().postings(row.sale().flight().client().vendorCode()).stream()
                .map(part)
                .map(String::valueOf)
                .collect(Collectors.joining(",", "{", "}"));
    }
}
