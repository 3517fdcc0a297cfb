package org.metermint.vending.sale.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.metermint.tariff.DebtPaid;
import org.metermint.token.MeterPan;
import org.metermint.vending.database.BooksLock;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.sale.internal.BatchTables.EntryRow;
import org.metermint.vending.sale.internal.BatchTables.Issued;
import org.metermint.vending.sale.internal.BatchTables.RequestRow;
import org.metermint.vending.tariff.KeptPosition;

/**
 * One transaction of a lane, in two round trips: the first completes the batch before and looks at everything that the
 * next needs, under lock; the second writes and commits.
 *
 * <p>The planner is held to look-ups by index: a plan that is made while a table is empty must not scan it when it is
 * large. Locks are taken in the order of meter numbers, and the vendors' rows come last and in the order of their codes.
 */
final class BatchTransaction implements AutoCloseable {
    private static final String BEGIN = """
            SELECT set_config('metermint.utility', ?, true), set_config('plan_cache_mode', 'force_generic_plan', true),
                set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
                set_config('enable_mergejoin', 'off', true), pg_advisory_xact_lock_shared(?, ?);
            """;

    private static final String COMPLETE = BatchTables.OUTCOME.sql() + ";\n" + BatchTables.EVENT.sql() + ";\n";

    private static final String LOOK = """
            SELECT revision, books_closed_before FROM utility WHERE utility_id = ?;
            SELECT l.*, l.last_sale_id IS NOT NULL AND o.sale_id IS NULL AS open
            FROM unnest(?::text[]) AS w (pan)
            CROSS JOIN LATERAL (
                SELECT %s
                FROM meter m JOIN account a ON a.utility_id = m.utility_id AND a.meter_id = m.id
                WHERE m.utility_id = ? AND m.pan = w.pan FOR NO KEY UPDATE OF a, m) AS l
            LEFT JOIN LATERAL (
                SELECT o.sale_id FROM sale_outcome o
                WHERE o.utility_id = ? AND o.sale_id = l.last_sale_id LIMIT 1) AS o ON true;
            SELECT w.place, encode(r.body_sha256, 'hex') AS body, r.sale_id, r.refusal_code, r.refusal_detail
            FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS w (client_id, request_id, place)
            CROSS JOIN LATERAL (
                SELECT * FROM request r
                WHERE r.utility_id = ? AND r.client_id = w.client_id AND r.request_id = w.request_id LIMIT 1) AS r;
            SELECT w.client_id, w.terminal, s.id AS shift
            FROM unnest(?::text[], ?::text[]) AS w (client_id, terminal)
            CROSS JOIN LATERAL (
                SELECT * FROM shift s
                WHERE s.utility_id = ? AND s.client_id = w.client_id AND coalesce(s.terminal, '') = w.terminal
                    AND s.closed_at IS NULL LIMIT 1) AS s;
            SELECT nextval('receipt_number') FROM generate_series(1, ?);
            SELECT v.code, v.balance, v.credit_line FROM unnest(?::text[]) AS w (code)
            CROSS JOIN LATERAL (SELECT * FROM vendor v WHERE v.utility_id = ? AND v.code = w.code %s) AS v
            """;
    private static final String LOOK_FREELY = LOOK.formatted(LockedMeter.COLUMNS, "LIMIT 1");
    private static final String LOOK_AND_LOCK_VENDORS = LOOK.formatted(LockedMeter.COLUMNS, "FOR NO KEY UPDATE");

    private static final String WRITE_REQUESTS = BatchTables.REQUEST.sql() + ";\n";

