package org.metermint.vending.debt.internal;

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
import org.jspecify.annotations.Nullable;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.debt.Debt;
import org.metermint.vending.debt.DebtChange;
import org.metermint.vending.debt.DebtChanges;
import org.metermint.vending.debt.OwedDebt;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A row of its own for each change, decided once; debt, books and decision change in one transaction. */
public final class JdbcDebtChanges implements DebtChanges {
    private static final int LONGEST_REASON = 200;

    private static final String SELECT = """
            SELECT c.*, a.number AS account_number FROM debt_change c
            JOIN account a ON a.utility_id = c.utility_id AND a.id = c.account_id
            WHERE c.utility_id = ?
            """;

    private final UtilityTransactions transactions;
    private final Ledger ledger;
    private final Clock clock;

    public JdbcDebtChanges(UtilityTransactions transactions, Ledger ledger, Clock clock) {
        this.transactions = transactions;
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public DebtChange request(ClientIdentity by, String requestId, NewDebtChange change) {
        by.require(Role.FINANCE);
        requireForm(change);
        return transactions.in(by.utility(), sql -> {
            long account = DebtRows.lockAccount(sql, by.utility(), change.account());
            Optional<DebtChange> before = byRequest(sql, by, requestId);
            if (before.isPresent()) {
                return same(before.get(), change);
            }
            effect(DebtRows.booked(sql, by.utility(), account, change.reference()), change.kind(), change.amount());
            if (of(by.utility(), change.account(), change.reference()).stream()
                    .anyMatch(other -> other.decision().isEmpty())) {
                throw new RefusedException(
                        RefusalCode.ALREADY_EXISTS, "another change of the debt waits for a decision");
            }
            insert(sql, by, requestId, account, change);
            return byRequest(sql, by, requestId).orElseThrow();
        });
    }

    private static void requireForm(NewDebtChange change) {
        String reason = change.reason();
        if (reason.isBlank()
                || reason.length() > LONGEST_REASON
                || reason.chars().anyMatch(Character::isISOControl)) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "reason of " + reason.length() + " characters is not 1.." + LONGEST_REASON + " printable ones");
        }
        if (change.amount() < 1 || change.amount() > Debt.MOST) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "amount of " + change.amount() + " minor units is outside 1.." + Debt.MOST);
        }
    }

    private static DebtChange same(DebtChange before, NewDebtChange change) {
        NewDebtChange asked = new NewDebtChange(
                before.account(), before.reference(), before.kind(), before.amount(), before.reason());
        if (!asked.equals(change)) {
            throw new RefusedException(
                    RefusalCode.REQUEST_ID_REUSED,
                    "account, debt, kind, amount or reason differ from those first sent under this request id");
        }
        return before;
    }

    /** What a change would make of a debt. */
    private static DebtChange.Effect effect(OwedDebt owed, DebtChange.Kind kind, long amount) {
        long original = owed.debt().original();
        long balance = owed.debt().balance();
        return switch (kind) {
            case INTEREST, INCREASE -> {
                if (amount > Debt.MOST - original) {
                    throw new RefusedException(
                            RefusalCode.FIELD_INVALID,
                            "amount of " + amount + " minor units is above " + (Debt.MOST - original)
                                    + ", by which the debt may still rise");
                }
                yield new DebtChange.Effect(original, original + amount, balance, balance + amount);
            }
            case DECREASE -> {
                if (amount > balance) {
                    throw new RefusedException(
                            RefusalCode.FIELD_INVALID,
                            "amount of " + amount + " minor units is above " + balance + ", what is owed");
                }
                yield new DebtChange.Effect(original, original - amount, balance, balance - amount);
            }
            case WRITE_OFF -> {
                if (balance == 0) {
                    throw new RefusedException(RefusalCode.FIELD_INVALID, "nothing is owed that could be written off");
                }
                yield new DebtChange.Effect(original, original, balance, balance - Math.min(balance, amount));
            }
        };
    }

    private void insert(JdbcClient sql, ClientIdentity by, String requestId, long account, NewDebtChange change) {
        sql.sql("""
                        INSERT INTO debt_change (utility_id, account_id, reference, kind, amount, reason, request_id,
                            requested_by, requested_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)
                .params(
                        by.utility().value(),
                        account,
                        change.reference(),
                        change.kind().name(),
                        change.amount(),
                        change.reason(),
                        requestId,
                        by.clientId(),
                        now().atOffset(ZoneOffset.UTC))
                .update();
    }

    @Override
    public DebtChange approve(ClientIdentity by, String account, String reference, long id) {
        by.require(Role.FINANCE);
        return transactions.in(by.utility(), sql -> {
            Instant now = now();
            UUID entry = ledger.nextId(by.utility(), now);
            long owner = DebtRows.lockAccount(sql, by.utility(), account);
            DebtChange change = find(sql, by.utility(), owner, reference, id);
            if (change.decision().isPresent()) {
                return decidedBefore(change, by, true);
            }
            if (change.requestedBy().equals(by.clientId())) {
                throw new RefusedException(
                        RefusalCode.SECOND_PERSON_NEEDED, "the client asked for it, and cannot approve it");
            }
            OwedDebt owed = DebtRows.booked(sql, by.utility(), owner, reference);
            DebtChange.Effect effect = effect(owed, change.kind(), change.amount());
            apply(sql, by.utility(), owner, reference, effect);
            ledger.post(by.utility(), entry(entry, owed, change, effect, now));
            decide(sql, by, id, now, entry, effect);
            return find(sql, by.utility(), owner, reference, id);
        });
    }

    private static void apply(
            JdbcClient sql, UtilityId utility, long account, String reference, DebtChange.Effect effect) {
        sql.sql("""
                        UPDATE debt SET original = ?, balance = ?
                        WHERE utility_id = ? AND account_id = ? AND reference = ?
                        """)
                .params(effect.originalAfter(), effect.balanceAfter(), utility.value(), account, reference)
                .update();
        DebtRows.noteWhetherItOwes(sql, utility, account);
    }

    private static JournalEntry entry(
            UUID id, OwedDebt owed, DebtChange change, DebtChange.Effect effect, Instant now) {
        long rise = effect.balanceAfter() - effect.balanceBefore();
        String against = change.kind() == DebtChange.Kind.WRITE_OFF ? "written-off/" : "raised/";
        return new JournalEntry(
                id,
                JournalEntry.Kind.DEBT,
                Optional.empty(),
                Optional.of(change.account() + "/" + change.reference()),
                Optional.empty(),
                now,
                List.of(
                        new Posting(owed.ledgerAccount(), rise),
                        new Posting(against + owed.terms().type(), -rise)));
    }

    @Override
    public DebtChange reject(ClientIdentity by, String account, String reference, long id) {
        by.require(Role.FINANCE);
        return transactions.in(by.utility(), sql -> {
            long owner = DebtRows.lockAccount(sql, by.utility(), account);
            DebtChange change = find(sql, by.utility(), owner, reference, id);
            if (change.decision().isPresent()) {
                return decidedBefore(change, by, false);
            }
            decide(sql, by, id, now(), null, null);
            return find(sql, by.utility(), owner, reference, id);
        });
    }

    private static DebtChange decidedBefore(DebtChange change, ClientIdentity by, boolean approved) {
        DebtChange.Decision decision = change.decision().orElseThrow();
        if (decision.approved() != approved || !decision.by().equals(by.clientId())) {
            throw new RefusedException(
                    RefusalCode.ALREADY_DECIDED,
                    "it was " + (decision.approved() ? "approved" : "rejected") + " at " + decision.at());
        }
        return change;
    }

    private static void decide(
            JdbcClient sql,
            ClientIdentity by,
            long id,
            Instant now,
            @Nullable UUID entry,
            DebtChange.@Nullable Effect effect) {
        sql.sql("""
                        UPDATE debt_change SET decision = ?, decided_by = ?, decided_at = ?, entry_id = ?,
                            original_before = ?, original_after = ?, balance_before = ?, balance_after = ?
                        WHERE utility_id = ? AND id = ?
                        """)
                .params(Arrays.asList(
                        effect == null ? "REJECTED" : "APPROVED",
                        by.clientId(),
                        now.atOffset(ZoneOffset.UTC),
                        entry,
                        effect == null ? null : effect.originalBefore(),
                        effect == null ? null : effect.originalAfter(),
                        effect == null ? null : effect.balanceBefore(),
                        effect == null ? null : effect.balanceAfter(),
                        by.utility().value(),
                        id))
                .update();
    }

    private static Optional<DebtChange> byRequest(JdbcClient sql, ClientIdentity by, String requestId) {
        return sql.sql(SELECT + " AND c.requested_by = ? AND c.request_id = ?")
                .params(by.utility().value(), by.clientId(), requestId)
                .query(JdbcDebtChanges::read)
                .optional();
    }

    private static DebtChange find(JdbcClient sql, UtilityId utility, long account, String reference, long id) {
        return sql.sql(SELECT + " AND c.account_id = ? AND c.reference = ? AND c.id = ?")
                .params(utility.value(), account, reference, id)
                .query(JdbcDebtChanges::read)
                .optional()
                .orElseThrow(() -> new RefusedException(RefusalCode.NOT_FOUND, "the debt has no such change"));
    }

    @Override
    public List<DebtChange> of(UtilityId utility, String account, String reference) {
        return transactions.in(
                utility,
                sql -> sql.sql(SELECT + " AND a.number = ? AND c.reference = ? ORDER BY c.id")
                        .params(utility.value(), account, reference)
                        .query(JdbcDebtChanges::read)
                        .list());
    }

    private static DebtChange read(ResultSet row, int number) throws SQLException {
        String decision = row.getString("decision");
        return new DebtChange(
                row.getLong("id"),
                row.getString("account_number"),
                row.getString("reference"),
                DebtChange.Kind.valueOf(row.getString("kind")),
                row.getLong("amount"),
                row.getString("reason"),
                row.getString("requested_by"),
                instant(row, "requested_at"),
                decision == null
                        ? Optional.empty()
                        : Optional.of(new DebtChange.Decision(
                                row.getString("decided_by"),
                                instant(row, "decided_at"),
                                decision.equals("APPROVED") ? Optional.of(readEffect(row)) : Optional.empty())));
    }

    private static DebtChange.Effect readEffect(ResultSet row) throws SQLException {
        return new DebtChange.Effect(
                row.getLong("original_before"),
                row.getLong("original_after"),
                row.getLong("balance_before"),
                row.getLong("balance_after"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(row.getObject(column, OffsetDateTime.class))
                .toInstant();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
