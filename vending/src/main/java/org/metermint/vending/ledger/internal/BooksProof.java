package org.metermint.vending.ledger.internal;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.database.TimeOrderedIds;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.ledger.ClosedDay;
import org.metermint.vending.ledger.Progress;
import org.metermint.vending.ledger.Verification;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The proof of the books, within one transaction that sees one instant. The first step reads every entry once, in order
 * and a portion at a time: each must balance and name accounts that are there, and each closed day must come out with
 * its digest and its balances. What the entries say of sales, and sales of everything else, is asked of the database
 * ({@link ProofQueries}), which does it set by set.
 */
final class BooksProof {
    private static final int STRIDE = 10_000;

    private final JdbcClient sql;
    private final UtilityId utility;
    private final Progress progress;
    private final Faults faults = new Faults();

    private final Map<Long, String> codes;
    private final List<ClosedDay> closes;

    private int closed;
    private String digest = DayDigest.FIRST;
    private @Nullable DayDigest day;
    private long entries;
    private long postings;

    BooksProof(JdbcClient sql, UtilityId utility, Progress progress) {
        this.sql = sql;
        this.utility = utility;
        this.progress = progress;
        this.codes = Closes.codes(sql, utility);
        this.closes = Closes.all(sql, utility);
    }

    Verification run() {
        progress.begin("entries", count("journal_entry"));
        openDay(Map.of());
        StoredEntry.stream(sql, utility, StoredEntry.FIRST, StoredEntry.LAST, this::check);
        while (closed < closes.size()) {
            closeDay();
        }
        proveBound();
        for (ProofQueries query : ProofQueries.values()) {
            progress.begin(query.subject(), 0);
            query.run(sql, utility, faults);
        }
        for (DebtQueries query : DebtQueries.values()) {
            progress.begin(query.subject(), 0);
            query.run(sql, utility, faults);
        }
        for (ShiftQueries query : ShiftQueries.values()) {
            progress.begin(query.subject(), 0);
            query.run(sql, utility, faults);
        }
        return new Verification(
                entries, postings, count("sale"), closes.size(), closes.isEmpty() ? "" : digest, faults.sentences());
    }

    private void check(StoredEntry entry) {
        while (closed < closes.size()
                && !TimeOrderedIds.isBelow(entry.id(), closes.get(closed).boundary())) {
            closeDay();
        }
        if (entry.sum().signum() != 0
                || entry.accounts().size() < 2
                || entry.accounts().size() != entry.amounts().size()) {
            faults.add(
                    "unbalanced",
                    "journal entry " + entry.id() + " names " + entry.accounts().size() + " accounts and its "
                            + entry.amounts().size() + " amounts sum to " + entry.sum() + " minor units instead of 0");
        }
        for (long account : entry.accounts()) {
            if (!codes.containsKey(account)) {
                faults.add(
                        "account",
                        "journal entry " + entry.id() + " names account " + account + ", which is not there");
            }
        }
        if (day != null) {
            day.add(entry);
        }
        entries++;
        postings += entry.accounts().size();
        if (entries % STRIDE == 0) {
            progress.reach(entries);
        }
    }

    /** Begins the next closed day; after the last one nothing is digested. */
    private void openDay(Map<Long, Long> before) {
        day = closed < closes.size() ? new DayDigest(utility, closes.get(closed).day(), digest, before) : null;
    }

    /** Holds what was read against what was closed, and goes on from what was closed: a fault is told for its own day. */
    private void closeDay() {
        ClosedDay close = closes.get(closed);
        DayDigest read = Objects.requireNonNull(day);
        String name = "closed day " + close.day() + " ";
        if (close.entries() != read.entries() || close.postings() != read.postings()) {
            faults.add(
                    "day",
                    name + "was closed with " + close.entries() + " entries and " + close.postings()
                            + " postings; there are " + read.entries() + " and " + read.postings());
        }
        if (!close.previousDigest().equals(digest)) {
            faults.add("day", name + "does not continue the digest of the day before it");
        }
        if (closed > 0 && !close.day().equals(closes.get(closed - 1).day().plusDays(1))) {
            faults.add(
                    "day",
                    name + "does not follow the one before it, "
                            + closes.get(closed - 1).day());
        }
        Map<Long, Long> kept = Closes.balances(sql, utility, close.day());
        proveBalances(name, read.balances(), kept);
        if (!close.digest().equals(read.end(codes))) {
            faults.add("day", name + "has another digest than its entries and balances have");
        }
        digest = close.digest();
        closed++;
        openDay(kept);
    }

    private void proveBalances(String name, Map<Long, Long> read, Map<Long, Long> kept) {
        read.forEach((account, balance) -> {
            Long other = kept.get(account);
            if (!balance.equals(other)) {
                faults.add(
                        "balance",
                        name + "keeps " + (other == null ? "no balance" : "the balance " + other) + " of account "
                                + codes.getOrDefault(account, account.toString()) + "; its entries say " + balance);
            }
        });
        kept.keySet().stream()
                .filter(account -> !read.containsKey(account))
                .forEach(account -> faults.add(
                        "balance",
                        name + "keeps a balance of account " + codes.getOrDefault(account, account.toString())
                                + ", which no entry names"));
    }

    /** No id below the last boundary may be given out any more. */
    private void proveBound() {
        UUID bound = sql.sql("SELECT books_closed_before FROM utility WHERE utility_id = ?")
                .param(utility.value())
                .query(UUID.class)
                .single();
        if (!closes.isEmpty() && TimeOrderedIds.isBelow(bound, closes.getLast().boundary())) {
            faults.add("bound", "the bound below which nothing is booked lies below the last closed day");
        }
    }

    private long count(String table) {
        return sql.sql("SELECT count(*) FROM " + table + " WHERE utility_id = ?")
                .param(utility.value())
                .query(Long.class)
                .single();
    }
}
