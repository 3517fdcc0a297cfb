package org.metermint.vending.payment.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.metermint.vending.debt.OwedDebt;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.payment.DebtPayment;

/**
 * An amount over debts, one after the other.
 *
 * @param parts what each debt gets; they sum to the amount
 * @param claims what the claims in the books fall by, by their accounts
 */
record Settling(List<DebtPayment.Part> parts, Map<String, Long> claims) {
    /**
     * Pays debts in their order.
     *
     * @param amount no more than they sum to
     */
    static Settling of(long amount, List<OwedDebt> debts) {
        List<DebtPayment.Part> parts = new ArrayList<>();
        Map<String, Long> claims = new TreeMap<>();
        long left = amount;
        for (OwedDebt owed : debts) {
            long paid = Math.min(left, owed.debt().balance());
            if (paid > 0) {
                parts.add(new DebtPayment.Part(
                        owed.debt().reference(),
                        owed.terms().label(),
                        paid,
                        owed.debt().balance() - paid));
                claims.merge(owed.ledgerAccount(), paid, Math::addExact);
                left -= paid;
            }
        }
        if (left != 0) {
            throw new IllegalArgumentException("payment of " + amount + " is " + left + " more than is owed");
        }
        return new Settling(parts, claims);
    }

    /** The postings: the vendor's float pays, the claims fall. */
    List<Posting> postings(String vendor, long amount) {
        List<Posting> postings = new ArrayList<>();
        postings.add(new Posting("float/" + vendor, amount));
        claims.forEach((account, paid) -> postings.add(new Posting(account, -paid)));
        return postings;
    }
}