    private static final String WRITE_SALES = BatchTables.SALE.sql() + ";\n" + BatchTables.ENTRY.sql() + ";\n" + """
            UPDATE account a SET position_month = u.month, position_units = u.units, position_at = u.at,
                position_more = u.more::jsonb, free_month = coalesce(u.free, a.free_month)
            FROM unnest(?::bigint[], ?::date[], ?::numeric[], ?::timestamptz[], ?::text[], ?::date[])
                AS u (id, month, units, at, more, free)
            WHERE a.utility_id = ? AND a.id = u.id;
            UPDATE meter m SET last_sale_id = u.sale,
                last_tid_1993 = CASE u.base WHEN 1993 THEN u.tid ELSE m.last_tid_1993 END,
                last_tid_2014 = CASE u.base WHEN 2014 THEN u.tid ELSE m.last_tid_2014 END,
                last_tid_2035 = CASE u.base WHEN 2035 THEN u.tid ELSE m.last_tid_2035 END
            FROM unnest(?::bigint[], ?::uuid[], ?::integer[], ?::integer[]) AS u (id, sale, base, tid)
            WHERE m.utility_id = ? AND m.id = u.id;
            UPDATE vendor v SET balance = v.balance - u.amount
            FROM unnest(?::text[], ?::bigint[]) AS u (code, amount)
            WHERE v.utility_id = ? AND v.code = u.code;
            """;

    private static final String WRITE_DEBTS = """
            UPDATE debt d SET balance = d.balance - u.amount, taken_month = u.month,
                taken = CASE WHEN d.taken_month = u.month THEN d.taken ELSE 0 END + u.amount
            FROM unnest(?::bigint[], ?::text[], ?::bigint[], ?::date[]) AS u (account, reference, amount, month)
            WHERE d.utility_id = ? AND d.account_id = u.account AND d.reference = u.reference;
            UPDATE account a SET owes = false FROM unnest(?::bigint[]) AS u (id)
            WHERE a.utility_id = ? AND a.id = u.id AND NOT EXISTS (
                SELECT 1 FROM debt d
                WHERE d.utility_id = a.utility_id AND d.account_id = a.id AND d.method IS NOT NULL AND d.balance > 0);
            """;

    private static final String COMMIT = "COMMIT";

    static final String MOVE_METER = """
            UPDATE meter SET supply_group = ?, key_revision = ?, tariff_index = ?, key_type = ?
            WHERE utility_id = ? AND pan = ? AND supply_group = ? AND key_revision = ? AND tariff_index = ? AND key_type = ?
            """;

    /** What stands under a request id. */
    record Before(
            @Nullable String body,
            @Nullable UUID saleId,
            @Nullable Refusal refusal) {}

    /** A till: a client, or a terminal behind it; the terminal is empty if there is none. */
    record Seller(String clientId, String terminal) {}

    /** The float of a vendor; no credit line means no limit. */
    record VendorFloat(long balance, @Nullable Long creditLine) {}

    /**
     * What the first round trip found.
     *
     * @param requests by the place of the flight
     * @param shifts the open shifts of those who sell
     */
    record Look(
            long revision,
            UUID closedBefore,
            Map<MeterPan, LockedMeter> meters,
            Map<Integer, Before> requests,
            Map<Seller, Long> shifts,
            List<Long> receiptNumbers,
            Map<String, VendorFloat> vendors) {
        Look with(Map<MeterPan, LockedMeter> found) {
            return new Look(revision, closedBefore, found, requests, shifts, receiptNumbers, vendors);
        }
    }

    private final Connection connection;
    private final UtilityId utility;

    /** Takes a connection over. */
    BatchTransaction(Connection connection, UtilityId utility) throws SQLException {
        this.connection = connection;
        this.utility = utility;
        connection.setAutoCommit(false);
    }

