package org.metermint.vending.imports;

import java.util.List;

/** What can be imported, in the order in which one builds on another. */
public enum ImportKind {
    /** Number, name, phone, address. */
    CUSTOMERS,
    /** Meter number and the key it holds; the base date is checked against the vending key. */
    METERS,
    /** Who buys at which meter, on which tariff; what the tariff needs to know; units bought this month and a debt, if there are. */
    ACCOUNTS,
    /** What the tariff of an account that is there needs to know of it. */
    FACTS,
    /** What an account that is there owes beside energy, and how purchases recover it. */
    DEBTS,
    /** Who is on a list of free units; the list is recorded before, and approved after. */
    ENTITLEMENTS;

    /** Columns that every row must fill. */
    public List<String> required() {
        return switch (this) {
            case CUSTOMERS -> List.of("number", "name");
            case METERS -> List.of("meter", "algorithm", "supply_group", "key_revision", "tariff_index");
            case ACCOUNTS -> List.of("number", "customer", "meter", "tariff");
            case FACTS -> List.of("account");
            case DEBTS -> List.of("account", "reference", "amount", "type", "label", "since");
            case ENTITLEMENTS -> List.of("list", "account", "units", "first_month");
        };
    }

    /** Columns that may be absent or empty. */
    public List<String> optional() {
        return switch (this) {
            case CUSTOMERS -> List.of("phone", "address");
            case METERS -> List.of("key_type", "base_date", "last_tid", "key_change_tokens", "status", "credit");
            case ACCOUNTS ->
                List.of(
                        "supply_group",
                        "tariff_index",
                        "usage_class",
                        "average_units",
                        "kilowatts",
                        "phases",
                        "opened_on",
                        "units_month",
                        "units_bought",
                        "debt",
                        "debt_reference");
            case FACTS -> List.of("usage_class", "average_units", "kilowatts", "phases", "opened_on");
            case DEBTS -> List.of("priority", "method", "value", "instalments", "due_on", "blocks_after_days");
            case ENTITLEMENTS -> List.of("last_month");
        };
    }
}
