package org.metermint.vending.payment.internal;

import java.time.LocalDate;
import java.util.List;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.payment.DebtPayment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What payments do to the debts of an account, which is locked. A payment counts towards the instalment of its month. */
final class DebtRecovery {
    private DebtRecovery() {}

    static void take(JdbcClient sql, UtilityId utility, long account, List<DebtPayment.Part> parts, LocalDate month) {
        for (DebtPayment.Part part : parts) {
            sql.sql("""
                            UPDATE debt SET balance = balance - :amount, taken_month = :month,
                                taken = CASE WHEN taken_month = :month THEN taken ELSE 0 END + :amount
                            WHERE utility_id = :utility AND account_id = :account AND reference = :reference
                            """)
                    .param("amount", part.amount())
                    .param("month", month)
                    .param("utility", utility.value())
                    .param("account", account)
                    .param("reference", part.reference())
                    .update();
        }
        noteWhetherItOwes(sql, utility, account);
    }

    static void giveBack(
            JdbcClient sql, UtilityId utility, long account, List<DebtPayment.Part> parts, LocalDate month) {
        for (DebtPayment.Part part : parts) {
            sql.sql("""
                            UPDATE debt SET balance = balance + :amount,
                                taken = CASE WHEN taken_month = :month THEN taken - :amount ELSE taken END
                            WHERE utility_id = :utility AND account_id = :account AND reference = :reference
                            """)
                    .param("amount", part.amount())
                    .param("month", month)
                    .param("utility", utility.value())
                    .param("account", account)
                    .param("reference", part.reference())
                    .update();
        }
        noteWhetherItOwes(sql, utility, account);
    }

    private static void noteWhetherItOwes(JdbcClient sql, UtilityId utility, long account) {
        sql.sql("""
                        UPDATE account SET owes = EXISTS (
                            SELECT 1 FROM debt WHERE utility_id = :utility AND account_id = :account
                                AND method IS NOT NULL AND balance > 0)
                        WHERE utility_id = :utility AND id = :account
                        """).param("utility", utility.value()).param("account", account).update();
    }
}
