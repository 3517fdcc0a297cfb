package org.metermint.vending.sale.internal;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.MeterKeyState;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.DebtPaid;
import org.metermint.tariff.Purchase;
import org.metermint.tariff.Tariff;
import org.metermint.token.BaseDate;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.money.Money;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.sale.FreeUnits;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleCredit;
import org.metermint.vending.sale.SaleState;
import org.metermint.vending.sale.SaleToken;
import org.metermint.vending.sale.TokenStamp;
import org.metermint.vending.sale.internal.DecidedReceipts.Gap;
import org.metermint.vending.supply.Service;
import org.metermint.vending.tariff.KeptPosition;
import org.metermint.vending.tariff.Tariffs;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The last step of a sale, and sales as they stand. Whoever ends a sale twice changes nothing. */
final class Sales {
    private static final String SALE = """
            SELECT s.*, a.number AS account_number, o.state, o.decided_at, o.key_change_tokens AS change_tokens,
                o.credit_token, o.test_only, o.refusal_code, o.refusal_detail,
                f.receipt_number AS free_receipt_number, f.credit_steps AS free_tenths, fo.state AS free_state,
                fo.credit_token AS free_token,
                EXISTS (SELECT 1 FROM sale_attempt t
                        WHERE t.utility_id = f.utility_id AND t.sale_id = f.id) AS free_attempted,
                EXISTS (SELECT 1 FROM sale_delivery d
                        WHERE d.utility_id = s.utility_id AND d.sale_id = s.id) AS delivered,
                EXISTS (SELECT 1 FROM sale_attempt t
                        WHERE t.utility_id = s.utility_id AND t.sale_id = s.id) AS attempted
            FROM sale s
            JOIN account a ON a.utility_id = s.utility_id AND a.id = s.account_id
            LEFT JOIN sale_outcome o ON o.utility_id = s.utility_id AND o.sale_id = s.id
            LEFT JOIN sale f ON f.utility_id = s.utility_id AND f.id = s.free_sale_id
            LEFT JOIN sale_outcome fo ON fo.utility_id = s.utility_id AND fo.sale_id = s.free_sale_id
            WHERE s.utility_id = ? AND s.id = ?
            """;

    /**
     * Where recovery stands.
     *
     * @param databaseStart when the database began to run
     * @param mark the receipt number below which every sale is known to be decided
     * @param newest the highest receipt number, 0 if there is none
     */
    record Progress(Instant databaseStart, long mark, long newest) {}

    private final UtilityTransactions transactions;
    private final Tariffs tariffs;
    private final Ledger ledger;

    Sales(UtilityTransactions transactions, Tariffs tariffs, Ledger ledger) {
        this.transactions = transactions;
        this.tariffs = tariffs;
        this.ledger = ledger;
    }

    Optional<Sale> sale(UtilityId utility, UUID id) {
        return transactions.in(
                utility,
                sql -> sql.sql(SALE)
                        .params(utility.value(), id)
                        .query((row, number) -> read(utility, row))
                        .optional());
    }

    /** What is to be issued for a sale, if it is open. */
    Optional<OpenSale> open(UtilityId utility, UUID id) {
        return transactions.in(
                utility,
                sql -> sql.sql("""
                        SELECT s.* FROM sale s WHERE s.utility_id = ? AND s.id = ? AND NOT EXISTS (
                            SELECT 1 FROM sale_outcome o WHERE o.utility_id = s.utility_id AND o.sale_id = s.id)
                        """)
                        .params(utility.value(), id)
                        .query((row, number) -> readOpen(utility, row))
                        .optional());
    }

    /** The open sales among some receipt numbers, the oldest first. */
    List<UUID> openAmong(UtilityId utility, List<Gap> receiptNumbers) {
        return transactions.in(
                utility,
                // each look by itself, since the planner would rather read a month of outcomes at once
                sql -> sql.sql("""
                        SELECT s.id FROM unnest(?::bigint[], ?::bigint[]) AS gap (first, last)
                        CROSS JOIN LATERAL (
                            SELECT * FROM sale s
                            WHERE s.utility_id = ? AND s.receipt_number BETWEEN gap.first AND gap.last OFFSET 0) AS s
                        WHERE (SELECT o.sale_id FROM sale_outcome o
                               WHERE o.utility_id = s.utility_id AND o.sale_id = s.id LIMIT 1) IS NULL
                        ORDER BY s.receipt_number
                        """)
                        .params(
                                receiptNumbers.stream().map(Gap::first).toArray(Long[]::new),
                                receiptNumbers.stream().map(Gap::last).toArray(Long[]::new),
                                utility.value())
                        .query(UUID.class)
                        .list());
    }

