package org.metermint.vending.shift.internal;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.database.BooksLock;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.shift.BankingBatch;
import org.metermint.vending.shift.BatchTotal;
import org.metermint.vending.shift.Batches;
import org.metermint.vending.shift.Continuation;
import org.metermint.vending.shift.NewBanking;
import org.metermint.vending.shift.SalesBatch;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.Vendor;
import org.metermint.vending.vendor.Vendors;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcBatches implements Batches {
    private static final int MOST_PARTS = 1_000;

    private static final String SELECT_SALES = """
            SELECT b.*, ARRAY(SELECT s.shift_id FROM sales_batch_shift s
                              WHERE s.utility_id = b.utility_id AND s.batch_id = b.id ORDER BY 1) AS parts
            FROM sales_batch b WHERE b.utility_id = :utility
            """;

    private static final String SELECT_BANKING = """
            SELECT b.*, ARRAY(SELECT s.sales_batch_id FROM banking_batch_sales_batch s
                              WHERE s.utility_id = b.utility_id AND s.batch_id = b.id ORDER BY 1) AS parts
            FROM banking_batch b WHERE b.utility_id = :utility
            """;

    private final UtilityTransactions transactions;
    private final Vendors vendors;
    private final Ledger ledger;
    private final BiFunction<UtilityId, Instant, UUID> entryIds;
    private final Clock clock;

    /** Batches whose journal entries get their ids from {@code entryIds}, asked within the transaction that books. */
    public JdbcBatches(
            UtilityTransactions transactions,
            Vendors vendors,
            Ledger ledger,
            BiFunction<UtilityId, Instant, UUID> entryIds,
            Clock clock) {
        this.transactions = transactions;
        this.vendors = vendors;
        this.ledger = ledger;
        this.entryIds = entryIds;
        this.clock = clock;
    }

    @Override
    public SalesBatch gather(
            ClientIdentity by, String requestId, String vendor, List<Long> shifts, Optional<Continuation> continues) {
        requireMaker(by, vendor, continues);
        List<Long> wanted = distinct("shifts", shifts);
        return transactions.in(by.utility(), sql -> {
            oneAtATime(sql, by, requestId);
            Optional<SalesBatch> before = salesBatch(sql, by, requestId);
            if (before.isEmpty()) {
                requireCounted(sql, by.utility(), vendor, wanted);
                continues.ifPresent(one -> requireVendors(
                        vendor, salesBatch(by.utility(), one.of()).map(SalesBatch::vendor)));
                insertSales(sql, by, requestId, vendor, wanted, continues);
            }
            SalesBatch batch = salesBatch(sql, by, requestId).orElseThrow();
            boolean same = batch.vendor().equals(vendor)
                    && batch.shifts().equals(wanted)
                    && batch.continues().equals(continues);
            return requireSame(same, batch);
        });
    }

    private static void requireCounted(JdbcClient sql, UtilityId utility, String vendor, List<Long> shifts) {
        List<Long> counted = sql.sql("""
                        SELECT s.id FROM shift s
                        JOIN shift_cash_up c ON c.utility_id = s.utility_id AND c.shift_id = s.id
                        WHERE s.utility_id = ? AND s.vendor_code = ? AND s.id = ANY (?::bigint[])
                        """)
                .params(utility.value(), vendor, shifts.toArray(Long[]::new))
                .query(Long.class)
                .list();
        shifts.stream().filter(shift -> !counted.contains(shift)).findFirst().ifPresent(shift -> {
            throw new RefusedException(
                    RefusalCode.SHIFT_NOT_COUNTED, "shift " + shift + " is not a counted shift of vendor " + vendor);
        });
    }

    private void insertSales(
            JdbcClient sql,
            ClientIdentity by,
            String requestId,
            String vendor,
            List<Long> shifts,
            Optional<Continuation> continues) {
        long id = sql.sql("""
                        INSERT INTO sales_batch (utility_id, vendor_code, made_by, made_at, request_id, continues, reason)
                        VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id
                        """)
                .params(Arrays.asList(
                        by.utility().value(),
                        vendor,
                        by.clientId(),
                        now().atOffset(ZoneOffset.UTC),
                        requestId,
                        continues.map(Continuation::of).orElse(null),
                        continues.map(Continuation::reason).orElse(null)))
                .query(Long.class)
                .single();
        gatherParts(sql, "sales_batch_shift", "shift_id", by.utility(), id, shifts);
        sql.sql("""
                        INSERT INTO sales_batch_total (utility_id, batch_id, payment, sales, expected, counted)
                        SELECT :utility, :batch, t.payment, sum(t.sales), sum(t.sold - t.undone),
                            sum(c.counted - CASE t.payment WHEN 'CASH' THEN s.opening_cash ELSE 0 END)
                        FROM shift_total t
                        JOIN shift s ON s.utility_id = t.utility_id AND s.id = t.shift_id
                        JOIN shift_count c ON c.utility_id = t.utility_id AND c.shift_id = t.shift_id
                            AND c.payment = t.payment
                        WHERE t.utility_id = :utility AND t.shift_id = ANY (:shifts::bigint[])
                        GROUP BY t.payment
                        """)
                .param("utility", by.utility().value())
                .param("batch", id)
                .param("shifts", shifts.toArray(Long[]::new))
                .update();
    }

    /** Puts parts into a batch; each stands in one at most. */
    private static void gatherParts(
            JdbcClient sql, String table, String column, UtilityId utility, long batch, List<Long> parts) {
        int gathered = sql.sql("""
                        INSERT INTO %s (utility_id, batch_id, %s)
                        SELECT ?, ?, part FROM unnest(?::bigint[]) AS p (part) ORDER BY part ON CONFLICT DO NOTHING
                        """.formatted(table, column))
                .params(utility.value(), batch, parts.toArray(Long[]::new))
                .update();
        if (gathered < parts.size()) {
            throw new RefusedException(
                    RefusalCode.ALREADY_GATHERED,
                    (parts.size() - gathered) + " of the " + parts.size() + " stand in another batch");
        }
    }

    @Override
    public BankingBatch bank(ClientIdentity by, String requestId, NewBanking banking) {
        requireMaker(by, banking.vendor(), banking.continues());
        List<Long> wanted = distinct("sales_batches", banking.salesBatches());
        return transactions.in(by.utility(), sql -> {
            BooksLock.share(sql, by.utility());
            oneAtATime(sql, by, requestId);
            Optional<BankingBatch> before = bankingBatch(sql, by, requestId);
            if (before.isEmpty()) {
                wanted.forEach(id -> requireVendors(
                        banking.vendor(), salesBatch(by.utility(), id).map(SalesBatch::vendor)));
                banking.continues()
                        .ifPresent(one -> requireVendors(
                                banking.vendor(),
                                bankingBatch(by.utility(), one.of()).map(BankingBatch::vendor)));
                insertBanking(sql, by, requestId, banking, wanted);
            }
            BankingBatch batch = bankingBatch(sql, by, requestId).orElseThrow();
            boolean same = batch.vendor().equals(banking.vendor())
                    && batch.salesBatches().equals(wanted)
                    && batch.bank().equals(banking.bank())
                    && batch.depositSlip().equals(banking.depositSlip())
                    && batch.amount() == banking.amount()
                    && batch.continues().equals(banking.continues());
            return requireSame(same, batch);
        });
    }

    private void insertBanking(
            JdbcClient sql, ClientIdentity by, String requestId, NewBanking banking, List<Long> salesBatches) {
        Instant now = now();
        Vendor vendor = vendors.find(by.utility(), banking.vendor()).orElseThrow();
        Optional<UUID> entry = vendor.ownCounter() && banking.amount() > 0
                ? Optional.of(book(by.utility(), banking, now))
                : Optional.empty();
        Optional<Long> id = sql.sql("""
                        INSERT INTO banking_batch (utility_id, vendor_code, bank, deposit_slip, amount, cash, made_by,
                            made_at, request_id, continues, reason, entry_id)
                        SELECT ?, ?, ?, ?, ?, coalesce(sum(t.counted), 0), ?, ?, ?, ?::bigint, ?, ?::uuid
                        FROM sales_batch_total t
                        WHERE t.utility_id = ? AND t.batch_id = ANY (?::bigint[]) AND t.payment = ?
                        ON CONFLICT (utility_id, deposit_slip) DO NOTHING RETURNING id
                        """)
                .params(Arrays.asList(
                        by.utility().value(),
                        banking.vendor(),
                        banking.bank(),
                        banking.depositSlip(),
                        banking.amount(),
                        by.clientId(),
                        now.atOffset(ZoneOffset.UTC),
                        requestId,
                        banking.continues().map(Continuation::of).orElse(null),
                        banking.continues().map(Continuation::reason).orElse(null),
                        entry.orElse(null),
                        by.utility().value(),
                        salesBatches.toArray(Long[]::new),
                        PaymentType.CASH.name()))
                .query(Long.class)
                .optional();
        if (id.isEmpty()) {
            throw new RefusedException(RefusalCode.ALREADY_EXISTS, "another banking batch has that deposit slip");
        }
        gatherParts(sql, "banking_batch_sales_batch", "sales_batch_id", by.utility(), id.get(), salesBatches);
    }

    private UUID book(UtilityId utility, NewBanking banking, Instant now) {
        UUID entry = entryIds.apply(utility, now);
        ledger.post(
                utility,
                new JournalEntry(
                        entry,
                        JournalEntry.Kind.BANKING,
                        Optional.empty(),
                        Optional.of(banking.depositSlip()),
                        Optional.empty(),
                        now,
                        List.of(
                                new Posting("bank/" + banking.bank(), banking.amount()),
                                new Posting("cash/" + banking.vendor(), -banking.amount()))));
        return entry;
    }

    /** A supervisor of the vendor, or finance; to continue what is closed, a supervisor only. */
    private void requireMaker(ClientIdentity by, String vendor, Optional<Continuation> continues) {
        if (continues.isPresent()) {
            by.require(Role.SUPERVISOR);
        }
        by.require(Role.SUPERVISOR, Role.FINANCE);
        by.requireSightOf(vendor);
        if (vendors.find(by.utility(), vendor).isEmpty()) {
            throw new RefusedException(RefusalCode.NOT_FOUND, "this utility has no such vendor");
        }
    }

    private static void requireVendors(String vendor, Optional<String> owner) {
        if (!owner.equals(Optional.of(vendor))) {
            throw new RefusedException(RefusalCode.NOT_FOUND, "the vendor has no such batch");
        }
    }

    private static List<Long> distinct(String field, List<Long> ids) {
        List<Long> distinct = ids.stream().distinct().sorted().toList();
        if (distinct.isEmpty() || distinct.size() > MOST_PARTS) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID, distinct.size() + " " + field + " are outside 1.." + MOST_PARTS);
        }
        return distinct;
    }

    /** The same request, sent twice at once, is answered twice alike. */
    private static void oneAtATime(JdbcClient sql, ClientIdentity by, String requestId) {
        sql.sql("SELECT pg_advisory_xact_lock(hashtextextended('batch ' || ? || ' ' || ?, ?))")
                .params(by.clientId(), requestId, by.utility().value())
                .query()
                .singleRow();
    }

    private static <T> T requireSame(boolean same, T batch) {
        if (!same) {
            throw new RefusedException(RefusalCode.REQUEST_ID_REUSED, "another batch was made under this request id");
        }
        return batch;
    }

    private static Optional<SalesBatch> salesBatch(JdbcClient sql, ClientIdentity by, String requestId) {
        return byRequest(sql, SELECT_SALES, by, requestId)
                .query((row, number) -> readSales(sql, row))
                .optional();
    }

    private static Optional<BankingBatch> bankingBatch(JdbcClient sql, ClientIdentity by, String requestId) {
        return byRequest(sql, SELECT_BANKING, by, requestId)
                .query(JdbcBatches::readBanking)
                .optional();
    }

    private static JdbcClient.StatementSpec byRequest(
            JdbcClient sql, String select, ClientIdentity by, String requestId) {
        return sql.sql(select + " AND b.made_by = :by AND b.request_id = :request")
                .param("utility", by.utility().value())
                .param("by", by.clientId())
                .param("request", requestId);
    }

    @Override
    public Optional<SalesBatch> salesBatch(UtilityId utility, long id) {
        return transactions.in(
                utility,
                sql -> byId(sql, SELECT_SALES, utility, id)
                        .query((row, number) -> readSales(sql, row))
                        .optional());
    }

    @Override
    public List<SalesBatch> salesBatchesAfter(UtilityId utility, String vendor, long id, int limit) {
        return transactions.in(
                utility,
                sql -> after(sql, SELECT_SALES, utility, vendor, id, limit)
                        .query((row, number) -> readSales(sql, row))
                        .list());
    }

    @Override
    public Optional<BankingBatch> bankingBatch(UtilityId utility, long id) {
        return transactions.in(
                utility,
                sql -> byId(sql, SELECT_BANKING, utility, id)
                        .query(JdbcBatches::readBanking)
                        .optional());
    }

    @Override
    public List<BankingBatch> bankingBatchesAfter(UtilityId utility, String vendor, long id, int limit) {
        return transactions.in(
                utility,
                sql -> after(sql, SELECT_BANKING, utility, vendor, id, limit)
                        .query(JdbcBatches::readBanking)
                        .list());
    }

    private static JdbcClient.StatementSpec byId(JdbcClient sql, String select, UtilityId utility, long id) {
        return sql.sql(select + " AND b.id = :id")
                .param("utility", utility.value())
                .param("id", id);
    }

    private static JdbcClient.StatementSpec after(
            JdbcClient sql, String select, UtilityId utility, String vendor, long id, int limit) {
        return sql.sql(select + " AND b.vendor_code = :vendor AND b.id > :id ORDER BY b.id LIMIT :limit")
                .param("utility", utility.value())
                .param("vendor", vendor)
                .param("id", id)
                .param("limit", limit);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static SalesBatch readSales(JdbcClient sql, ResultSet row) throws SQLException {
        long id = row.getLong("id");
        List<BatchTotal> totals = sql.sql("""
                        SELECT * FROM sales_batch_total WHERE utility_id = :utility AND batch_id = :batch
                        ORDER BY array_position(:payments::text[], payment)
                        """)
                .param("utility", row.getLong("utility_id"))
                .param("batch", id)
                .param("payments", Totals.payments())
                .query((total, number) -> new BatchTotal(
                        PaymentType.valueOf(total.getString("payment")),
                        total.getLong("sales"),
                        total.getLong("expected"),
                        total.getLong("counted")))
                .list();
        return new SalesBatch(
                id,
                row.getString("vendor_code"),
                row.getString("made_by"),
                row.getObject("made_at", OffsetDateTime.class).toInstant(),
                JdbcShifts.continuation(row),
                longs(row.getArray("parts")),
                totals);
    }

    private static BankingBatch readBanking(ResultSet row, int number) throws SQLException {
        return new BankingBatch(
                row.getLong("id"),
                row.getString("vendor_code"),
                row.getString("bank"),
                row.getString("deposit_slip"),
                row.getLong("amount"),
                row.getLong("cash"),
                row.getString("made_by"),
                row.getObject("made_at", OffsetDateTime.class).toInstant(),
                JdbcShifts.continuation(row),
                longs(row.getArray("parts")));
    }

    private static List<Long> longs(@Nullable Array array) throws SQLException {
        return List.of((Long[]) Objects.requireNonNull(array).getArray());
    }
}
