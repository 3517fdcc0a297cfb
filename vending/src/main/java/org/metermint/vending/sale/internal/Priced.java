package org.metermint.vending.sale.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.metermint.secure.MeterKeyState;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Line;
import org.metermint.tariff.Purchase;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.debt.OwedDebt;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.sale.SaleCredit;
import org.metermint.vending.supply.Service;

/**
 * A sale that can be written.
 *
 * @param credit what its token carries; nothing if there is none
 * @param minting what its token is made of; none if what was due used the payment up
 * @param commission what the vendor earns by it, in minor units
 * @param net whether the vendor keeps that at once
 */
record Priced(
        LockedMeter meter,
        Assessment assessment,
        Service service,
        SaleCredit credit,
        Optional<Minting> minting,
        long commission,
        boolean net) {
    /**
     * What makes a credit token.
     *
     * @param plan the key that it is under
     */
    record Minting(KeyPlan plan, TokenIdentifier tid) {}

    /** The same for a meter whose key another sale changes. */
    Priced withoutKeyChange() {
        return new Priced(
                meter,
                assessment,
                service,
                credit,
                minting.map(one ->
                        new Minting(new KeyPlan(one.plan().key(), one.plan().target(), Optional.empty()), one.tid())),
                commission,
                net);
    }

    /** The key that the meter holds once all tokens are in. */
    MeterKeyState target() {
        return minting.map(one -> one.plan().target()).orElse(meter.key());
    }

    /** The key change that it carries, if it does. */
    Optional<KeyPlan.Change> keyChange() {
        return minting.flatMap(one -> one.plan().change());
    }

    /** Whether nobody pays for it. */
    boolean isFree() {
        return assessment.purchase() instanceof Purchase.Free;
    }

    /** The list that gives these units for nothing, if one does. */
    Optional<String> entitlementList() {
        return isFree() ? Optional.ofNullable(meter.entitlementList()) : Optional.empty();
    }

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