    /** How far recovery has come, and how far there is to go. */
    Progress progress(UtilityId utility) {
        return transactions.in(
                utility,
                sql -> sql.sql("""
                        SELECT pg_postmaster_start_time() AS database_start,
                            coalesce((SELECT receipt_number FROM recovery_mark WHERE utility_id = ?), 0) AS mark,
                            coalesce((SELECT max(receipt_number) FROM sale WHERE utility_id = ?), 0) AS newest
                        """)
                        .params(utility.value(), utility.value())
                        .query((row, number) -> new Progress(
                                row.getObject("database_start", OffsetDateTime.class)
                                        .toInstant(),
                                row.getLong("mark"),
                                row.getLong("newest")))
                        .single());
    }

    /** Notes that every sale below a receipt number is decided; a mark never falls. */
    void markRecovered(UtilityId utility, long receiptNumber) {
        transactions.in(
                utility,
                sql -> sql.sql("""
                        INSERT INTO recovery_mark AS m (utility_id, receipt_number) VALUES (?, ?)
                        ON CONFLICT (utility_id) DO UPDATE SET receipt_number = excluded.receipt_number
                        WHERE m.receipt_number < excluded.receipt_number
                        """).params(utility.value(), receiptNumber).update());
    }

    Sale complete(OpenSale open, Reservation.Tokens tokens, Instant now) {
        String[] change = tokens.change().stream().map(TokenNumber::digits).toArray(String[]::new);
        String credit = tokens.credit().map(TokenNumber::digits).orElse(null);
        return transactions.in(open.utility(), sql -> {
            int completed = insertOutcome(sql, open, SaleState.ISSUED, change, credit, tokens.testOnly(), null, now);
            if (completed == 1) {
                open.keyChange().ifPresent(keyChange -> moveMeter(sql, open, keyChange));
                tell(sql, open, "SALE_ISSUED", now);
            }
            return sale(open.utility(), open.id()).orElseThrow();
        });
    }

    private static void tell(JdbcClient sql, OpenSale open, String kind, Instant now) {
        sql.sql("""
                        INSERT INTO outbox (utility_id, at, kind, meter_id, subject)
                        SELECT utility_id, ?, ?, meter_id, id FROM sale WHERE utility_id = ? AND id = ?
                        """)
                .params(now.atOffset(ZoneOffset.UTC), kind, open.utility().value(), open.id())
                .update();
    }

    /** The meter's record moves with the sale that carried the key change, unless someone corrected it meanwhile. */
    private static void moveMeter(JdbcClient sql, OpenSale open, OpenSale.KeyChange change) {
        List<Object> params = new ArrayList<>(stateValues(open.target()));
        params.add(open.utility().value());
        params.add(open.target().pan().digits());
        params.addAll(stateValues(change.from()));
        sql.sql(BatchTransaction.MOVE_METER).params(params).update();
    }

    /** The four columns of a key in the order of {@link BatchTransaction#MOVE_METER}. */
    static List<Object> stateValues(MeterKeyState state) {
        return List.of(
                state.supplyGroup().digits(),
                state.revision().value(),
                state.tariffIndex().value(),
                state.type().number());
    }

    /** Ends a sale without tokens: the postings are booked back, and the month's position with them. */
    Sale refuse(OpenSale open, Refusal refusal, Instant now) {
        return transactions.in(open.utility(), sql -> {
            UUID reversal = ledger.nextId(open.utility(), now);
            lockAccount(sql, open.utility(), open.id());
            int refused = insertOutcome(sql, open, SaleState.REFUSED, new String[0], null, false, refusal, now);
            if (refused == 1) {
                Sale sale = sale(open.utility(), open.id()).orElseThrow();
                if (!sale.isFree()) {
                    ledger.reverse(open.utility(), reversal, open.id(), now);
                    restoreFloat(sql, open.utility(), open.id());
                }
                restoreAccount(sql, sale);
                tell(sql, open, "SALE_REFUSED", now);
            }
            return sale(open.utility(), open.id()).orElseThrow();
        });
    }

    /** Locks the account of a sale, whose position is about to change. */
    static void lockAccount(JdbcClient sql, UtilityId utility, UUID sale) {
        sql.sql("""
                        SELECT 1 FROM sale s
                        JOIN account a ON a.utility_id = s.utility_id AND a.id = s.account_id
                        WHERE s.utility_id = ? AND s.id = ? FOR NO KEY UPDATE OF a
                        """).params(utility.value(), sale).query().singleRow();
    }

