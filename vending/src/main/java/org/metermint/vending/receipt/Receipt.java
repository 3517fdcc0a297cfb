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
 * @param issuedAt in the utility's zone
 * @param units what the credit token carries, with the unit in {@code unit}
 * @param steps units by block
 * @param lines energy, then taxes and levies, then what was taken of charges and debts
 * @param owed what is left of each debt that was paid towards
 * @param unitsThisMonth units bought this month, this sale included
 */
public record Receipt(
        boolean copy,
        boolean testOnly,
        String utility,
        String vendor,
        long receiptNumber,
        UUID saleId,
        ZonedDateTime issuedAt,
        String meterNumber,
        String account,
        Optional<String> customer,
        String supplyGroup,
        int keyRevision,
        String tariffIndex,
        String algorithm,
        String tariff,
        String units,
        String unit,
        List<Step> steps,
        List<Line> lines,
        List<Owed> owed,
        String tendered,
        String currency,
        String unitsThisMonth,
        List<Token> tokens) {
    public Receipt {
        steps = List.copyOf(steps);
        lines = List.copyOf(lines);
        owed = List.copyOf(owed);
        tokens = List.copyOf(tokens);
    }

    /** Units bought at one price. */
    public record Step(String units, String price) {}

    /** One amount with its name. */
    public record Line(String code, String label, String amount) {}

    /** What is left of a debt. */
    public record Owed(String label, String balance) {}

    /**
     * One token.
     *
     * @param kind {@code KEY_CHANGE} or {@code CREDIT}
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
