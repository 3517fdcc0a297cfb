package org.metermint.vending.sale.internal;

import java.util.ArrayList;
import java.util.List;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Line;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.debt.OwedDebt;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.sale.SaleCredit;
import org.metermint.vending.supply.Service;

/**
 * A sale that can be written.
 *
 * @param commission what the vendor earns by it, in minor units
 * @param net whether the vendor keeps that at once
 */
record Priced(
        LockedMeter meter,
        Assessment assessment,
        Service service,
        SaleCredit credit,
        KeyPlan plan,
        TokenIdentifier tid,
        long commission,
        boolean net) {
    /** What the customer pays, in minor units. */
    long tender() {
        return assessment.tender();
    }

    /** What the vendor's float pays, in minor units. */
    long debit() {
        return net ? tender() - commission : tender();
    }

    /** The vendor owes the tender, less the commission that it keeps; energy, taxes and levies are earned. */
    List<Posting> postings(String vendorCode) {
        List<Posting> postings = new ArrayList<>();
        if (debit() != 0) {
            postings.add(new Posting("float/" + vendorCode, debit()));
        }
        if (commission != 0) {
            postings.add(new Posting("commission/expense", commission));
            if (!net) {
                postings.add(new Posting("commission/" + vendorCode, -commission));
            }
        }
        for (Line line : assessment.lines()) {
            if (line.amount() != 0) {
                postings.add(new Posting(
                        switch (line.kind()) {
                            case ENERGY -> "energy";
                            case TAX -> "tax/" + line.code();
                            case LEVY, REBATE -> "levy/" + line.code();
                            case CHARGE -> "fixed/" + line.code();
                            case FEE -> "fee/channel";
                            case DEBT -> debt(line.code());
                        },
                        -line.amount()));
            }
        }
        return postings;
    }

    private String debt(String reference) {
        return meter.debts().stream()
                .filter(debt -> debt.debt().reference().equals(reference))
                .map(OwedDebt::ledgerAccount)
                .findFirst()
                .orElseThrow();
    }
}