    /** Completes sales, and looks at what the flights need. */
    Look look(List<Issued> done, List<Flight> flights, boolean lockVendors) throws SQLException {
        moveMeters(done);
        String text = BEGIN + (done.isEmpty() ? "" : COMPLETE) + (lockVendors ? LOOK_AND_LOCK_VENDORS : LOOK_FREELY);
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            int next = bindDone(statement, done);
            statement.setLong(next++, utility.value());
            statement.setArray(
                    next++,
                    texts(flights.stream()
                            .map(Flight::pan)
                            .filter(Objects::nonNull)
                            .map(MeterPan::digits)
                            .distinct()
                            .sorted()));
            statement.setLong(next++, utility.value());
            statement.setLong(next++, utility.value());
            statement.setArray(
                    next++, texts(flights.stream().map(flight -> flight.client().clientId())));
            statement.setArray(
                    next++,
                    texts(flights.stream().map(flight -> flight.request().requestId())));
            statement.setLong(next++, utility.value());
            List<Seller> sellers = flights.stream()
                    .map(flight -> new Seller(
                            flight.client().clientId(),
                            flight.request().terminal().orElse("")))
                    .distinct()
                    .toList();
            statement.setArray(next++, texts(sellers.stream().map(Seller::clientId)));
            statement.setArray(next++, texts(sellers.stream().map(Seller::terminal)));
            statement.setLong(next++, utility.value());
            statement.setInt(next++, flights.size());
            statement.setArray(
                    next++,
                    texts(flights.stream()
                            .map(flight -> flight.client().vendorCode())
                            .distinct()
                            .sorted()));
            statement.setLong(next, utility.value());
            return readLook(new StatementResults(statement));
        }
    }

    /** Completes sales and commits. */
    void complete(List<Issued> done) throws SQLException {
        moveMeters(done);
        try (PreparedStatement statement = connection.prepareStatement(BEGIN + COMPLETE + COMMIT)) {
            bindDone(statement, done);
            new StatementResults(statement).finish();
        }
    }

    private int bindDone(PreparedStatement statement, List<Issued> done) throws SQLException {
        int next = bindBegin(statement);
        if (!done.isEmpty()) {
            next = BatchTables.OUTCOME.bind(statement, next, utility, done);
            next = BatchTables.EVENT.bind(statement, next, utility, done);
        }
        return next;
    }

    private int bindBegin(PreparedStatement statement) throws SQLException {
        statement.setString(1, Long.toString(utility.value()));
        statement.setInt(2, BooksLock.BOOKS);
        statement.setInt(3, Math.toIntExact(utility.value()));
        return 4;
    }

    /** The meters whose key changes came with these sales, unless someone corrected their records meanwhile. */
    private void moveMeters(List<Issued> done) throws SQLException {
        if (done.stream().noneMatch(issued -> issued.sale().changeId() != null)) {
            return;
        }
        try (PreparedStatement begin = connection.prepareStatement(BEGIN)) {
            bindBegin(begin);
            begin.execute();
        }
        try (PreparedStatement move = connection.prepareStatement(MOVE_METER)) {
            for (Issued issued : done) {
                OpenSale open = issued.sale().open();
                if (open.keyChange().isPresent()) {
                    List<Object> values = new ArrayList<>(Sales.stateValues(open.target()));
                    values.add(utility.value());
                    values.add(open.target().pan().digits());
                    values.addAll(Sales.stateValues(open.keyChange().get().from()));
                    for (int i = 0; i < values.size(); i++) {
                        move.setObject(i + 1, values.get(i));
                    }
                    move.executeUpdate();
                }
            }
        }
    }

    private static Look readLook(StatementResults results) throws SQLException {
        ResultSet state = results.next("revision");
        state.next();
        long revision = state.getLong("revision");
        UUID closedBefore = state.getObject("books_closed_before", UUID.class);
        Map<MeterPan, LockedMeter> meters = new HashMap<>();
        for (ResultSet row = results.next("meter_id"); row.next(); ) {
            LockedMeter meter = LockedMeter.read(row);
            meters.put(meter.key().pan(), meter);
        }
        Map<Integer, Before> requests = new HashMap<>();
        for (ResultSet row = results.next("body"); row.next(); ) {
            requests.put(row.getInt("place") - 1, readBefore(row));
        }
        Map<Seller, Long> shifts = new HashMap<>();
        for (ResultSet row = results.next("shift"); row.next(); ) {
            shifts.put(new Seller(row.getString("client_id"), row.getString("terminal")), row.getLong("shift"));
        }
        List<Long> numbers = new ArrayList<>();
        for (ResultSet row = results.next("nextval"); row.next(); ) {
            numbers.add(row.getLong(1));
        }
        Map<String, VendorFloat> vendors = new HashMap<>();
        for (ResultSet row = results.next("balance"); row.next(); ) {
            vendors.put(
                    row.getString("code"),
                    new VendorFloat(row.getLong("balance"), row.getObject("credit_line", Long.class)));
        }
        return new Look(revision, Objects.requireNonNull(closedBefore), meters, requests, shifts, numbers, vendors);
    }

    private static Before readBefore(ResultSet row) throws SQLException {
        String code = row.getString("refusal_code");
        return new Before(
                row.getString("body"),
                row.getObject("sale_id", UUID.class),
                code == null ? null : new Refusal(RefusalCode.valueOf(code), row.getString("refusal_detail")));
    }

    /** Which of some meters are registered, though they have no account. */
    Set<String> registered(List<String> pans) throws SQLException {
        Set<String> known = new HashSet<>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pan FROM meter WHERE utility_id = ? AND pan = ANY (?)")) {
            statement.setLong(1, utility.value());
            statement.setArray(2, texts(pans.stream()));
            for (ResultSet row = statement.executeQuery(); row.next(); ) {
                known.add(row.getString(1));
            }
        }
        return known;
    }

    /**
     * The same look, with what those owe who owe and with what those are entitled to who have not had the free units of a
     * month: one more round trip each, if there are such.
     */
    Look completed(Look look, YearMonth month) throws SQLException {
        AccountLooks looks = new AccountLooks(connection, utility);
        return looks.withEntitlements(looks.withDebts(look), month);
    }

    /** Writes what was decided, and commits. */
    void write(List<RequestRow> requests, List<Reservation> sales, Map<String, Long> accounts) throws SQLException {
        List<Reservation> recovering = sales.stream()
                .filter(sale -> !sale.priced().assessment().debts().isEmpty())
                .toList();
        String text = (requests.isEmpty() ? "" : WRITE_REQUESTS)
                + (sales.isEmpty() ? "" : WRITE_SALES)
                + (recovering.isEmpty() ? "" : WRITE_DEBTS)
                + COMMIT;
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            int next = 1;
            if (!requests.isEmpty()) {
                next = BatchTables.REQUEST.bind(statement, next, utility, sorted(requests));
            }
            if (!sales.isEmpty()) {
                next = bindSales(statement, next, sales, accounts);
            }
            if (!recovering.isEmpty()) {
                bindDebts(statement, next, recovering);
            }
            new StatementResults(statement).finish();
        }
    }

    /** In the order of their names, so that two batches with the same requests wait for each other in turn. */
    private static List<RequestRow> sorted(List<RequestRow> requests) {
        return requests.stream()
                .sorted(Comparator.comparing(
                                (RequestRow row) -> row.flight().client().clientId())
                        .thenComparing(row -> row.flight().request().requestId()))
                .toList();
    }

    private int bindSales(PreparedStatement statement, int first, List<Reservation> sales, Map<String, Long> accounts)
            throws SQLException {
        int next = BatchTables.SALE.bind(statement, first, utility, sales);
        next = BatchTables.ENTRY.bind(
                statement,
                next,
                utility,
                sales.stream()
                        .filter(sale -> !sale.priced().isFree())
                        .map(sale -> new EntryRow(sale, accounts))
                        .toList());
        // the units that come along moved account and meter before the sale that brings them did: its figures are the
        // last
        Set<UUID> along = sales.stream()
                .flatMap(sale -> sale.free().stream())
                .map(Reservation::id)
                .collect(Collectors.toSet());
        List<Reservation> last =
                sales.stream().filter(sale -> !along.contains(sale.id())).toList();
        next = bindAccounts(statement, next, last);
        next = bindMeters(statement, next, last);
        Map<String, Long> debits = new TreeMap<>();
        sales.forEach(sale ->
                debits.merge(sale.flight().client().vendorCode(), sale.priced().debit(), Math::addExact));
        statement.setArray(next++, texts(debits.keySet().stream()));
        statement.setArray(next++, numbers(debits.values().stream()));
        statement.setLong(next++, utility.value());
        return next;
    }

    private int bindAccounts(PreparedStatement statement, int first, List<Reservation> sales) throws SQLException {
        int next = first;
        statement.setArray(
                next++, numbers(sales.stream().map(sale -> sale.priced().meter().accountId())));
        statement.setArray(
                next++,
                array(
                        "date",
                        sales.stream()
                                .map(sale -> sale.priced()
                                        .assessment()
                                        .after()
                                        .month()
                                        .atDay(1))));
        statement.setArray(
                next++,
                array(
                        "numeric",
                        sales.stream()
                                .map(sale -> sale.priced().assessment().after().units())));
        statement.setArray(
                next++,
                array(
                        "timestamptz",
                        sales.stream()
                                .map(sale -> sale.priced().assessment().after().lastPurchase())));
        statement.setArray(
                next++,
                texts(sales.stream()
                        .map(sale ->
                                KeptPosition.json(sale.priced().assessment().after()))));
        statement.setArray(next++, array("date", sales.stream().map(BatchTransaction::freeMonth)));
        statement.setLong(next++, utility.value());
        return next;
    }

    /** The month whose free units the account has from now on, if it is given any. */
    private static @Nullable LocalDate freeMonth(Reservation sale) {
        return sale.priced().isFree() || sale.free().isPresent()
                ? sale.priced().assessment().after().month().atDay(1)
                : null;
    }

    private int bindMeters(PreparedStatement statement, int first, List<Reservation> sales) throws SQLException {
        int next = first;
        statement.setArray(
                next++, numbers(sales.stream().map(sale -> sale.priced().meter().meterId())));
        statement.setArray(next++, array("uuid", sales.stream().map(Reservation::id)));
        statement.setArray(
                next++,
                integers(sales.stream()
                        .map(sale -> lastMinting(sale)
                                .map(one -> one.plan().key().baseDate().year())
                                .orElse(null))));
        statement.setArray(
                next++,
                integers(sales.stream()
                        .map(sale -> lastMinting(sale)
                                .map(one -> one.tid().minutes())
                                .orElse(null))));
        statement.setLong(next++, utility.value());
        return next;
    }

    /** What has the highest token identifier of a sale and the free units that come along. */
    private static Optional<Priced.Minting> lastMinting(Reservation sale) {
        return sale.priced()
                .minting()
                .or(() -> sale.free().flatMap(free -> free.priced().minting()));
    }

    private void bindDebts(PreparedStatement statement, int first, List<Reservation> recovering) throws SQLException {
        List<Long> accounts = new ArrayList<>();
        List<DebtPaid> paid = new ArrayList<>();
        List<LocalDate> months = new ArrayList<>();
        for (Reservation sale : recovering) {
            for (DebtPaid each : sale.priced().assessment().debts()) {
                accounts.add(sale.priced().meter().accountId());
                paid.add(each);
                months.add(sale.priced().assessment().before().month().atDay(1));
            }
        }
        int next = first;
        statement.setArray(next++, numbers(accounts.stream()));
        statement.setArray(next++, texts(paid.stream().map(DebtPaid::reference)));
        statement.setArray(next++, numbers(paid.stream().map(DebtPaid::amount)));
        statement.setArray(next++, array("date", months.stream()));
        statement.setLong(next++, utility.value());
        statement.setArray(next++, numbers(accounts.stream().distinct()));
        statement.setLong(next, utility.value());
    }

    // arrays of these classes travel in binary

    private java.sql.Array texts(Stream<? extends @Nullable String> values) throws SQLException {
        return connection.createArrayOf("text", values.toArray(String[]::new));
    }

    private java.sql.Array numbers(Stream<Long> values) throws SQLException {
        return connection.createArrayOf("bigint", values.toArray(Long[]::new));
    }

    private java.sql.Array integers(Stream<? extends @Nullable Integer> values) throws SQLException {
        return connection.createArrayOf("integer", values.toArray(Integer[]::new));
    }

    private java.sql.Array array(String type, Stream<? extends @Nullable Object> values) throws SQLException {
        return connection.createArrayOf(type, values.toArray());
    }

    void commit() throws SQLException {
        connection.commit();
    }

    /**
     * Undoes what was not committed. A connection that cannot is cut off: given back to the pool it could commit what is
     * under way on it, when the driver turns its transactions off.
     */
    void rollback() throws SQLException {
        try {
            connection.rollback();
        } catch (SQLException e) {
            connection.abort(Runnable::run);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
