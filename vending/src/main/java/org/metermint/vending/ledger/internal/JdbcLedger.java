package org.metermint.vending.ledger.internal;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.AccountBalance;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.ledger.Verification;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcLedger implements Ledger {
    private final UtilityTransactions transactions;

    public JdbcLedger(UtilityTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void post(UtilityId utility, JournalEntry entry) {
        int expected = entry.postings().size();
        int posted = transactions.in(
                utility,
                sql -> sql.sql("""
                        WITH wanted AS (
                            SELECT code, amount, line
                            FROM unnest(:codes::text[], :amounts::bigint[]) WITH ORDINALITY AS w (code, amount, line)
                        ), opened AS (
                            INSERT INTO ledger_account (utility_id, code)
                            SELECT DISTINCT :utility, code FROM wanted w
                            WHERE NOT EXISTS (SELECT 1 FROM ledger_account a
                                              WHERE a.utility_id = :utility AND a.code = w.code)
                            ORDER BY code ON CONFLICT DO NOTHING
                            RETURNING id, code
                        ), entry AS (
                            INSERT INTO journal_entry (utility_id, sale_id, kind, booked_at)
                            VALUES (:utility, :sale, 'SALE', :booked) RETURNING entry_id
                        )
                        INSERT INTO posting (utility_id, entry_id, line, account_id, amount)
                        SELECT :utility, entry.entry_id, w.line, a.id, w.amount
                        FROM entry, wanted w JOIN (
                            SELECT id, code FROM ledger_account WHERE utility_id = :utility
                            UNION ALL SELECT id, code FROM opened) a ON a.code = w.code
                        """)
                        .param(
                                "codes",
                                entry.postings().stream()
                                        .map(JournalEntry.Posting::account)
                                        .toArray(String[]::new))
                        .param(
                                "amounts",
                                entry.postings().stream()
                                        .map(JournalEntry.Posting::amount)
                                        .toArray(Long[]::new))
                        .param("utility", utility.value())
                        .param("sale", entry.saleId())
                        .param("booked", entry.bookedAt().atOffset(ZoneOffset.UTC))
                        .update());
        if (posted != expected) {
            throw new OptimisticLockingFailureException("an account was opened by another sale meanwhile");
        }
    }

    @Override
    public void reverse(UtilityId utility, UUID saleId, Instant bookedAt) {
        transactions.in(
                utility,
                sql -> sql.sql("""
                        WITH entry AS (
                            INSERT INTO journal_entry (utility_id, sale_id, kind, booked_at)
                            VALUES (:utility, :sale, 'REVERSAL', :booked) RETURNING entry_id
                        )
                        INSERT INTO posting (utility_id, entry_id, line, account_id, amount)
                        SELECT :utility, entry.entry_id, p.line, p.account_id, -p.amount
                        FROM entry, posting p JOIN journal_entry e ON e.utility_id = p.utility_id AND e.entry_id = p.entry_id
                        WHERE e.utility_id = :utility AND e.sale_id = :sale AND e.kind = 'SALE'
                        """)
                        .param("utility", utility.value())
                        .param("sale", saleId)
                        .param("booked", bookedAt.atOffset(ZoneOffset.UTC))
                        .update());
    }

    @Override
    public List<AccountBalance> balances(UtilityId utility) {
        return transactions.in(
                utility,
                sql -> sql.sql("""
                        SELECT a.code, coalesce(sum(p.amount), 0)::bigint FROM ledger_account a
                        LEFT JOIN posting p ON p.utility_id = a.utility_id AND p.account_id = a.id
                        GROUP BY a.code ORDER BY a.code
                        """)
                        .query((row, number) -> new AccountBalance(row.getString(1), row.getLong(2)))
                        .list());
    }

    @Override
    public Verification verify(UtilityId utility) {
        return transactions.in(utility, sql -> {
            List<String> faults = new ArrayList<>();
            find(sql, faults, "journal entry %s does not sum to zero", """
                    SELECT e.entry_id::text FROM journal_entry e
                    LEFT JOIN posting p ON p.utility_id = e.utility_id AND p.entry_id = e.entry_id
                    GROUP BY e.entry_id HAVING coalesce(sum(p.amount), 1) <> 0
                    """);
            find(sql, faults, "sale %s is not booked with its tender", """
                    SELECT s.id::text FROM sale s
                    LEFT JOIN journal_entry e ON e.utility_id = s.utility_id AND e.sale_id = s.id AND e.kind = 'SALE'
                    LEFT JOIN posting p ON p.utility_id = e.utility_id AND p.entry_id = e.entry_id AND p.amount > 0
                    GROUP BY s.id, s.tender HAVING coalesce(sum(p.amount), 0) <> s.tender
                    """);
            find(sql, faults, "sale %s was refused and not booked back, or booked back and not refused", """
                    SELECT s.id::text FROM sale s
                    LEFT JOIN sale_outcome o ON o.utility_id = s.utility_id AND o.sale_id = s.id
                    LEFT JOIN journal_entry e
                        ON e.utility_id = s.utility_id AND e.sale_id = s.id AND e.kind = 'REVERSAL'
                    WHERE (o.state IS NOT DISTINCT FROM 'REFUSED') <> (e.entry_id IS NOT NULL)
                    """);
            find(sql, faults, "refused sale %s leaves a balance on an account", """
                    SELECT DISTINCT e.sale_id::text FROM journal_entry e
                    JOIN sale_outcome o ON o.utility_id = e.utility_id AND o.sale_id = e.sale_id
                        AND o.state = 'REFUSED'
                    JOIN posting p ON p.utility_id = e.utility_id AND p.entry_id = e.entry_id
                    GROUP BY e.sale_id, p.account_id HAVING sum(p.amount) <> 0
                    """);
            find(sql, faults, "sale %s does not belong to exactly one request", """
                    SELECT s.id::text FROM sale s
                    LEFT JOIN request r ON r.utility_id = s.utility_id AND r.client_id = s.client_id
                        AND r.request_id = s.request_id AND r.sale_id = s.id
                    GROUP BY s.id HAVING count(r.sale_id) <> 1
                    """);
            return new Verification(count(sql, "journal_entry"), count(sql, "posting"), count(sql, "sale"), faults);
        });
    }

    private static void find(JdbcClient sql, List<String> faults, String sentence, String query) {
        sql.sql(query).query(String.class).list().forEach(id -> faults.add(sentence.formatted(id)));
    }

    private static long count(JdbcClient sql, String table) {
        return sql.sql("SELECT count(*) FROM " + table).query(Long.class).single();
    }
}