    /** Gives the vendor's float back what the sale took from it. */
    static void restoreFloat(JdbcClient sql, UtilityId utility, UUID sale) {
        sql.sql("""
                        UPDATE vendor v SET balance = v.balance + s.tender
                            - CASE WHEN s.commission_net THEN s.commission ELSE 0 END
                        FROM sale s
                        WHERE s.utility_id = ? AND s.id = ? AND v.utility_id = s.utility_id AND v.code = s.vendor_code
                        """).params(utility.value(), sale).update();
    }

    /**
     * Undoes what the sale did to its account, which is locked: position, debts, and that it has its free units; what was
     * bought since stays.
     */
    static void restoreAccount(JdbcClient sql, Sale sale) {
        long account = sql.sql("SELECT account_id FROM sale WHERE utility_id = ? AND id = ?")
                .params(sale.utility().value(), sale.id())
                .query(Long.class)
                .single();
        AccountPosition now = sql.sql("SELECT * FROM account WHERE utility_id = ? AND id = ?")
                .params(sale.utility().value(), account)
                .query((row, number) -> KeptPosition.read(row))
                .single();
        AccountPosition back = sale.assessment().undo(now);
        Instant last = back.lastPurchase();
        sql.sql("""
                        UPDATE account SET position_month = ?, position_units = ?, position_at = ?, position_more = ?::jsonb,
                            free_month = CASE WHEN ? AND free_month = ? THEN NULL ELSE free_month END
                        WHERE utility_id = ? AND id = ?
                        """)
                .params(Arrays.asList(
                        back.month().atDay(1),
                        back.units(),
                        last == null ? null : last.atOffset(ZoneOffset.UTC),
                        KeptPosition.json(back),
                        sale.isFree(),
                        sale.assessment().after().month().atDay(1),
                        sale.utility().value(),
                        account))
                .update();
        sale.assessment().debts().forEach(paid -> restoreDebt(sql, sale, account, paid));
    }

    private static void restoreDebt(JdbcClient sql, Sale sale, long account, DebtPaid paid) {
        sql.sql("""
                        UPDATE debt SET balance = balance + :amount,
                            taken = CASE WHEN taken_month = :month THEN taken - :amount ELSE taken END
                        WHERE utility_id = :utility AND account_id = :account AND reference = :reference
                        """)
                .param("amount", paid.amount())
                .param("month", sale.assessment().before().month().atDay(1))
                .param("utility", sale.utility().value())
                .param("account", account)
                .param("reference", paid.reference())
                .update();
        sql.sql("UPDATE account SET owes = true WHERE utility_id = ? AND id = ?")
                .params(sale.utility().value(), account)
                .update();
    }

    /** Notes, once for each kind, that the module gave no usable answer: until one comes, the outcome is unknown. */
    void noteAttempt(OpenSale open, String failure, Instant now) {
        transactions.in(
                open.utility(),
                sql -> sql.sql("""
                        INSERT INTO sale_attempt (utility_id, sale_id, at, failure)
                        SELECT :utility, :sale, :at, :failure WHERE NOT EXISTS (
                            SELECT 1 FROM sale_attempt
                            WHERE utility_id = :utility AND sale_id = :sale AND failure = :failure)
                        """)
                        .param("utility", open.utility().value())
                        .param("sale", open.id())
                        .param("at", now.atOffset(ZoneOffset.UTC))
                        .param("failure", failure)
                        .update());
    }

    private static int insertOutcome(
            JdbcClient sql,
            OpenSale open,
            SaleState state,
            String[] change,
            @Nullable String credit,
            boolean testOnly,
            @Nullable Refusal refusal,
            Instant now) {
        return sql.sql("""
                        INSERT INTO sale_outcome (utility_id, sale_id, state, decided_at, key_change_tokens,
                            credit_token, test_only, refusal_code, refusal_detail)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """)
                .params(Arrays.asList(
                        open.utility().value(),
                        open.id(),
                        state.name(),
                        now.atOffset(ZoneOffset.UTC),
                        change,
                        credit,
                        testOnly,
                        refusal == null ? null : refusal.code().name(),
                        refusal == null ? null : refusal.detail()))
                .update();
    }

