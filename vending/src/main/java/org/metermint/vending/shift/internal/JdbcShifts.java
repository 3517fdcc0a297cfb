package org.metermint.vending.shift.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.metermint.vending.database.BooksLock;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.shift.CashUp;
import org.metermint.vending.shift.Continuation;
import org.metermint.vending.shift.NewShift;
import org.metermint.vending.shift.Shift;
import org.metermint.vending.shift.ShiftTotal;
import org.metermint.vending.shift.Shifts;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Clients;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.VendorTerms;
import org.metermint.vending.vendor.Vendors;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcShifts implements Shifts {
    private static final String SELECT = """
            SELECT s.*, EXISTS (SELECT 1 FROM shift_cash_up c
                                WHERE c.utility_id = s.utility_id AND c.shift_id = s.id) AS counted,
                (SELECT b.batch_id FROM sales_batch_shift b
                 WHERE b.utility_id = s.utility_id AND b.shift_id = s.id) AS sales_batch
            FROM shift s WHERE s.utility_id = :utility
            """;

    private final UtilityTransactions transactions;
    private final Vendors vendors;
    private final Clients clients;
    private final Clock clock;
    private final CashUps cashUps;

    /** Shifts whose journal entries get their ids from {@code entryIds}, asked within the transaction that books. */
    public JdbcShifts(
            UtilityTransactions transactions,
            Vendors vendors,
            Clients clients,
            Ledger ledger,
            BiFunction<UtilityId, Instant, UUID> entryIds,
            Clock clock) {
        this.transactions = transactions;
        this.vendors = vendors;
        this.clients = clients;
        this.clock = clock;
        this.cashUps = new CashUps(vendors, ledger, entryIds);
    }

    @Override
    public Shift open(ClientIdentity by, String requestId, NewShift shift) {
        by.require(Role.SELLER, Role.SUPERVISOR);
        requireTill(by, shift.client());
        return open(by, requestId, shift, Optional.empty());
    }

    @Override
    public Shift reopen(ClientIdentity by, String requestId, Continuation continues, long openingCash) {
        by.require(Role.SUPERVISOR);
        Shift closed = own(by, continues.of());
        if (closed.closedAt().isEmpty()) {
            throw new RefusedException(RefusalCode.SHIFT_OPEN, "shift " + closed.id() + " is open");
        }
        return open(
                by,
                requestId,
                new NewShift(closed.client(), closed.terminal(), closed.operator(), openingCash),
                Optional.of(continues));
    }

    private Shift open(ClientIdentity by, String requestId, NewShift shift, Optional<Continuation> continues) {
        return transactions.in(by.utility(), sql -> {
            Optional<Shift> before = byRequest(sql, by, requestId);
            if (before.isPresent()) {
                return same(before.get(), shift, continues);
            }
            requireStaff(by, shift);
            int opened = sql.sql("""
                            INSERT INTO shift (utility_id, vendor_code, client_id, terminal, operator, opening_cash,
                                opened_by, opened_at, request_id, continues, reason)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                            """)
                    .params(Arrays.asList(
                            by.utility().value(),
                            by.vendorCode(),
                            shift.client(),
                            shift.terminal().orElse(null),
                            shift.operator(),
                            shift.openingCash(),
                            by.clientId(),
                            now().atOffset(ZoneOffset.UTC),
                            requestId,
                            continues.map(Continuation::of).orElse(null),
                            continues.map(Continuation::reason).orElse(null)))
                    .update();
            Optional<Shift> mine = byRequest(sql, by, requestId);
            if (opened == 0 && mine.isEmpty()) {
                throw new RefusedException(
                        RefusalCode.SHIFT_OPEN, "client " + shift.client() + " has an open shift at that till");
            }
            return same(mine.orElseThrow(), shift, continues);
        });
    }

    private static Optional<Shift> byRequest(JdbcClient sql, ClientIdentity by, String requestId) {
        return sql.sql(SELECT + " AND s.opened_by = :by AND s.request_id = :request")
                .param("utility", by.utility().value())
                .param("by", by.clientId())
                .param("request", requestId)
                .query(JdbcShifts::read)
                .optional();
    }

    private static Shift same(Shift present, NewShift wanted, Optional<Continuation> continues) {
        NewShift made = new NewShift(present.client(), present.terminal(), present.operator(), present.openingCash());
        if (!made.equals(wanted) || !present.continues().equals(continues)) {
            throw new RefusedException(RefusalCode.REQUEST_ID_REUSED, "another shift was opened under this request id");
        }
        return present;
    }

    /** A seller is at its own till; a supervisor at any of its vendor's. */
    private void requireTill(ClientIdentity by, String client) {
        if (by.clientId().equals(client)) {
            return;
        }
        by.require(Role.SUPERVISOR);
        boolean ours = clients.find(by.utility(), client)
                .filter(one -> !one.disabled())
                .filter(one -> one.vendorCode().equals(by.vendorCode()))
                .isPresent();
        if (!ours) {
            throw new RefusedException(RefusalCode.NOT_FOUND, "the vendor has no such client, or it is disabled");
        }
    }

    private void requireStaff(ClientIdentity by, NewShift shift) {
        VendorTerms terms = vendors.terms(by.utility(), by.vendorCode()).orElseThrow();
        if (!terms.operators().contains(shift.operator())) {
            throw new RefusedException(
                    RefusalCode.OPERATOR_NOT_ALLOWED, "the vendor has no such operator, or it is disabled");
        }
        if (shift.terminal().isPresent()
                && !terms.terminals().contains(shift.terminal().get())) {
            throw new RefusedException(
                    RefusalCode.OPERATOR_NOT_ALLOWED, "the vendor has no such terminal, or it is disabled");
        }
    }

    /** A shift that a client may close and count. */
    private Shift own(ClientIdentity by, long id) {
        by.require(Role.SELLER, Role.SUPERVISOR);
        Shift shift = get(by.utility(), id);
        if (!shift.vendor().equals(by.vendorCode())) {
            throw missing();
        }
        if (!shift.client().equals(by.clientId())) {
            by.require(Role.SUPERVISOR);
        }
        return shift;
    }

    private static RefusedException missing() {
        return new RefusedException(RefusalCode.NOT_FOUND, "there is no such shift");
    }

    private Shift get(UtilityId utility, long id) {
        return find(utility, id).orElseThrow(JdbcShifts::missing);
    }

    @Override
    public Shift close(ClientIdentity by, long id) {
        Shift shift = own(by, id);
        if (shift.closedAt().isPresent()) {
            return shift;
        }
        return transactions.in(by.utility(), sql -> {
            BooksLock.exclude(sql, by.utility());
            int closed = sql.sql("""
                            UPDATE shift SET closed_at = ?, closed_by = ?
                            WHERE utility_id = ? AND id = ? AND closed_at IS NULL
                            """)
                    .params(
                            now().atOffset(ZoneOffset.UTC),
                            by.clientId(),
                            by.utility().value(),
                            id)
                    .update();
            if (closed == 1) {
                Totals.write(sql, by.utility(), id);
            }
            return get(by.utility(), id);
        });
    }

    @Override
    public CashUp cashUp(ClientIdentity by, long id, Map<PaymentType, Long> counted) {
        own(by, id);
        counted.forEach((payment, amount) -> {
            if (amount < 0 || amount > CashUps.MOST) {
                throw new RefusedException(
                        RefusalCode.FIELD_INVALID,
                        "counted " + payment + " " + amount + " is outside 0.." + CashUps.MOST + " minor units");
            }
        });
        return transactions.in(by.utility(), sql -> {
            BooksLock.share(sql, by.utility());
            sql.sql("SELECT 1 FROM shift WHERE utility_id = ? AND id = ? FOR UPDATE")
                    .params(by.utility().value(), id)
                    .query()
                    .singleRow();
            Shift shift = get(by.utility(), id);
            if (shift.closedAt().isEmpty()) {
                throw new RefusedException(RefusalCode.SHIFT_OPEN, "shift " + id + " is open: close it first");
            }
            Optional<CashUp> before = cashUp(by.utility(), id);
            return before.map(done -> CashUps.same(done, counted))
                    .orElseGet(() -> cashUps.write(sql, by, shift, Totals.read(sql, by.utility(), id), counted, now()));
        });
    }

    @Override
    public Optional<Shift> find(UtilityId utility, long id) {
        return transactions.in(
                utility,
                sql -> sql.sql(SELECT + " AND s.id = :id")
                        .param("utility", utility.value())
                        .param("id", id)
                        .query(JdbcShifts::read)
                        .optional());
    }

    @Override
    public List<Shift> after(UtilityId utility, String vendor, long id, int limit) {
        return transactions.in(
                utility,
                sql -> sql.sql(SELECT + " AND s.vendor_code = :vendor AND s.id > :id ORDER BY s.id LIMIT :limit")
                        .param("utility", utility.value())
                        .param("vendor", vendor)
                        .param("id", id)
                        .param("limit", limit)
                        .query(JdbcShifts::read)
                        .list());
    }

    @Override
    public List<ShiftTotal> totals(ClientIdentity by, long id) {
        Shift shift = get(by.utility(), id);
        by.requireSightOf(shift.vendor());
        if (shift.closedAt().isEmpty()) {
            throw new RefusedException(RefusalCode.SHIFT_OPEN, "shift " + id + " is open: it has no totals yet");
        }
        if (!shift.counted() && by.role() == Role.SELLER) {
            throw new RefusedException(RefusalCode.SHIFT_NOT_COUNTED, "shift " + id + " is not counted yet");
        }
        return transactions.in(by.utility(), sql -> Totals.read(sql, by.utility(), id));
    }

    @Override
    public Optional<CashUp> cashUp(UtilityId utility, long id) {
        return transactions.in(utility, sql -> CashUps.read(sql, utility, id));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Shift read(ResultSet row, int number) throws SQLException {
        return new Shift(
                row.getLong("id"),
                row.getString("vendor_code"),
                row.getString("client_id"),
                Optional.ofNullable(row.getString("terminal")),
                row.getString("operator"),
                row.getLong("opening_cash"),
                row.getString("opened_by"),
                row.getObject("opened_at", OffsetDateTime.class).toInstant(),
                continuation(row),
                Optional.ofNullable(row.getObject("closed_at", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant),
                Optional.ofNullable(row.getString("closed_by")),
                row.getBoolean("counted"),
                Optional.ofNullable(row.getObject("sales_batch", Long.class)));
    }

    /** What a row continues. */
    static Optional<Continuation> continuation(ResultSet row) throws SQLException {
        Long of = row.getObject("continues", Long.class);
        return of == null ? Optional.empty() : Optional.of(new Continuation(of, row.getString("reason")));
    }
}
