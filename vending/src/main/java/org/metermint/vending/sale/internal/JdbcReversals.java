package org.metermint.vending.sale.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.outbox.Outbox;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.Reversal;
import org.metermint.vending.sale.Reversals;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleDesk;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A row of its own for each request, decided once, and the entry in the books in the same transaction. */
public final class JdbcReversals implements Reversals {
    private static final int LONGEST_REASON = 200;

    private final UtilityTransactions transactions;
    private final SaleDesk desk;
    private final Ledger ledger;
    private final Outbox outbox;
    private final Clock clock;

    public JdbcReversals(UtilityTransactions transactions, SaleDesk desk, Ledger ledger, Outbox outbox, Clock clock) {
        this.transactions = transactions;
        this.desk = desk;
        this.ledger = ledger;
        this.outbox = outbox;
        this.clock = clock;
    }

    @Override
    public Reversal request(ClientIdentity by, UUID id, Reversal.Basis basis, String reason) {
        by.require(Role.SUPERVISOR, Role.FINANCE);
        if (reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "reason of " + reason.length() + " characters is outside 1.." + LONGEST_REASON + ", or blank");
        }
        return transactions.in(by.utility(), sql -> {
            Sale sale = sale(by, id);
            if (!sale.state().hasTokens()) {
                throw new RefusedException(
                        RefusalCode.SALE_WITHOUT_TOKENS, "the sale is " + sale.state() + " and has no tokens");
            }
            if (sale.isFree()) {
                throw new RefusedException(
                        RefusalCode.FIELD_INVALID,
                        "the sale is of free units: nothing was paid that could be taken back");
            }
            int made = sql.sql("""
                            INSERT INTO sale_reversal (utility_id, sale_id, basis, reason, requested_by, requested_at)
                            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                            """)
                    .params(
                            by.utility().value(),
                            id,
                            basis.name(),
                            reason,
                            by.clientId(),
                            now().atOffset(ZoneOffset.UTC))
                    .update();
            Reversal standing = find(by.utility(), id).orElseThrow();
            boolean same = standing.basis() == basis
                    && standing.reason().equals(reason)
                    && standing.requestedBy().equals(by.clientId());
            if (made == 0 && !same) {
                throw new RefusedException(RefusalCode.ALREADY_EXISTS, "another reversal of the sale was asked for");
            }
            return standing;
        });
    }

    @Override
    public Reversal approve(ClientIdentity by, UUID id) {
        by.require(Role.FINANCE);
        return transactions.in(by.utility(), sql -> {
            UUID entry = ledger.nextId(by.utility(), now());
            Sale sale = sale(by, id);
            by.requireOther(sale.vendorCode());
            Reversal reversal = lock(sql, by, id);
            if (reversal.decision().isPresent()) {
                return decidedBefore(reversal, by, true);
            }
            if (reversal.requestedBy().equals(by.clientId())) {
                throw new RefusedException(
                        RefusalCode.SECOND_PERSON_NEEDED, "the client asked for it, and cannot approve it");
            }
            Sales.lockAccount(sql, by.utility(), id);
            Sales.restoreFloat(sql, by.utility(), id);
            switch (reversal.basis()) {
                case METER_UNUSED -> {
                    ledger.reverse(by.utility(), entry, id, now());
                    Sales.restoreAccount(sql, sale);
                }
                case OPERATOR_LOSS -> ledger.post(by.utility(), loss(sql, by.utility(), sale, entry));
            }
            decide(sql, by, id, "APPROVED", entry);
            outbox.append(by.utility(), "SALE_REVERSED", id, meter(sql, by.utility(), id), now());
            return find(by.utility(), id).orElseThrow();
        });
    }

    /** The vendor's part is undone; the tender is the utility's loss. */
    private JournalEntry loss(JdbcClient sql, UtilityId utility, Sale sale, UUID entry) {
        return sql.sql("SELECT tender, commission, commission_net FROM sale WHERE utility_id = ? AND id = ?")
                .params(utility.value(), sale.id())
                .query((row, number) -> {
                    long tender = row.getLong("tender");
                    long commission = row.getLong("commission");
                    boolean net = row.getBoolean("commission_net");
                    List<Posting> postings = new ArrayList<>();
                    postings.add(new Posting("loss/reversals", tender));
                    add(postings, "float/" + sale.vendorCode(), net ? commission - tender : -tender);
                    add(postings, "commission/expense", -commission);
                    add(postings, "commission/" + sale.vendorCode(), net ? 0 : commission);
                    return new JournalEntry(
                            entry,
                            JournalEntry.Kind.CORRECTION,
                            Optional.of(sale.id()),
                            Optional.of("reversal"),
                            Optional.empty(),
                            now(),
                            postings);
                })
                .single();
    }

    private static void add(List<Posting> postings, String account, long amount) {
        if (amount != 0) {
            postings.add(new Posting(account, amount));
        }
    }

    private static Optional<Long> meter(JdbcClient sql, UtilityId utility, UUID sale) {
        return sql.sql("SELECT meter_id FROM sale WHERE utility_id = ? AND id = ?")
                .params(utility.value(), sale)
                .query(Long.class)
                .optional();
    }

    @Override
    public Reversal reject(ClientIdentity by, UUID id) {
        by.require(Role.FINANCE);
        return transactions.in(by.utility(), sql -> {
            by.requireOther(sale(by, id).vendorCode());
            Reversal reversal = lock(sql, by, id);
            if (reversal.decision().isPresent()) {
                return decidedBefore(reversal, by, false);
            }
            decide(sql, by, id, "REJECTED", null);
            return find(by.utility(), id).orElseThrow();
        });
    }

    private Sale sale(ClientIdentity by, UUID id) {
        Sale sale = desk.sale(by.utility(), id)
                .orElseThrow(() -> new RefusedException(RefusalCode.NOT_FOUND, "there is no sale of that id"));
        by.requireSightOf(sale.vendorCode());
        return sale;
    }

    private static Reversal decidedBefore(Reversal reversal, ClientIdentity by, boolean approved) {
        Reversal.Decision decision = reversal.decision().orElseThrow();
        if (decision.approved() != approved || !decision.by().equals(by.clientId())) {
            throw new RefusedException(
                    RefusalCode.ALREADY_DECIDED,
                    "it was " + (decision.approved() ? "approved" : "rejected") + " at " + decision.at());
        }
        return reversal;
    }

    private static void decide(
            JdbcClient sql, ClientIdentity by, UUID sale, String decision, @Nullable UUID entry, Instant now) {
        sql.sql("""
                        UPDATE sale_reversal SET decision = ?, decided_by = ?, decided_at = ?, entry_id = ?
                        WHERE utility_id = ? AND sale_id = ? AND decision IS NULL
                        """)
                .params(Arrays.asList(
                        decision,
                        by.clientId(),
                        now.atOffset(ZoneOffset.UTC),
                        entry,
                        by.utility().value(),
                        sale))
                .update();
    }

    private void decide(JdbcClient sql, ClientIdentity by, UUID sale, String decision, @Nullable UUID entry) {
        decide(sql, by, sale, decision, entry, now());
    }

    private static Reversal lock(JdbcClient sql, ClientIdentity by, UUID sale) {
        return last(sql, by.utility(), sale, " FOR NO KEY UPDATE")
                .orElseThrow(
                        () -> new RefusedException(RefusalCode.NOT_FOUND, "no reversal of the sale was asked for"));
    }

    @Override
    public Optional<Reversal> find(UtilityId utility, UUID sale) {
        return transactions.in(utility, sql -> last(sql, utility, sale, ""));
    }

    private static Optional<Reversal> last(JdbcClient sql, UtilityId utility, UUID sale, String lock) {
        return sql.sql("SELECT * FROM sale_reversal WHERE utility_id = ? AND sale_id = ? ORDER BY id DESC LIMIT 1"
                        + lock)
                .params(utility.value(), sale)
                .query(JdbcReversals::read)
                .optional();
    }

    private static Reversal read(ResultSet row, int number) throws SQLException {
        String decision = row.getString("decision");
        return new Reversal(
                Objects.requireNonNull(row.getObject("sale_id", UUID.class)),
                Reversal.Basis.valueOf(row.getString("basis")),
                row.getString("reason"),
                row.getString("requested_by"),
                instant(row, "requested_at"),
                decision == null
                        ? Optional.empty()
                        : Optional.of(new Reversal.Decision(
                                decision.equals("APPROVED"), row.getString("decided_by"), instant(row, "decided_at"))));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(row.getObject(column, OffsetDateTime.class))
                .toInstant();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
