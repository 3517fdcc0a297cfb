package org.metermint.vending.ledger.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.metermint.vending.database.BooksLock;
import org.metermint.vending.database.TimeOrderedIds;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.AccountBalance;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.ledger.Progress;
import org.metermint.vending.ledger.Verification;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcLedger implements Ledger {
    private final UtilityTransactions transactions;
    private final Accounts accounts;
    private final TimeOrderedIds ids;

    /** @param random for ids */
    public JdbcLedger(UtilityTransactions transactions, Accounts accounts, RandomGenerator random) {
        this.transactions = transactions;
        this.accounts = accounts;
        this.ids = new TimeOrderedIds(random);
    }

    @Override
    public UUID nextId(UtilityId utility, Instant instant) {
        return transactions.in(utility, sql -> {
            BooksLock.share(sql, utility);
            return ids.next(instant, closedBefore(sql, utility));
        });
    }

    private static UUID closedBefore(JdbcClient sql, UtilityId utility) {
        return sql.sql("SELECT books_closed_before FROM utility WHERE utility_id = ?")
                .param(utility.value())
                .query(UUID.class)
                .single();
    }

    private static void requireOpen(JdbcClient sql, UtilityId utility, UUID id) {
        BooksLock.share(sql, utility);
        UUID bound = closedBefore(sql, utility);
        if (TimeOrderedIds.isBelow(id, bound)) {
            throw new IllegalArgumentException("entry " + id + " lies in a closed day, below " + bound
                    + "; its id must come from nextId in the same unit of work");
        }
    }

    @Override
    public void post(UtilityId utility, JournalEntry entry) {
        transactions.in(utility, sql -> {
            requireOpen(sql, utility, entry.id());
            Map<String, Long> numbers = accounts(
                    utility, entry.postings().stream().map(Posting::account).toList());
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
                            entry.postings().stream().map(Posting::amount).toArray(Long[]::new)))
                    .update();
        });
    }

    @Override
    public void reverse(UtilityId utility, UUID id, UUID saleId, Instant bookedAt) {
        transactions.in(utility, sql -> {
            requireOpen(sql, utility, id);
            return sql.sql("""
                        INSERT INTO journal_entry (utility_id, id, kind, sale_id, booked_at, accounts, amounts)
                        SELECT utility_id, :id, 'REVERSAL', id, :booked, accounts,
                            ARRAY(SELECT -amount FROM unnest(amounts) WITH ORDINALITY AS p (amount, line) ORDER BY line)
                        FROM journal_entry WHERE utility_id = :utility AND id = :sale AND kind = 'SALE'
                        """)
                    .param("id", id)
                    .param("utility", utility.value())
                    .param("sale", saleId)
                    .param("booked", bookedAt.atOffset(ZoneOffset.UTC))
                    .update();
        });
    }

    @Override
    public Map<String, Long> accounts(UtilityId utility, Collection<String> codes) {
        return accounts.numbers(utility, codes);
    }

    @Override
    public List<AccountBalance> balances(UtilityId utility) {
        return transactions.in(
                utility,
                sql -> sql.sql("""
                        WITH last AS (
                            SELECT day, boundary FROM ledger_close WHERE utility_id = :utility ORDER BY day DESC LIMIT 1
                        ), delta AS MATERIALIZED (
                            SELECT account_id, sum(amount) AS amount FROM posting
                            WHERE utility_id = :utility
                              AND entry_id >= coalesce((SELECT boundary FROM last), :first::uuid)
                            GROUP BY account_id
                        )
                        SELECT a.code, (coalesce(b.balance, 0) + coalesce(d.amount, 0))::bigint
                        FROM ledger_account a
                        LEFT JOIN ledger_balance b ON b.utility_id = a.utility_id
                            AND b.day = (SELECT day FROM last) AND b.account_id = a.id
                        LEFT JOIN delta d ON d.account_id = a.id
                        WHERE a.utility_id = :utility ORDER BY a.code
                        """)
                        .param("utility", utility.value())
                        .param("first", StoredEntry.FIRST)
                        .query((row, number) -> new AccountBalance(row.getString(1), row.getLong(2)))
                        .list());
    }

    @Override
    public List<JournalEntry> entries(UtilityId utility, Optional<UUID> after, int limit) {
        return transactions.in(utility, sql -> {
            Map<Long, String> codes = Closes.codes(sql, utility);
            return sql.sql("SELECT * FROM journal_entry WHERE utility_id = ? AND id > ? ORDER BY id LIMIT ?")
                    .params(utility.value(), after.orElse(StoredEntry.FIRST), limit)
                    .query((row, number) -> read(row, codes))
                    .list();
        });
    }

    private static JournalEntry read(ResultSet row, Map<Long, String> codes) throws SQLException {
        Long[] accounts = (Long[]) row.getArray("accounts").getArray();
        Long[] amounts = (Long[]) row.getArray("amounts").getArray();
        List<Posting> postings = new ArrayList<>();
        for (int i = 0; i < accounts.length; i++) {
            postings.add(new Posting(codes.getOrDefault(accounts[i], accounts[i].toString()), amounts[i]));
        }
        return new JournalEntry(
                Objects.requireNonNull(row.getObject("id", UUID.class)),
                JournalEntry.Kind.valueOf(row.getString("kind")),
                Optional.ofNullable(row.getObject("sale_id", UUID.class)),
                Optional.ofNullable(row.getString("reference")),
                Optional.ofNullable(row.getObject("shift_id", Long.class)),
                Objects.requireNonNull(row.getObject("booked_at", OffsetDateTime.class))
                        .toInstant(),
                postings);
    }

    @Override
    public Verification verify(UtilityId utility, Progress progress) {
        return transactions.reading(utility, sql -> new BooksProof(sql, utility, progress).run());
    }
}
