package org.metermint.vending.ledger.internal;

import org.metermint.vending.database.UtilityId;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Questions of the proof about debts and what accounts pay towards them; the right answer is no row. Each takes the {@code
 * :utility} and gives, of what is wrong, its {@code name} and {@code words} with a place for the name.
 */
enum DebtQueries {
    /** What accounts owe is what the books claim, type by type. */
    DEBTS("""
            WITH claims AS MATERIALIZED (
                SELECT array_agg(id) AS ids FROM ledger_account WHERE utility_id = :utility AND code LIKE 'debt/%'
            ), booked AS MATERIALIZED (
                SELECT account_id, sum(amount) AS amount
                FROM (SELECT unnest(accounts) AS account_id, unnest(amounts) AS amount FROM journal_entry, claims
                      WHERE utility_id = :utility AND accounts && claims.ids) p
                GROUP BY account_id
            )
            SELECT coalesce(a.code, d.code) AS name, 'account %s of the books holds ' || coalesce(a.amount, 0)
                || ' minor units; the debts of that type sum to ' || coalesce(d.amount, 0) AS words
            FROM (SELECT 'debt/' || type AS code, sum(balance) AS amount FROM debt
                  WHERE utility_id = :utility AND method IS NOT NULL GROUP BY type) d
            FULL JOIN (SELECT l.code, b.amount FROM booked b
                       JOIN ledger_account l ON l.utility_id = :utility AND l.id = b.account_id
                       WHERE l.code LIKE 'debt/%') a ON a.code = d.code
            WHERE coalesce(a.amount, 0) <> coalesce(d.amount, 0)
            """),

    /** A change of a debt that was approved was so by another person, and is booked with what it changed. */
    CHANGES_OF_DEBTS("""
            SELECT c.id::text AS name,
                CASE WHEN c.decided_by = c.requested_by THEN 'change %s of a debt was approved by the client who asked for it'
                     WHEN e.id IS NULL THEN 'change %s of a debt was approved and is not booked'
                     ELSE 'change %s of a debt is not booked with what it changed' END AS words
            FROM debt_change c
            JOIN debt d ON d.utility_id = c.utility_id AND d.account_id = c.account_id AND d.reference = c.reference
            LEFT JOIN journal_entry e ON e.utility_id = c.utility_id AND e.id = c.entry_id AND e.kind = 'DEBT'
            LEFT JOIN ledger_account l ON l.utility_id = c.utility_id AND l.code = 'debt/' || d.type
            WHERE c.utility_id = :utility AND c.decision = 'APPROVED' AND (e.id IS NULL OR c.decided_by = c.requested_by
                OR (SELECT sum(p.amount) FROM unnest(e.accounts, e.amounts) AS p (account, amount)
                    WHERE p.account = l.id) IS DISTINCT FROM c.balance_after - c.balance_before)
            """),

    /** Every payment has its entry, on its vendor's float with its amount, in its shift, and its parts sum to it. */
    PAYMENTS("""
            SELECT coalesce(p.id, e.id)::text AS name,
                CASE WHEN p.id IS NULL THEN 'journal entry %s books a payment that is not there'
                     WHEN e.id IS NULL THEN 'payment %s is not booked'
                     WHEN p.parts IS DISTINCT FROM p.amount THEN 'the parts of payment %s do not sum to its amount'
                     WHEN e.shift_id IS DISTINCT FROM p.shift_id THEN 'payment %s names another shift than its entry'
                     WHEN h.vendor_code <> p.vendor_code THEN 'payment %s names a shift that its vendor does not have'
                     ELSE 'payment %s is not booked with its amount on the float of its vendor' END AS words
            FROM (SELECT p.*, (SELECT sum(t.amount) FROM debt_payment_part t
                               WHERE t.utility_id = p.utility_id AND t.payment_id = p.id) AS parts
                  FROM debt_payment p WHERE p.utility_id = :utility) p
            FULL JOIN (SELECT id, shift_id, accounts, amounts FROM journal_entry
                       WHERE utility_id = :utility AND kind = 'PAYMENT') e ON e.id = p.id
            LEFT JOIN ledger_account f ON f.utility_id = :utility AND f.code = 'float/' || p.vendor_code
            LEFT JOIN shift h ON h.utility_id = :utility AND h.id = p.shift_id
            WHERE p.id IS NULL OR e.id IS NULL OR p.parts IS DISTINCT FROM p.amount
               OR e.shift_id IS DISTINCT FROM p.shift_id OR h.vendor_code <> p.vendor_code
               OR (SELECT sum(x.amount) FROM unnest(e.accounts, e.amounts) AS x (account, amount)
                   WHERE x.account = f.id) IS DISTINCT FROM p.amount
            """),

    /** A request to pay that was answered with a payment is that payment's. */
    REQUESTS_TO_PAY("""
            SELECT p.id::text AS name, 'payment %s does not belong to its request' AS words
            FROM debt_payment p
            LEFT JOIN debt_payment_request r ON r.utility_id = p.utility_id AND r.client_id = p.client_id
                AND r.request_id = p.request_id
            WHERE p.utility_id = :utility AND r.payment_id IS DISTINCT FROM p.id
            """),

    /** A payment is booked back by the word of two persons, by the opposite of each posting, and by nothing else. */
    PAYMENTS_UNDONE("""
            SELECT coalesce(r.payment_id, e.id)::text AS name,
                CASE WHEN r.payment_id IS NULL THEN 'journal entry %s undoes a payment and nobody approved it'
                     WHEN r.decided_by = r.requested_by
                     THEN 'the reversal of payment %s was approved by the client who asked for it'
                     ELSE 'payment %s was not booked back by the opposite of its entry' END AS words
            FROM (SELECT payment_id, requested_by, decided_by, entry_id FROM debt_payment_reversal
                  WHERE utility_id = :utility AND decision = 'APPROVED') r
            FULL JOIN (SELECT id, accounts, amounts FROM journal_entry
                       WHERE utility_id = :utility AND kind = 'PAYMENT_REVERSAL') e ON e.id = r.entry_id
            LEFT JOIN journal_entry b ON b.utility_id = :utility AND b.id = r.payment_id
            WHERE r.payment_id IS NULL OR r.decided_by = r.requested_by OR e.accounts IS DISTINCT FROM b.accounts
               OR ARRAY(SELECT -a.amount FROM unnest(b.amounts) WITH ORDINALITY AS a (amount, line) ORDER BY line)
                  IS DISTINCT FROM e.amounts
            """);

    private final String query;

    DebtQueries(String query) {
        this.query = query;
    }

    /** What the question is about, for people. */
    String subject() {
        return ProofQueries.subject(this);
    }

    void run(JdbcClient sql, UtilityId utility, Faults faults) {
        ProofQueries.run(this, query, sql, utility, faults);
    }
}
