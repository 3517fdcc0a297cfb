package org.metermint.vending.customer;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.metermint.tariff.AccountFacts;
import org.metermint.tariff.AccountPosition;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.vending.debt.Debt;

/**
 * The contract between a customer and the utility at one supply point. It outlives the meter and carries what
 * pricing needs.
 *
 * @param number the utility's number of the account, 1 to 40 characters
 * @param customer number of the customer
 * @param meter the meter at the supply point now, if there is one
 * @param supplyGroup the supply group that the meter shall be in
 * @param tariffIndex the tariff index that the meter shall be on
 * @param tariff id of the tariff
 * @param facts what its tariff may need to know of it
 * @param position units bought in a month
 * @param debts what the account owes beside energy
 */
public record Account(
        String number,
        String customer,
        Optional<MeterPan> meter,
        SupplyGroupCode supplyGroup,
        TariffIndex tariffIndex,
        String tariff,
        AccountFacts facts,
        AccountPosition position,
        List<Debt> debts) {
    public Account {
        Objects.requireNonNull(facts, "facts");
        Objects.requireNonNull(position, "position");
        Fields.text("account number", number, 40);
        Fields.text("customer number", customer, 40);
        Fields.text("tariff id", tariff, 64);
        debts = List.copyOf(debts);
    }

    /** An account of which no facts are known. */
    public Account(
            String number,
            String customer,
            Optional<MeterPan> meter,
            SupplyGroupCode supplyGroup,
            TariffIndex tariffIndex,
            String tariff,
            AccountPosition position,
            List<Debt> debts) {
        this(number, customer, meter, supplyGroup, tariffIndex, tariff, AccountFacts.NONE, position, debts);
    }
}
