package org.metermint.vending.ledger;

import java.util.Map;

/** What kind of account it is, by which reports and other programs group it. */
public enum AccountType {
    /** Money and claims: banks, cash. */
    ASSET,
    /** What is owed: the floats of vendors, taxes and levies to pass on, commission to pay. */
    LIABILITY,
    /** What was earned: energy, charges, debts that were raised. */
    INCOME,
    /** What was spent or lost: commission, cash over and short, debts that were written off. */
    EXPENSE;

    private static final String COMMISSION_EXPENSE = "commission/expense";

    private static final Map<String, AccountType> BY_FIRST_WORD = Map.ofEntries(
            Map.entry("float", LIABILITY),
            Map.entry("tax", LIABILITY),
            Map.entry("levy", LIABILITY),
            Map.entry("commission", LIABILITY),
            Map.entry("energy", INCOME),
            Map.entry("fee", INCOME),
            Map.entry("fixed", INCOME),
            Map.entry("raised", INCOME),
            Map.entry("bank", ASSET),
            Map.entry("cash", ASSET),
            Map.entry("debt", ASSET),
            Map.entry("over-short", EXPENSE),
            Map.entry("loss", EXPENSE),
            Map.entry("written-off", EXPENSE));

    /**
     * The type of an account by the first word of its code, as {@code float} of {@code float/till}. {@code
     * commission/expense} is what commission costs, {@code commission/CODE} what a vendor has yet to get.
     *
     * @throws IllegalArgumentException if the word is not known: open such an account with its type before its first use
     */
    public static AccountType ofCode(String code) {
        if (code.equals(COMMISSION_EXPENSE)) {
            return EXPENSE;
        }
        AccountType type = BY_FIRST_WORD.get(code.split("/", 2)[0]);
        if (type == null) {
            throw new IllegalArgumentException("account code '" + code + "' begins with none of "
                    + BY_FIRST_WORD.keySet().stream().sorted().toList() + "; open it with its type first");
        }
        return type;
    }
}
