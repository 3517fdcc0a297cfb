package org.metermint.vending.debt.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.debt.Debt;
import org.metermint.vending.debt.DebtTerms;
import org.metermint.vending.debt.Debts;
import org.metermint.vending.debt.OwedDebt;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcDebts implements Debts {
    private final UtilityTransactions transactions;
    private final Ledger ledger;
    private final Clock clock;

    public JdbcDebts(UtilityTransactions transactions, Ledger ledger, Clock clock) {
        this.transactions = transactions;
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public Debt put(ClientIdentity by, String account, String reference, long amount, DebtTerms terms) {
        by.require(Role.FINANCE);
        return bringIn(by.utility(), account, reference, amount, terms);
    }

    @Override
    public Debt bringIn(UtilityId utility, String account, String reference, long amount, DebtTerms terms) {
        Debt wanted = wanted(reference, amount, terms);
        return transactions.in(utility, sql -> {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            UUID entry = ledger.nextId(utility, now);
            long owner = DebtRows.lockAccount(sql, utility, account);
            Optional<Debt> present = find(sql, utility, owner, reference);
            present.ifPresent(debt -> requireSame(debt, wanted));
            write(sql, utility, owner, wanted);
            if (present.flatMap(Debt::terms).isEmpty()) {
                book(utility, account, wanted, entry, now);
            }
            return find(sql, utility, owner, reference).orElseThrow();
        });
    }

    @Override
    public void check(UtilityId utility, String account, String reference, long amount, DebtTerms terms) {
        Debt wanted = wanted(reference, amount, terms);
        Optional<Debt> present = transactions.in(
                utility, sql -> find(sql, utility, DebtRows.lockAccount(sql, utility, account), reference));
        present.ifPresent(debt -> requireSame(debt, wanted));
    }

    private static Debt wanted(String reference, long amount, DebtTerms terms) {
        if (amount < 1 || amount > Debt.MOST) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID, "amount of " + amount + " minor units is outside 1.." + Debt.MOST);
        }
        try {
            return new Debt(reference, amount, amount, Optional.of(terms));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RefusalCode.FIELD_INVALID, String.valueOf(e.getMessage()));
        }
    }

    private static void requireSame(Debt present, Debt wanted) {
        if (present.original() != wanted.original()) {
            throw new RefusedException(
                    RefusalCode.ALREADY_EXISTS,
                    "the account has a debt of that reference with an amount of " + present.original()
                            + " minor units");
        }
        String type = wanted.terms().orElseThrow().type();
        if (present.terms()
                .map(DebtTerms::type)
                .filter(other -> !other.equals(type))
                .isPresent()) {
            throw new RefusedException(
                    RefusalCode.ALREADY_EXISTS, "the debt is in the books with another type, which stays");
        }
    }

    private static void write(JdbcClient sql, UtilityId utility, long owner, Debt debt) {
        DebtTerms terms = debt.terms().orElseThrow();
        sql.sql("""
                        INSERT INTO debt (utility_id, account_id, reference, original, balance, type, label, priority, since,
                            method, value, due_on, blocks_after)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (utility_id, account_id, reference) DO UPDATE SET type = excluded.type,
                            label = excluded.label, priority = excluded.priority, since = excluded.since,
                            method = excluded.method, value = excluded.value, due_on = excluded.due_on,
                            blocks_after = excluded.blocks_after
                        """)
                .params(Arrays.asList(
                        utility.value(),
                        owner,
                        debt.reference(),
                        debt.original(),
                        debt.balance(),
                        terms.type(),
                        terms.label(),
                        terms.priority(),
                        terms.since(),
                        terms.method().name(),
                        terms.value(),
                        terms.dueOn(),
                        terms.blocksAfterDays().orElse(null)))
                .update();
        DebtRows.noteWhetherItOwes(sql, utility, owner);
    }

    private void book(UtilityId utility, String account, Debt debt, UUID entry, Instant now) {
        String type = debt.terms().orElseThrow().type();
        ledger.post(
                utility,
                new JournalEntry(
                        entry,
                        JournalEntry.Kind.DEBT,
                        Optional.empty(),
                        Optional.of(account + "/" + debt.reference()),
                        Optional.empty(),
                        now,
                        List.of(
                                new Posting("debt/" + type, debt.original()),
                                new Posting("raised/" + type, -debt.original()))));
    }

    private static Optional<Debt> find(JdbcClient sql, UtilityId utility, long owner, String reference) {
        return sql.sql("SELECT * FROM debt WHERE utility_id = ? AND account_id = ? AND reference = ?")
                .params(utility.value(), owner, reference)
                .query((row, number) -> OwedDebt.debt(row))
                .optional();
    }

    @Override
    public List<Debt> of(UtilityId utility, String account) {
        return transactions.in(
                utility,
                sql -> sql.sql("""
                        SELECT d.* FROM debt d JOIN account a ON a.utility_id = d.utility_id AND a.id = d.account_id
                        WHERE d.utility_id = ? AND a.number = ? ORDER BY d.reference
                        """)
                        .params(utility.value(), account)
                        .query((row, number) -> OwedDebt.debt(row))
                        .list());
    }
}
