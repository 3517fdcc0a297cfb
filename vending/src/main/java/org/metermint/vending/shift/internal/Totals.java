package org.metermint.vending.shift.internal;

import java.util.List;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.shift.ShiftTotal;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The totals of shifts. A sale, or a payment towards debts, counts in the shift that its journal entry names. What undoes
 * it counts in the shift that its entry names, and if it names none in that of the sale or payment, provided that this is
 * still open.
 */
final class Totals {
    private Totals() {}

    /** Writes the totals of a shift that is just being closed: a row for every means of payment, so that none follows. */
    static void write(JdbcClient sql, UtilityId utility, long shift) {
        sql.sql("""
                        WITH sold AS MATERIALIZED (
                            SELECT e.id, e.sale_id, e.kind FROM journal_entry e
                            WHERE e.utility_id = :utility AND e.shift_id = :shift
                                AND e.kind IN ('SALE', 'REVERSAL', 'PAYMENT')),
                        counted AS (
                            SELECT sale_id, kind FROM sold WHERE kind <> 'PAYMENT'
                            UNION ALL
                            SELECT r.sale_id, r.kind FROM sold JOIN journal_entry r ON r.utility_id = :utility
                                AND r.sale_id = sold.sale_id AND r.kind = 'REVERSAL' AND r.shift_id IS NULL
                            WHERE sold.kind = 'SALE'),
                        paid AS (
                            SELECT p.id, p.payment, p.amount FROM sold
                            JOIN debt_payment p ON p.utility_id = :utility AND p.id = sold.id
                            WHERE sold.kind = 'PAYMENT'),
                        taken AS (
                            SELECT s.payment, s.tender AS amount, counted.kind = 'SALE' AS kept FROM counted
                            JOIN sale s ON s.utility_id = :utility AND s.id = counted.sale_id
                            UNION ALL
                            SELECT payment, amount, true FROM paid
                            UNION ALL
                            SELECT paid.payment, paid.amount, false FROM paid
                            JOIN debt_payment_reversal r ON r.utility_id = :utility AND r.payment_id = paid.id
                                AND r.decision = 'APPROVED')
                        INSERT INTO shift_total (utility_id, shift_id, payment, sales, sold, undone)
                        SELECT :utility, :shift, p.payment, count(t.payment) FILTER (WHERE t.kept),
                            coalesce(sum(t.amount) FILTER (WHERE t.kept), 0),
                            coalesce(sum(t.amount) FILTER (WHERE NOT t.kept), 0)
                        FROM unnest(:payments::text[]) AS p (payment)
                        LEFT JOIN taken t ON t.payment = p.payment
                        GROUP BY p.payment
                        """)
                .param("utility", utility.value())
                .param("shift", shift)
                .param("payments", payments())
                .update();
    }

    static String[] payments() {
        PaymentType[] all = PaymentType.values();
        String[] names = new String[all.length];
        for (int i = 0; i < all.length; i++) {
            names[i] = all[i].name();
        }
        return names;
    }

    /** The totals of a closed shift, in the order of {@link PaymentType}. */
    static List<ShiftTotal> read(JdbcClient sql, UtilityId utility, long shift) {
        return sql.sql("""
                        SELECT * FROM shift_total WHERE utility_id = :utility AND shift_id = :shift
                        ORDER BY array_position(:payments::text[], payment)
                        """)
                .param("utility", utility.value())
                .param("shift", shift)
                .param("payments", payments())
                .query((row, number) -> new ShiftTotal(
                        PaymentType.valueOf(row.getString("payment")),
                        row.getLong("sales"),
                        row.getLong("sold"),
                        row.getLong("undone")))
                .list();
    }
}
