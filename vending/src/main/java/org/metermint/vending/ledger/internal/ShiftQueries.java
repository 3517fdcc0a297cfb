package org.metermint.vending.ledger.internal;

import org.metermint.vending.database.UtilityId;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Questions of the proof about shifts, batches and the two persons who move a float; the right answer is no row. Each
 * takes the {@code :utility} and gives, of what is wrong, its {@code name} and {@code words} with a place for the name.
 */
enum ShiftQueries {
    /** A sale and its entry count in the same shift, which is one of the vendor's. */
    SHIFTS_OF_SALES("""
            SELECT s.id::text AS name,
                CASE WHEN e.shift_id IS DISTINCT FROM s.shift_id THEN 'sale %s names another shift than its entry'
                     ELSE 'sale %s names a shift that its vendor does not have' END AS words
            FROM sale s
            JOIN journal_entry e ON e.utility_id = s.utility_id AND e.id = s.id
            LEFT JOIN shift h ON h.utility_id = s.utility_id AND h.id = s.shift_id
            WHERE s.utility_id = :utility AND (e.shift_id IS DISTINCT FROM s.shift_id
                OR s.shift_id IS NOT NULL AND h.vendor_code IS DISTINCT FROM s.vendor_code)
            """),

    /** The totals of a closed shift are the sum of its sales and payments, and no less was undone than its entries say. */
    TOTALS_OF_SHIFTS("""
            SELECT h.id::text AS name, 'the totals of shift %s for ' || p.payment || ' are not those of its sales and payments' AS words
            FROM shift h
            CROSS JOIN unnest(ARRAY['CASH', 'CARD', 'MOBILE_MONEY', 'TRANSFER', 'OTHER']) AS p (payment)
            LEFT JOIN shift_total t ON t.utility_id = h.utility_id AND t.shift_id = h.id AND t.payment = p.payment
            LEFT JOIN (SELECT shift_id, payment, count(*) FILTER (WHERE kind <> 'REVERSAL') AS sales,
                           coalesce(sum(amount) FILTER (WHERE kind <> 'REVERSAL'), 0) AS sold,
                           coalesce(sum(amount) FILTER (WHERE kind = 'REVERSAL'), 0) AS undone
                       FROM (SELECT e.shift_id, e.kind, s.payment, s.tender AS amount
                             FROM journal_entry e JOIN sale s ON s.utility_id = e.utility_id AND s.id = e.sale_id
                             WHERE e.utility_id = :utility AND e.shift_id IS NOT NULL
                                 AND e.kind IN ('SALE', 'REVERSAL')
                             UNION ALL
                             SELECT e.shift_id, e.kind, d.payment, d.amount
                             FROM journal_entry e JOIN debt_payment d ON d.utility_id = e.utility_id AND d.id = e.id
                             WHERE e.utility_id = :utility AND e.shift_id IS NOT NULL AND e.kind = 'PAYMENT') counted
                       GROUP BY shift_id, payment) b ON b.shift_id = h.id AND b.payment = p.payment
            WHERE h.utility_id = :utility AND h.closed_at IS NOT NULL
              AND (t.sales IS DISTINCT FROM coalesce(b.sales, 0) OR t.sold IS DISTINCT FROM coalesce(b.sold, 0)
                   OR t.undone < coalesce(b.undone, 0))
            """),

    /** What was expected at the count is what the totals say. */
    COUNTS_OF_SHIFTS("""
            SELECT c.shift_id::text AS name,
                'the count of shift %s for ' || c.payment || ' expects something else than its totals say' AS words
            FROM shift_count c
            JOIN shift h ON h.utility_id = c.utility_id AND h.id = c.shift_id
            LEFT JOIN shift_total t ON t.utility_id = c.utility_id AND t.shift_id = c.shift_id AND t.payment = c.payment
            WHERE c.utility_id = :utility AND c.expected IS DISTINCT FROM
                t.sold - t.undone + CASE c.payment WHEN 'CASH' THEN h.opening_cash ELSE 0 END
            """),

    /** The totals of a sales batch are the sum of its shifts'. */
    TOTALS_OF_BATCHES("""
            SELECT b.batch_id::text AS name,
                'the totals of sales batch %s for ' || b.payment || ' are not those of its shifts' AS words
            FROM sales_batch_total b
            LEFT JOIN (SELECT g.batch_id, t.payment, sum(t.sales) AS sales, sum(t.sold - t.undone) AS expected,
                           sum(c.counted - CASE c.payment WHEN 'CASH' THEN h.opening_cash ELSE 0 END) AS counted
                       FROM sales_batch_shift g
                       JOIN shift h ON h.utility_id = g.utility_id AND h.id = g.shift_id
                       JOIN shift_total t ON t.utility_id = g.utility_id AND t.shift_id = g.shift_id
                       JOIN shift_count c ON c.utility_id = g.utility_id AND c.shift_id = g.shift_id
                           AND c.payment = t.payment
                       WHERE g.utility_id = :utility GROUP BY g.batch_id, t.payment) s
                ON s.batch_id = b.batch_id AND s.payment = b.payment
            WHERE b.utility_id = :utility
              AND (b.sales, b.expected, b.counted) IS DISTINCT FROM (s.sales, s.expected, s.counted)
            """),

    /** The cash of a banking batch is that of its sales batches. */
    CASH_OF_BATCHES("""
            SELECT b.id::text AS name, 'the cash of banking batch %s is not that of its sales batches' AS words
            FROM banking_batch b
            WHERE b.utility_id = :utility AND b.cash IS DISTINCT FROM (
                SELECT sum(t.counted) FROM banking_batch_sales_batch g
                JOIN sales_batch_total t ON t.utility_id = g.utility_id AND t.batch_id = g.sales_batch_id
                WHERE g.utility_id = b.utility_id AND g.batch_id = b.id AND t.payment = 'CASH')
            """),

    /** No float was moved by one person. */
    SECOND_PERSONS("""
            SELECT id::text AS name, 'float movement %s was confirmed by the client who recorded it' AS words
            FROM float_movement
            WHERE utility_id = :utility AND decision = 'CONFIRMED' AND decided_by = recorded_by
            """);

    private final String query;

    ShiftQueries(String query) {
        this.query = query;
    }

    String query() {
        return query;
    }

    /** What the question is about, for people. */
    String subject() {
        return ProofQueries.subject(this);
    }

    void run(JdbcClient sql, UtilityId utility, Faults faults) {
        ProofQueries.run(this, query, sql, utility, faults);
    }
}
