package org.metermint.vending.debt.internal;

import java.util.Optional;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.debt.OwedDebt;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Debts under the lock of their account, which sales take too. */
final class DebtRows {
    private DebtRows() {}

    /**
     * Locks an account, and so its debts.
     *
     * @return its id
     */
    static long lockAccount(JdbcClient sql, UtilityId utility, String number) {
        return sql.sql("SELECT id FROM account WHERE utility_id = ? AND number = ? FOR NO KEY UPDATE")
                .params(utility.value(), number)
                .query(Long.class)
                .optional()
                .orElseThrow(() -> new RefusedException(RefusalCode.NOT_FOUND, "this utility has no such account"));
    }

    /** A debt that is in the books. */
    static OwedDebt booked(JdbcClient sql, UtilityId utility, long account, String reference) {
        Optional<OwedDebt> debt = sql.sql("""
                        SELECT * FROM debt WHERE utility_id = ? AND account_id = ? AND reference = ? AND method IS NOT NULL
                        """)
                .params(utility.value(), account, reference)
                .query((row, number) -> OwedDebt.read(row))
                .optional();
        return debt.orElseThrow(() ->
                new RefusedException(RefusalCode.NOT_FOUND, "the account has no debt of that reference in the books"));
    }

    /** Says of an account whether sales must look at its debts. */
    static void noteWhetherItOwes(JdbcClient sql, UtilityId utility, long account) {
        sql.sql("""
                        UPDATE account SET owes = EXISTS (
                            SELECT 1 FROM debt WHERE utility_id = :utility AND account_id = :account
                                AND method IS NOT NULL AND balance > 0)
                        WHERE utility_id = :utility AND id = :account
                        """).param("utility", utility.value()).param("account", account).update();
    }
}
