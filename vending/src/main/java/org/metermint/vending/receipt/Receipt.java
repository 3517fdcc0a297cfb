package org.metermint.vending.receipt;

import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A receipt: every figure as it is printed, so that a channel has nothing left to decide. Amounts and units are decimal
 * strings; {@code lines} sum to {@code tendered}.
 *
 * @param copy whether this is a reprint, to be marked COPY
 * @param testOnly whether a public test key made the tokens, to be marked TEST ONLY
 * @param utility its name, as its letterhead has it at the time of the sale
 * @param invoice what makes this a tax invoice, if it is one
 * @param vendor code of the vendor
 * @param operator code of the person at the till, if the sale named one
 * @param terminal code of the device, if the sale named one
 * @param issuedAt in the utility's zone
 * @param customer name as far as the letterhead lets it be told
 * @param customerAddress the same of the address
 * @param algorithm code of the encryption algorithm, AT (EA)
 * @param tokenTechnology code of the token's carrier, TT: 02 for digits that are keyed in
 * @param units what the credit token carries, with the unit in {@code unit}; empty if the payment bought nothing
 * @param unit of the service, or the currency if the meter counts money
 * @param roundedUp what of the units is rounding in the customer's favour; empty if there is none
 * @param freeUnits what a token of free units carries, if there is one
 * @param steps units by block; none if the meter counts money
 * @param lines energy, then taxes and levies, then what was taken of charges, the channel's fee and debts
 * @param owed what is left of each debt that was paid towards
 * @param unitsThisMonth units bought this month, this sale included; empty if the meter counts money
 * @param tokens in the order of entry; none if the payment bought nothing
 */
public record Receipt(
        boolean copy,
        boolean testOnly,
        String utility,
        Issuer issuer,
        Optional<Invoice> invoice,
        String vendor,
        String vendorName,
        Optional<String> operator,
        Optional<String> terminal,
        long receiptNumber,
        UUID saleId,
        ZonedDateTime issuedAt,
        String meterNumber,
        String account,
        Optional<String> customer,
        Optional<String> customerAddress,
        String supplyGroup,
        int keyRevision,
        String tariffIndex,
        String algorithm,
        String tokenTechnology,
        String tariff,
        int tariffVersion,
        Optional<String> units,
        String unit,
        Optional<String> roundedUp,
        Optional<String> freeUnits,
        List<Step> steps,
        List<Line> lines,
        List<Owed> owed,
        String tendered,
        String currency,
        Optional<String> unitsThisMonth,
        List<Token> tokens) {
    public Receipt {
        steps = List.copyOf(steps);
        lines = List.copyOf(lines);
        owed = List.copyOf(owed);
        tokens = List.copyOf(tokens);
    }

    /**
     * What else the utility says of itself.
     *
     * @param message printed at the end
     */
    public record Issuer(
            List<String> address, Optional<String> taxNumber, Optional<String> telephone, Optional<String> message) {
        public Issuer {
            address = List.copyOf(address);
        }
    }

    /**
     * The totals of a tax invoice: all that was supplied, which is the payment without what it paid of debts.
     *
     * @param title what the law calls it, in the utility's words
     */
    public record Invoice(String title, String withoutTax, String tax, String withTax) {}

    /** Units bought at one price. */
    public record Step(String units, String price) {}

    /**
     * One amount with its name.
     *
     * @param kind {@code ENERGY}, {@code TAX}, {@code LEVY}, {@code REBATE}, {@code CHARGE}, {@code FEE} or {@code DEBT}
     * @param rate of a tax in percent
     * @param taxable what the rate of a tax applies to, without the tax
     */
    public record Line(
            String code, String label, String amount, String kind, Optional<String> rate, Optional<String> taxable) {}

    /** What is left of a debt. */
    public record Owed(String label, String balance) {}

    /**
     * One token.
     *
     * @param kind {@code KEY_CHANGE}, {@code FREE} or {@code CREDIT}
     * @param digits 20 digits
     * @param grouped the same in groups of four
     */
    public record Token(int number, int of, String kind, String digits, String grouped) {
        /** Leaves the digits out. */
        @Override
        public String toString() {
            return "Token[" + number + "/" + of + " " + kind + "]";
        }
    }
}
