package org.metermint.vending.ledger.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.AccountType;
import org.metermint.vending.ledger.ChartOfAccounts;
import org.metermint.vending.ledger.LedgerAccount;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The chart of accounts, and the numbers by which postings name accounts. */
public final class Accounts implements ChartOfAccounts {
    private static final int LONGEST_CODE = 64;
    private static final int LONGEST_NAME = 120;
    private static final int LONGEST_NUMBER = 32;

    private final UtilityTransactions transactions;

    /** The numbers of accounts by their codes, which never change. */
    private final Map<UtilityId, Map<String, Long>> numbers = new ConcurrentHashMap<>();

    public Accounts(UtilityTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public List<LedgerAccount> accounts(UtilityId utility) {
        return transactions.in(utility, sql -> all(sql, utility));
    }

    static List<LedgerAccount> all(JdbcClient sql, UtilityId utility) {
        return sql.sql("SELECT * FROM ledger_account WHERE utility_id = ? ORDER BY code COLLATE \"C\"")
                .param(utility.value())
                .query(Accounts::read)
                .list();
    }

    @Override
    public LedgerAccount open(UtilityId utility, String code, AccountType type) {
        if (code.isBlank() || code.length() > LONGEST_CODE || code.chars().anyMatch(Character::isISOControl)) {
            throw invalid("the code of an account needs 1.." + LONGEST_CODE + " printable characters");
        }
        LedgerAccount account = transactions.in(utility, sql -> {
            insert(sql, utility, Map.of(code, type));
            return find(sql, utility, code).orElseThrow();
        });
        if (account.type() != type) {
            throw new RefusedException(
                    RefusalCode.ALREADY_EXISTS, "account " + code + " is there with the type " + account.type());
        }
        return account;
    }

    @Override
    public LedgerAccount name(UtilityId utility, String code, Optional<String> name, Optional<String> number) {
        requireLength("name", name, LONGEST_NAME);
        requireLength("number", number, LONGEST_NUMBER);
        try {
            return transactions.in(utility, sql -> {
                sql.sql("UPDATE ledger_account SET name = :name, number = :number"
                                + " WHERE utility_id = :utility AND code = :code")
                        .param("name", name.orElse(null))
                        .param("number", number.orElse(null))
                        .param("utility", utility.value())
                        .param("code", code)
                        .update();
                return find(sql, utility, code)
                        .orElseThrow(() -> new RefusedException(
                                RefusalCode.NOT_FOUND, "there is no account " + code + "; accounts open by their use"));
            });
        } catch (DuplicateKeyException e) {
            RefusedException refused = new RefusedException(
                    RefusalCode.ALREADY_EXISTS, "another account has the number " + number.orElse(""));
            refused.initCause(e);
            throw refused;
        }
    }

    private static void requireLength(String field, Optional<String> text, int longest) {
        if (text.isPresent()
                && (text.get().isBlank()
                        || text.get().length() > longest
                        || text.get().chars().anyMatch(Character::isISOControl))) {
            throw invalid("the " + field + " of an account needs 1.." + longest + " printable characters");
        }
    }

    private static RefusedException invalid(String detail) {
        return new RefusedException(RefusalCode.FIELD_INVALID, detail);
    }

    /** The numbers of accounts by their codes; those that are not there yet are opened. */
    Map<String, Long> numbers(UtilityId utility, Collection<String> codes) {
        Map<String, Long> known = numbers.computeIfAbsent(utility, key -> new ConcurrentHashMap<>());
        if (!known.keySet().containsAll(codes)) {
            known.putAll(openByUse(utility, Set.copyOf(codes)));
        }
        return known;
    }

    /** Opens accounts in a transaction of their own, since what is remembered must be committed. */
    private Map<String, Long> openByUse(UtilityId utility, Set<String> codes) {
        return transactions.apart(utility, sql -> {
            Map<String, Long> opened = find(sql, utility, codes);
            Map<String, AccountType> missing = new HashMap<>();
            for (String code : codes) {
                if (!opened.containsKey(code)) {
                    missing.put(code, AccountType.ofCode(code));
                }
            }
            if (!missing.isEmpty()) {
                insert(sql, utility, missing);
                opened.putAll(find(sql, utility, codes));
            }
            return opened;
        });
    }

    private static void insert(JdbcClient sql, UtilityId utility, Map<String, AccountType> accounts) {
        String[] codes = accounts.keySet().stream().sorted().toArray(String[]::new);
        String[] types = new String[codes.length];
        for (int i = 0; i < codes.length; i++) {
            types[i] = accounts.getOrDefault(codes[i], AccountType.LIABILITY).name();
        }
        sql.sql("""
                        INSERT INTO ledger_account (utility_id, code, type)
                        SELECT :utility, w.code, w.type FROM unnest(:codes::text[], :types::text[]) AS w (code, type)
                        WHERE NOT EXISTS (SELECT 1 FROM ledger_account a
                                          WHERE a.utility_id = :utility AND a.code = w.code)
                        ORDER BY w.code ON CONFLICT DO NOTHING
                        """)
                .param("utility", utility.value())
                .param("codes", codes)
                .param("types", types)
                .update();
    }

    private static Map<String, Long> find(JdbcClient sql, UtilityId utility, Collection<String> codes) {
        Map<String, Long> found = new HashMap<>();
        sql.sql("SELECT code, id FROM ledger_account WHERE utility_id = :utility AND code = ANY (:codes::text[])")
                .param("utility", utility.value())
                .param("codes", codes.stream().sorted().toArray(String[]::new))
                .query(row -> {
                    found.put(row.getString(1), row.getLong(2));
                });
        return found;
    }

    private static Optional<LedgerAccount> find(JdbcClient sql, UtilityId utility, String code) {
        return sql.sql("SELECT * FROM ledger_account WHERE utility_id = ? AND code = ?")
                .params(utility.value(), code)
                .query(Accounts::read)
                .optional();
    }

    private static LedgerAccount read(ResultSet row, int number) throws SQLException {
        return new LedgerAccount(
                row.getLong("id"),
                row.getString("code"),
                AccountType.valueOf(row.getString("type")),
                Optional.ofNullable(row.getString("name")),
                Optional.ofNullable(row.getString("number")));
    }
}