    private Sale read(UtilityId utility, ResultSet row) throws SQLException {
        Tariff tariff = tariffs.version(utility, row.getString("tariff_id"), row.getInt("tariff_version"))
                .orElseThrow();
        Instant receivedAt = instant(row, "received_at");
        long tender = row.getLong("tender");
        long asked = row.getLong("asked_tenths");
        Purchase purchase = row.wasNull() ? new Purchase.Tender(tender, tariff.currency()) : new Purchase.Units(asked);
        if (row.getString("entitlement_list") != null) {
            purchase = new Purchase.Free(row.getLong("credit_steps"));
        }
        Assessment assessment = AssessmentJson.read(
                row.getString("assessment"), tariff, row.getBigDecimal("position_units"), purchase, receivedAt, tender);
        OpenSale open = readOpen(utility, row);
        String state = row.getString("state");
        String refusal = row.getString("refusal_code");
        return new Sale(
                open.id(),
                utility,
                row.getLong("receipt_number"),
                row.getString("client_id"),
                row.getString("vendor_code"),
                row.getString("request_id"),
                Optional.ofNullable(row.getString("operator")),
                Optional.ofNullable(row.getString("terminal")),
                receivedAt,
                state(row),
                open.target().pan(),
                open.target().algorithm(),
                row.getString("account_number"),
                PaymentType.valueOf(row.getString("payment")),
                new Money(tender, tariff.minorDigits(), tariff.currency()),
                Service.valueOf(row.getString("service")),
                assessment,
                open.credit(),
                open.target().supplyGroup(),
                open.target().revision(),
                open.target().tariffIndex(),
                stamp(row, open),
                tokens(row, assessment),
                free(row),
                row.getBoolean("test_only"),
                state == null ? Optional.empty() : Optional.of(instant(row, "decided_at")),
                refusal == null
                        ? Optional.empty()
                        : Optional.of(new Refusal(RefusalCode.valueOf(refusal), row.getString("refusal_detail"))));
    }

    private static SaleState state(ResultSet row) throws SQLException {
        String state = row.getString("state");
        if (state == null) {
            return row.getBoolean("attempted") ? SaleState.UNKNOWN : SaleState.RESERVED;
        }
        return row.getBoolean("delivered") ? SaleState.DELIVERED : SaleState.valueOf(state);
    }

    private static Optional<TokenStamp> stamp(ResultSet row, OpenSale open) throws SQLException {
        int year = row.getInt("base_date");
        return open.tid().map(tid -> new TokenStamp(BaseDate.ofYear(year), tid));
    }

    private static List<SaleToken> tokens(ResultSet row, Assessment assessment) throws SQLException {
        Array array = row.getArray("change_tokens");
        if (array == null || !SaleState.ISSUED.name().equals(row.getString("state"))) {
            return List.of();
        }
        String[] change = (String[]) array.getArray();
        return new Reservation.Tokens(
                        Arrays.stream(change).map(TokenNumber::ofDigits).toList(), token(row, "credit_token"), false)
                .inOrder(Reservation.kind(assessment), token(row, "free_token"));
    }

    private static Optional<TokenNumber> token(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).map(TokenNumber::ofDigits);
    }

    private static Optional<FreeUnits> free(ResultSet row) throws SQLException {
        UUID sale = row.getObject("free_sale_id", UUID.class);
        if (sale == null) {
            return Optional.empty();
        }
        String state = row.getString("free_state");
        SaleState open = row.getBoolean("free_attempted") ? SaleState.UNKNOWN : SaleState.RESERVED;
        return Optional.of(new FreeUnits(
                sale,
                row.getLong("free_receipt_number"),
                BigDecimal.valueOf(row.getLong("free_tenths"), 1),
                state == null ? open : SaleState.valueOf(state)));
    }

    private static OpenSale readOpen(UtilityId utility, ResultSet row) throws SQLException {
        MeterKeyState target = state(row, "");
        UUID changeId = row.getObject("key_change_message_id", UUID.class);
        Optional<OpenSale.KeyChange> change = changeId == null
                ? Optional.empty()
                : Optional.of(new OpenSale.KeyChange(changeId, state(row, "from_"), row.getInt("key_change_tokens")));
        return new OpenSale(
                utility,
                Objects.requireNonNull(row.getObject("id", UUID.class)),
                target,
                new SaleCredit(
                        CreditKinds.of(
                                Service.valueOf(row.getString("service")),
                                row.getString("credit").equals("CURRENCY")),
                        row.getLong("credit_steps")),
                tid(row),
                change);
    }

    private static Optional<TokenIdentifier> tid(ResultSet row) throws SQLException {
        int minutes = row.getInt("tid");
        return row.wasNull() ? Optional.empty() : Optional.of(new TokenIdentifier(minutes));
    }

    private static MeterKeyState state(ResultSet row, String prefix) throws SQLException {
        return new MeterKeyState(
                new MeterPan(row.getString("pan")),
                EncryptionAlgorithm.ofNumber(row.getInt("algorithm")),
                SupplyGroupCode.parse(row.getString(prefix + "supply_group")),
                new TariffIndex(row.getInt(prefix + "tariff_index")),
                new KeyRevisionNumber(row.getInt(prefix + "key_revision")),
                KeyType.ofNumber(row.getInt(prefix + "key_type")));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(row.getObject(column, OffsetDateTime.class))
                .toInstant();
    }
}
