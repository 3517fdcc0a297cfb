package org.metermint.vending.payment.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
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
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.payment.DebtPayment;
import org.metermint.vending.payment.PaymentReversal;
import org.metermint.vending.payment.PaymentReversals;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A row of its own for each request, decided once; debts, books and float change in the same transaction. */
public final class JdbcPaymentReversals implements PaymentReversals {
    private static final int LONGEST_REASON = 200;

    private final UtilityTransactions transactions;
    private final Utilities utilities;
    private final Ledger ledger;
    private final Clock clock;

    public JdbcPaymentReversals(UtilityTransactions transactions, Utilities utilities, Ledger ledger, Clock clock) {
        this.transactions = transactions;
        this.utilities = utilities;
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public PaymentReversal request(ClientIdentity by, UUID id, String reason) {
        by.require(Role.SUPERVISOR, Role.FINANCE);
        if (reason.isBlank()
                || reason.length() > LONGEST_REASON
                || reason.chars().anyMatch(Character::isISOControl)) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "reason of " + reason.length() + " characters is not 1.." + LONGEST_REASON + " printable ones");
        }
        return transactions.in(by.utility(), sql -> {
            payment(sql, by, id);
            int made = sql.sql("""
                            INSERT INTO debt_payment_reversal (utility_id, payment_id, reason, requested_by, requested_at)
                            VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                            """)
                    .params(by.utility().value(), id, reason, by.clientId(), now().atOffset(ZoneOffset.UTC))
                    .update();
            PaymentReversal standing = find(by.utility(), id).orElseThrow();
            if (made == 0
                    && !(standing.reason().equals(reason)
                            && standing.requestedBy().equals(by.clientId()))) {
                throw new RefusedException(RefusalCode.ALREADY_EXISTS, "another reversal of the payment was asked for");
            }
            return standing;
        });
    }

    @Override
    public PaymentReversal approve(ClientIdentity by, UUID id) {
        by.require(Role.FINANCE);
        return transactions.in(by.utility(), sql -> {
            Instant now = now();
            UUID entry = ledger.nextId(by.utility(), now);
            DebtPayment payment = payment(sql, by, id);
            by.requireOther(payment.vendor());
            long account = lockAccount(sql, by.utility(), payment.account());
            PaymentReversal reversal = lock(sql, by, id);
            if (reversal.decision().isPresent()) {
                return decidedBefore(reversal, by, true);
            }
            if (reversal.requestedBy().equals(by.clientId())) {
                throw new RefusedException(
                        RefusalCode.SECOND_PERSON_NEEDED, "the client asked for it, and cannot approve it");
            }
            decide(sql, by, id, "APPROVED", now, entry);
            DebtRecovery.giveBack(sql, by.utility(), account, payment.parts(), month(by.utility(), payment));
            ledger.post(by.utility(), opposite(sql, by.utility(), payment, entry, now));
            sql.sql("UPDATE vendor SET balance = balance + ? WHERE utility_id = ? AND code = ?")
                    .params(payment.amount(), by.utility().value(), payment.vendor())
                    .update();
            return find(by.utility(), id).orElseThrow();
        });
    }

    private LocalDate month(UtilityId utility, DebtPayment payment) {
        return LocalDate.ofInstant(
                        payment.receivedAt(), utilities.get(utility).settings().zone())
                .withDayOfMonth(1);
    }

    /** The opposite of each posting of the payment's entry. */
    private static JournalEntry opposite(
            JdbcClient sql, UtilityId utility, DebtPayment payment, UUID entry, Instant now) {
        List<Posting> postings = sql.sql("""
                        SELECT l.code, -p.amount AS amount
                        FROM journal_entry e, unnest(e.accounts, e.amounts) WITH ORDINALITY AS p (account, amount, line)
                        JOIN ledger_account l ON l.utility_id = :utility AND l.id = p.account
                        WHERE e.utility_id = :utility AND e.id = :payment ORDER BY p.line
                        """)
                .param("utility", utility.value())
                .param("payment", payment.id())
                .query((row, number) -> new Posting(row.getString("code"), row.getLong("amount")))
                .list();
        return new JournalEntry(
                entry,
                JournalEntry.Kind.PAYMENT_REVERSAL,
                Optional.empty(),
                Optional.of("payment/" + payment.receiptNumber()),
                Optional.empty(),
                now,
                postings);
    }

    @Override
    public PaymentReversal reject(ClientIdentity by, UUID id) {
        by.require(Role.FINANCE);
        return transactions.in(by.utility(), sql -> {
            by.requireOther(payment(sql, by, id).vendor());
            PaymentReversal reversal = lock(sql, by, id);
            if (reversal.decision().isPresent()) {
                return decidedBefore(reversal, by, false);
            }
            decide(sql, by, id, "REJECTED", now(), null);
            return find(by.utility(), id).orElseThrow();
        });
    }

    private static DebtPayment payment(JdbcClient sql, ClientIdentity by, UUID id) {
        DebtPayment payment = PaymentRows.find(sql, by.utility(), id)
                .orElseThrow(() -> new RefusedException(RefusalCode.NOT_FOUND, "there is no payment of that id"));
        by.requireSightOf(payment.vendor());
        return payment;
    }

    private static long lockAccount(JdbcClient sql, UtilityId utility, String number) {
        return sql.sql("SELECT id FROM account WHERE utility_id = ? AND number = ? FOR NO KEY UPDATE")
                .params(utility.value(), number)
                .query(Long.class)
                .single();
    }

    private static PaymentReversal decidedBefore(PaymentReversal reversal, ClientIdentity by, boolean approved) {
        PaymentReversal.Decision decision = reversal.decision().orElseThrow();
        if (decision.approved() != approved || !decision.by().equals(by.clientId())) {
            throw new RefusedException(
                    RefusalCode.ALREADY_DECIDED,
                    "it was " + (decision.approved() ? "approved" : "rejected") + " at " + decision.at());
        }
        return reversal;
    }

    private static void decide(
            JdbcClient sql, ClientIdentity by, UUID payment, String decision, Instant at, @Nullable UUID entry) {
        sql.sql("""
                        UPDATE debt_payment_reversal SET decision = ?, decided_by = ?, decided_at = ?, entry_id = ?
                        WHERE utility_id = ? AND payment_id = ? AND decision IS NULL
                        """)
                .params(Arrays.asList(
                        decision,
                        by.clientId(),
                        at.atOffset(ZoneOffset.UTC),
                        entry,
                        by.utility().value(),
                        payment))
                .update();
    }

    private static PaymentReversal lock(JdbcClient sql, ClientIdentity by, UUID payment) {
        return last(sql, by.utility(), payment, " FOR NO KEY UPDATE")
                .orElseThrow(
                        () -> new RefusedException(RefusalCode.NOT_FOUND, "no reversal of the payment was asked for"));
    }

    @Override
    public Optional<PaymentReversal> find(UtilityId utility, UUID payment) {
        return transactions.in(utility, sql -> last(sql, utility, payment, ""));
    }

    private static Optional<PaymentReversal> last(JdbcClient sql, UtilityId utility, UUID payment, String lock) {
        return sql.sql("SELECT * FROM debt_payment_reversal WHERE utility_id = ? AND payment_id = ?"
                        + " ORDER BY id DESC LIMIT 1" + lock)
                .params(utility.value(), payment)
                .query(JdbcPaymentReversals::read)
                .optional();
    }

    private static PaymentReversal read(ResultSet row, int number) throws SQLException {
        String decision = row.getString("decision");
        return new PaymentReversal(
                Objects.requireNonNull(row.getObject("payment_id", UUID.class)),
                row.getString("reason"),
                row.getString("requested_by"),
                instant(row, "requested_at"),
                decision == null
                        ? Optional.empty()
                        : Optional.of(new PaymentReversal.Decision(
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
