package org.metermint.vending.vendor.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.metermint.vending.database.BooksLock;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.AccountBalance;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.CommissionPlan;
import org.metermint.vending.vendor.FloatMovement;
import org.metermint.vending.vendor.Floats;
import org.metermint.vending.vendor.MovementKind;
import org.metermint.vending.vendor.NewMovement;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.Statement;
import org.metermint.vending.vendor.Vendors;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcFloats implements Floats {
    private final UtilityTransactions transactions;
    private final Utilities utilities;
    private final Vendors vendors;
    private final Ledger ledger;
    private final BiFunction<UtilityId, Instant, UUID> entryIds;
    private final Clock clock;
    private final Statements statements;

    /** Floats whose entries get their ids from {@code entryIds}, asked within the transaction that books. */
    public JdbcFloats(
            UtilityTransactions transactions,
            Utilities utilities,
            Vendors vendors,
            Ledger ledger,
            BiFunction<UtilityId, Instant, UUID> entryIds,
            Clock clock) {
        this.transactions = transactions;
        this.utilities = utilities;
        this.vendors = vendors;
        this.ledger = ledger;
        this.entryIds = entryIds;
        this.clock = clock;
        this.statements = new Statements(transactions, ledger);
    }

    @Override
    public FloatMovement record(ClientIdentity by, NewMovement movement) {
        requireOutsider(by, movement.vendor());
        return transactions.in(
                by.utility(),
                sql -> record(
                        sql,
                        by,
                        new FloatMovement(
                                0,
                                movement.vendor(),
                                movement.kind(),
                                movement.amount(),
                                0,
                                movement.bank(),
                                movement.reference(),
                                movement.valueDate(),
                                by.clientId(),
                                now(),
                                Optional.empty())));
    }

    @Override
    public FloatMovement recordCommission(ClientIdentity by, String vendor, YearMonth month) {
        requireOutsider(by, vendor);
        var zone = utilities.get(by.utility()).settings().zone();
        Instant end = month.plusMonths(1).atDay(1).atStartOfDay(zone).toInstant();
        if (end.isAfter(now())) {
            throw new RefusedException(RefusalCode.FIELD_INVALID, "month " + month + " is not over");
        }
        String reference = vendor + "/" + month;
        return transactions.in(by.utility(), sql -> {
            Optional<FloatMovement> present = byReference(sql, by.utility(), MovementKind.COMMISSION, reference);
            if (present.isPresent()) {
                return present.get();
            }
            long fixed = vendors.terms(by.utility(), vendor)
                    .flatMap(terms -> terms.planAt(end.minusMillis(1)))
                    .map(CommissionPlan::perMonth)
                    .orElse(0L);
            long amount = Math.addExact(fixed, Math.max(0, owed(by.utility(), vendor)));
            if (amount == 0) {
                throw new RefusedException(
                        RefusalCode.FIELD_INVALID, "vendor " + vendor + " is owed no commission for " + month);
            }
            return record(
                    sql,
                    by,
                    new FloatMovement(
                            0,
                            vendor,
                            MovementKind.COMMISSION,
                            amount,
                            fixed,
                            NewMovement.MAIN_BANK,
                            reference,
                            month.atEndOfMonth(),
                            by.clientId(),
                            now(),
                            Optional.empty()));
        });
    }

    /** Commission that was earned gross and not paid, in minor units. */
    private long owed(UtilityId utility, String vendor) {
        return ledger.balances(utility).stream()
                .filter(account -> account.code().equals(payable(vendor)))
                .mapToLong(AccountBalance::balance)
                .map(Math::negateExact)
                .sum();
    }

    private static String payable(String vendor) {
        return "commission/" + vendor;
    }

    private FloatMovement record(JdbcClient sql, ClientIdentity by, FloatMovement movement) {
        int recorded = sql.sql("""
                        INSERT INTO float_movement (utility_id, vendor_code, kind, amount, fixed, bank, reference,
                            value_date, recorded_by, recorded_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """)
                .params(
                        by.utility().value(),
                        movement.vendor(),
                        movement.kind().name(),
                        movement.amount(),
                        movement.fixed(),
                        movement.bank(),
                        movement.reference(),
                        movement.valueDate(),
                        movement.recordedBy(),
                        movement.recordedAt().atOffset(ZoneOffset.UTC))
                .update();
        FloatMovement present = byReference(sql, by.utility(), movement.kind(), movement.reference())
                .orElseThrow();
        boolean same = present.vendor().equals(movement.vendor())
                && present.amount() == movement.amount()
                && present.bank().equals(movement.bank())
                && present.valueDate().equals(movement.valueDate())
                && present.recordedBy().equals(by.clientId());
        if (recorded == 0 && !same) {
            throw new RefusedException(
                    RefusalCode.ALREADY_EXISTS, "another " + movement.kind() + " has the same reference");
        }
        return present;
    }

    private static Optional<FloatMovement> byReference(
            JdbcClient sql, UtilityId utility, MovementKind kind, String reference) {
        return sql.sql("""
                        SELECT * FROM float_movement WHERE utility_id = ? AND kind = ? AND reference = ?
                            AND decision IS DISTINCT FROM 'REJECTED'
                        """)
                .params(utility.value(), kind.name(), reference)
                .query(JdbcFloats::read)
                .optional();
    }

    @Override
    public FloatMovement confirm(ClientIdentity by, String vendor, long id) {
        requireOutsider(by, vendor);
        return transactions.in(by.utility(), sql -> {
            BooksLock.share(sql, by.utility());
            FloatMovement movement = lock(sql, by.utility(), vendor, id);
            if (movement.decision().isPresent()) {
                return decidedBefore(movement, by, true);
            }
            if (movement.recordedBy().equals(by.clientId())) {
                throw new RefusedException(
                        RefusalCode.SECOND_PERSON_NEEDED, "the client recorded it, and cannot confirm it");
            }
            Instant now = now();
            UUID entry = entryIds.apply(by.utility(), now);
            ledger.post(
                    by.utility(),
                    new JournalEntry(
                            entry,
                            JournalEntry.Kind.valueOf(movement.kind().name()),
                            Optional.empty(),
                            Optional.of(movement.reference()),
                            Optional.empty(),
                            now,
                            postings(by.utility(), movement)));
            decide(sql, by, id, "CONFIRMED", now, null, entry);
            move(sql, by.utility(), movement);
            return find(by.utility(), vendor, id).orElseThrow();
        });
    }

    private List<Posting> postings(UtilityId utility, FloatMovement movement) {
        String vendor = movement.vendor();
        String bank = "bank/" + movement.bank();
        String account = "float/" + vendor;
        long amount = movement.amount();
        return switch (movement.kind()) {
            case DEPOSIT -> List.of(new Posting(bank, amount), new Posting(account, -amount));
            case WITHDRAWAL -> List.of(new Posting(account, amount), new Posting(bank, -amount));
            case COMMISSION -> commission(utility, movement);
        };
    }

    /** The commission's postings, for what is still owed: another month may have paid it meanwhile. */
    private List<Posting> commission(UtilityId utility, FloatMovement movement) {
        transactions.in(
                utility,
                sql -> sql.sql("SELECT pg_advisory_xact_lock(hashtextextended('commission of ' || ?, ?))")
                        .params(movement.vendor(), utility.value())
                        .query()
                        .singleRow());
        long earned = movement.amount() - movement.fixed();
        if (earned > Math.max(0, owed(utility, movement.vendor()))) {
            throw new RefusedException(
                    RefusalCode.ALREADY_DECIDED, "less is owed by now than was recorded; reject it and record anew");
        }
        List<Posting> postings = new ArrayList<>();
        if (earned > 0) {
            postings.add(new Posting(payable(movement.vendor()), earned));
        }
        if (movement.fixed() > 0) {
            postings.add(new Posting("commission/expense", movement.fixed()));
        }
        postings.add(new Posting("float/" + movement.vendor(), -movement.amount()));
        return postings;
    }

    /** Moves the balance, last of all: sales of the vendor wait for this row. */
    private static void move(JdbcClient sql, UtilityId utility, FloatMovement movement) {
        boolean out = movement.kind() == MovementKind.WITHDRAWAL;
        int moved = sql.sql("""
                        UPDATE vendor SET balance = balance + :change
                        WHERE utility_id = :utility AND code = :code AND (:change > 0 OR balance + :change >= 0)
                        """)
                .param("change", out ? -movement.amount() : movement.amount())
                .param("utility", utility.value())
                .param("code", movement.vendor())
                .update();
        if (moved == 0) {
            throw new RefusedException(
                    RefusalCode.FLOAT_EXHAUSTED, "the balance of the vendor does not cover the withdrawal");
        }
    }

    @Override
    public FloatMovement reject(ClientIdentity by, String vendor, long id, String reason) {
        requireOutsider(by, vendor);
        if (reason.isBlank() || reason.length() > 200) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID, "reason of " + reason.length() + " characters is outside 1..200");
        }
        return transactions.in(by.utility(), sql -> {
            FloatMovement movement = lock(sql, by.utility(), vendor, id);
            if (movement.decision().isPresent()) {
                return decidedBefore(movement, by, false);
            }
            decide(sql, by, id, "REJECTED", now(), reason, null);
            return find(by.utility(), vendor, id).orElseThrow();
        });
    }

    private static FloatMovement decidedBefore(FloatMovement movement, ClientIdentity by, boolean confirmed) {
        FloatMovement.Decision decision = movement.decision().orElseThrow();
        if (decision.confirmed() != confirmed || !decision.by().equals(by.clientId())) {
            throw new RefusedException(
                    RefusalCode.ALREADY_DECIDED,
                    "it was " + (decision.confirmed() ? "confirmed" : "rejected") + " at " + decision.at());
        }
        return movement;
    }

    private static void decide(
            JdbcClient sql,
            ClientIdentity by,
            long id,
            String decision,
            Instant at,
            @org.jspecify.annotations.Nullable String reason,
            @org.jspecify.annotations.Nullable UUID entry) {
        sql.sql("""
                        UPDATE float_movement SET decision = ?, decided_by = ?, decided_at = ?, reason = ?, entry_id = ?
                        WHERE utility_id = ? AND id = ?
                        """)
                .params(Arrays.asList(
                        decision,
                        by.clientId(),
                        at.atOffset(ZoneOffset.UTC),
                        reason,
                        entry,
                        by.utility().value(),
                        id))
                .update();
    }

    private static FloatMovement lock(JdbcClient sql, UtilityId utility, String vendor, long id) {
        return sql.sql("SELECT * FROM float_movement WHERE utility_id = ? AND vendor_code = ? AND id = ? FOR UPDATE")
                .params(utility.value(), vendor, id)
                .query(JdbcFloats::read)
                .optional()
                .orElseThrow(() -> new RefusedException(
                        RefusalCode.NOT_FOUND, "the vendor has no such deposit, withdrawal or commission"));
    }

    /** Who moves a float must be of the utility's finance, and not of the vendor. */
    private void requireOutsider(ClientIdentity by, String vendor) {
        by.require(Role.FINANCE);
        if (vendors.find(by.utility(), vendor).isEmpty()) {
            throw new RefusedException(RefusalCode.NOT_FOUND, "this utility has no such vendor");
        }
        by.requireOther(vendor);
    }

    @Override
    public Optional<FloatMovement> find(UtilityId utility, String vendor, long id) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT * FROM float_movement WHERE utility_id = ? AND vendor_code = ? AND id = ?")
                        .params(utility.value(), vendor, id)
                        .query(JdbcFloats::read)
                        .optional());
    }

    @Override
    public List<FloatMovement> after(UtilityId utility, String vendor, long id, int limit) {
        return transactions.in(
                utility,
                sql -> sql.sql("""
                                SELECT * FROM float_movement WHERE utility_id = ? AND vendor_code = ? AND id > ?
                                ORDER BY id LIMIT ?
                                """)
                        .params(utility.value(), vendor, id, limit)
                        .query(JdbcFloats::read)
                        .list());
    }

    @Override
    public Statement statement(
            UtilityId utility, String vendor, Instant from, Instant to, Optional<Statement.Place> place, int limit) {
        return statements.read(utility, vendor, from, to, place, limit);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static FloatMovement read(ResultSet row, int number) throws SQLException {
        String decision = row.getString("decision");
        return new FloatMovement(
                row.getLong("id"),
                row.getString("vendor_code"),
                MovementKind.valueOf(row.getString("kind")),
                row.getLong("amount"),
                row.getLong("fixed"),
                row.getString("bank"),
                row.getString("reference"),
                Objects.requireNonNull(row.getObject("value_date", LocalDate.class)),
                row.getString("recorded_by"),
                row.getObject("recorded_at", OffsetDateTime.class).toInstant(),
                decision == null
                        ? Optional.empty()
                        : Optional.of(new FloatMovement.Decision(
                                decision.equals("CONFIRMED"),
                                row.getString("decided_by"),
                                row.getObject("decided_at", OffsetDateTime.class)
                                        .toInstant(),
                                Optional.ofNullable(row.getString("reason")))));
    }
}
