package org.metermint.vending.sale.internal;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;
import org.metermint.vending.debt.OwedDebt;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.utility.Utility;

/** Debts that let nothing be sold until they are paid. */
final class UnpaidDebts {
    private static final int MOST_NAMED = 3;

    private UnpaidDebts() {}

    /**
     * Lets pass an account none of whose debts blocks sales.
     *
     * @param debts of the account, as they stand under its lock
     * @throws RefusedException if there are some: it names what is owed
     */
    static void requireNone(List<OwedDebt> debts, Instant now, Utility utility) {
        if (debts.isEmpty()) {
            return;
        }
        LocalDate today = LocalDate.ofInstant(now, utility.settings().zone());
        List<OwedDebt> blocking =
                debts.stream().filter(debt -> debt.blocks(today)).toList();
        if (!blocking.isEmpty()) {
            throw new RefusedException(
                    RefusalCode.DEBT_UNPAID,
                    blocking.stream()
                                    .limit(MOST_NAMED)
                                    .map(debt -> debt.terms().label() + " "
                                            + utility.money(debt.debt().balance()))
                                    .collect(Collectors.joining(", ", "nothing is sold before this is paid: ", ""))
                            + (blocking.size() > MOST_NAMED ? " and " + (blocking.size() - MOST_NAMED) + " more" : ""));
        }
    }
}
