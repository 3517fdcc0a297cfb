package org.metermint.vending.ledger.internal;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.AccountBalance;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.ledger.Verification;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcLedger implements Ledger {
    private final UtilityTransactions transactions;

    /** The numbers of accounts by their codes, which never change. */
    private final Map<UtilityId, Map<String, Long>> numbers = new ConcurrentHashMap<>();

    public JdbcLedger(UtilityTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void post(UtilityId utility, JournalEntry entry) {
        transactions.in(utility, sql -> {
            Map<String, Long> numbers = accounts(
                    utility,
                    entry.postings().stream().map(JournalEntry.Posting::account).toList());
            return sql.sql("""
                            INSERT INTO journal_entry (utility_id, id, kind, sale_id, reference, shift_id, booked_at,
                                accounts, amounts)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                            """)
                    .params(Arrays.asList(
                            utility.value(),
                            entry.id(),
                            entry.kind().name(),
                            entry.sale().orElse(null),
                            entry.reference().orElse(null),
                            entry.shift().orElse(null),
                            entry.bookedAt().atOffset(ZoneOffset.UTC),
                            entry.postings().stream()
                                    .map(posting -> numbers.get(posting.account()))
                                    .toArray(Long[]::new),
                            entry.postings().stream()
                                    .map(JournalEntry.Posting::amount)
                                    .toArray(Long[]::new)))
                    .update();
        });
    }

    @Override
    public void reverse(UtilityId utility, UUID id, UUID saleId, Instant bookedAt) {
        transactions.in(
                utility,
                sql -> sql.sql("""
                        INSERT INTO journal_entry (utility_id, id, kind, sale_id, booked_at, accounts, amounts)
                        SELECT utility_id, :id, 'REVERSAL', id, :booked, accounts,
                            ARRAY(SELECT -amount FROM unnest(amounts) WITH ORDINALITY AS p (amount, line) ORDER BY line)
                        FROM journal_entry WHERE utility_id = :utility AND id = :sale AND kind = 'SALE'
                        """)
                        .param("id", id)
                        .param("utility", utility.value())
                        .param("sale", saleId)
                        .param("booked", bookedAt.atOffset(ZoneOffset.UTC))
                        .update());
    }

    @Override
    public Map<String, Long> accounts(UtilityId utility, Collection<String> codes) {
        Map<String, Long> known = numbers.computeIfAbsent(utility, key -> new ConcurrentHashMap<>());
        if (!known.keySet().containsAll(codes)) {
            known.putAll(open(utility, Set.copyOf(codes)));
        }
        return known;
    }

    /** Opens accounts in a transaction of their own, since what is remembered must be committed. */
    private Map<String, Long> open(UtilityId utility, Set<String> codes) {
        String[] wanted = codes.stream().sorted().toArray(String[]::new);
        return transactions.apart(utility, sql -> {
            sql.sql("""
                            INSERT INTO ledger_account (utility_id, code)
                            SELECT :utility, code FROM unnest(:codes::text[]) AS w (code)
                            WHERE NOT EXISTS (SELECT 1 FROM ledger_account a
                                              WHERE a.utility_id = :utility AND a.code = w.code)
                            ORDER BY code ON CONFLICT DO NOTHING
                            """)
                    .param("utility", utility.value())
                    .param("codes", wanted)
                    .update();
            Map<String, Long> opened = new HashMap<>();
            sql.sql("SELECT code, id FROM ledger_account WHERE utility_id = :utility AND code = ANY (:codes::text[])")
                    .param("utility", utility.value())
                    .param("codes", wanted)
                    .query(row -> {
                        opened.put(row.getString(1), row.getLong(2));
                    });
            return opened;
        });
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
            find(sql, faults, "journal entry %s does not sum to zero, or names an account that is not there", """
                    SELECT e.id::text FROM journal_entry e
                    LEFT JOIN posting p ON p.utility_id = e.utility_id AND p.entry_id = e.id
                    LEFT JOIN ledger_account a ON a.utility_id = p.utility_id AND a.id = p.account_id
                    GROUP BY e.id HAVING coalesce(sum(p.amount), 1) <> 0 OR count(*) <> count(a.id)
                    """);
            find(sql, faults, "sale %s is not booked with its tender", """
                    SELECT s.id::text FROM sale s
                    LEFT JOIN posting p ON p.utility_id = s.utility_id AND p.entry_id = s.id AND p.amount > 0
                    GROUP BY s.id, s.tender HAVING coalesce(sum(p.amount), 0) <> s.tender
                    """);
            find(sql, faults, "sale %s was refused and not booked back once, or booked back and not refused", """
                    SELECT s.id::text FROM sale s
                    LEFT JOIN sale_outcome o ON o.utility_id = s.utility_id AND o.sale_id = s.id
                    LEFT JOIN journal_entry e
                        ON e.utility_id = s.utility_id AND e.sale_id = s.id AND e.kind = 'REVERSAL'
                    GROUP BY s.id, o.state
                    HAVING count(e.id) <> CASE WHEN o.state IS NOT DISTINCT FROM 'REFUSED' THEN 1 ELSE 0 END
                    """);
            find(sql, faults, "refused sale %s leaves a balance on an account", """
                    SELECT DISTINCT p.sale_id::text FROM posting p
                    JOIN sale_outcome o ON o.utility_id = p.utility_id AND o.sale_id = p.sale_id
                        AND o.state = 'REFUSED'
                    GROUP BY p.sale_id, p.account_id HAVING sum(p.amount) <> 0
                    """);
            find(sql, faults, "sale %s does not belong to exactly one request", """
                    SELECT s.id::text FROM sale s
                    LEFT JOIN request r ON r.utility_id = s.utility_id AND r.client_id = s.client_id
                        AND r.request_id = s.request_id AND r.sale_id = s.id
                    GROUP BY s.id HAVING count(r.sale_id) <> 1
                    """);
            find(sql, faults, "journal entry %s belongs to no sale", """
                    SELECT e.id::text FROM journal_entry e WHERE e.sale_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM sale s WHERE s.utility_id = e.utility_id AND s.id = e.sale_id)
                    """);
            find(sql, faults, "the float of vendor %s is not what the books say", """
                    SELECT v.code FROM vendor v
                    LEFT JOIN ledger_account a ON a.utility_id = v.utility_id AND a.code = 'float/' || v.code
                    LEFT JOIN posting p ON p.utility_id = a.utility_id AND p.account_id = a.id
                    GROUP BY v.code, v.balance HAVING coalesce(sum(p.amount), 0) <> -v.balance
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
