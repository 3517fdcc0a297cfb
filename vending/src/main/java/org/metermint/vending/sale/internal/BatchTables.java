package org.metermint.vending.sale.internal;

import static org.metermint.vending.sale.internal.BulkInsert.cast;
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
                    column("client_id", "text", row -> row.flight().client().clientId()),
                    column("request_id", "text", row -> row.flight().request().requestId()),
                    cast(
                            "body_sha256",
                            "text",
                            "bytea",
                            row -> "\\x" + row.flight().body()),
                    column("received_at", "timestamptz", row -> row.flight().receivedAt()),
                    column("sale_id", "uuid", RequestRow::saleId),
                    column(
                            "refusal_code",
                            "text",
                            row -> row.refusal() == null
                                    ? null
                                    : row.refusal().code().name()),
                    column(
                            "refusal_detail",
                            "text",
                            row -> row.refusal() == null ? null : row.refusal().detail())));

    static final BulkInsert<Reservation> SALE = new BulkInsert<>(
            "sale",
            List.of(
                    column("id", "uuid", Reservation::id),
                    column("receipt_number", "bigint", Reservation::receiptNumber),
                    column("client_id", "text", sale -> sale.flight().client().clientId()),
                    column("vendor_code", "text", sale -> sale.flight().client().vendorCode()),
                    column("request_id", "text", sale -> sale.flight().request().requestId()),
                    column("received_at", "timestamptz", sale -> sale.flight().receivedAt()),
                    column("account_id", "bigint", sale -> sale.priced().meter().accountId()),
                    column("meter_id", "bigint", sale -> sale.priced().meter().meterId()),
                    column(
                            "previous_sale_id",
                            "uuid",
                            sale -> sale.priced().meter().lastSaleId()),
                    column(
                            "payment",
                            "text",
                            sale -> sale.flight().request().payment().name()),
                    column(
                            "operator",
                            "text",
                            sale -> sale.flight().request().operator().orElse(null)),
                    column(
                            "terminal",
                            "text",
                            sale -> sale.flight().request().terminal().orElse(null)),
                    column("shift_id", "bigint", Reservation::shift),
                    column("commission", "bigint", sale -> sale.priced().commission()),
                    column("commission_net", "boolean", sale -> sale.priced().net()),
                    column("tender", "bigint", sale -> sale.priced().tender()),
                    column("asked_tenths", "bigint", BatchTables::askedTenths),
                    column("service", "text", sale -> sale.priced().service().name()),
                    column(
                            "tariff_id",
                            "text",
                            sale -> sale.priced().assessment().tariff().id()),
                    column(
                            "tariff_version",
                            "integer",
                            sale -> sale.priced().assessment().tariff().version()),
                    column(
                            "position_month",
                            "date",
                            sale -> before(sale).month().atDay(1)),
                    column("position_units", "numeric", sale -> before(sale).units()),
                    column(
                            "units_after",
                            "numeric",
                            sale -> sale.priced().assessment().after().units()),
                    column(
                            "assessment",
                            "text",
                            sale -> AssessmentJson.write(sale.priced().assessment())),
                    column(
                            "credit",
                            "text",
                            sale -> sale.priced().credit().type().isCurrency() ? "CURRENCY" : "UNITS"),
                    column(
                            "credit_steps",
                            "bigint",
                            sale -> sale.priced().credit().steps()),
                    column("pan", "text", sale -> target(sale).pan().digits()),
                    column("algorithm", "smallint", sale ->
                            (short) target(sale).algorithm().number()),
                    column(
                            "supply_group",
                            "text",
                            sale -> target(sale).supplyGroup().digits()),
                    column("key_revision", "smallint", sale ->
                            (short) target(sale).revision().value()),
                    column("tariff_index", "smallint", sale ->
                            (short) target(sale).tariffIndex().value()),
                    column("key_type", "smallint", sale ->
                            (short) target(sale).type().number()),
                    column("base_date", "smallint", sale ->
                            (short) sale.priced().plan().key().baseDate().year()),
                    column("tid", "integer", sale -> sale.priced().tid().minutes()),
                    column(
                            "from_supply_group",
                            "text",
                            from(state -> state.supplyGroup().digits())),
                    column("from_key_revision", "smallint", from(state ->
                            (short) state.revision().value())),
                    column("from_tariff_index", "smallint", from(state ->
                            (short) state.tariffIndex().value())),
                    column("from_key_type", "smallint", from(state ->
                            (short) state.type().number())),
                    column(
                            "key_change_tokens",
                            "smallint",
                            sale -> change(sale)
                                    .map(change -> (short) change.tokens())
                                    .orElse(null)),
                    column("key_change_message_id", "uuid", Reservation::changeId)));

    static final BulkInsert<EntryRow> ENTRY = new BulkInsert<>(
            "journal_entry",
            List.of(
                    column("id", "uuid", row -> row.sale().id()),
                    column("kind", "text", row -> "SALE"),
                    column("sale_id", "uuid", row -> row.sale().id()),
                    column("shift_id", "bigint", row -> row.sale().shift()),
                    column(
                            "booked_at",
                            "timestamptz",
                            row -> row.sale().flight().receivedAt()),
                    cast(
                            "accounts",
                            "text",
                            "bigint[]",
                            row -> array(row, posting -> row.accounts().get(posting.account()))),
                    cast("amounts", "text", "bigint[]", row -> array(row, Posting::amount))));

    static final BulkInsert<Issued> OUTCOME = new BulkInsert<>(
            "sale_outcome",
            List.of(
                    column("sale_id", "uuid", row -> row.sale().id()),
                    column("state", "text", row -> "ISSUED"),
                    column("decided_at", "timestamptz", Issued::decidedAt),
                    new BulkInsert.Column<>(
                            "key_change_tokens",
                            "text",
                            "string_to_array(u.key_change_tokens, ',')",
                            row -> row.tokens().change().stream()
                                    .map(TokenNumber::digits)
                                    .collect(Collectors.joining(","))),
                    column("credit_token", "text", row -> row.tokens().credit().digits()),
                    column("test_only", "boolean", row -> row.tokens().testOnly())));

    /** What others are told of, once it is done: see {@code outbox}. */
    static final BulkInsert<Issued> EVENT = new BulkInsert<>(
            "outbox",
            List.of(
                    column("at", "timestamptz", Issued::decidedAt),
                    column("kind", "text", row -> "SALE_ISSUED"),
                    column(
                            "meter_id",
                            "bigint",
                            row -> row.sale().priced().meter().meterId()),
                    column("subject", "uuid", row -> row.sale().id())));

    private static AccountPosition before(Reservation sale) {
        return sale.priced().assessment().before();
    }

    private static MeterKeyState target(Reservation sale) {
        return sale.priced().plan().target();
    }

    private static Optional<KeyPlan.Change> change(Reservation sale) {
        return sale.priced().plan().change();
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
