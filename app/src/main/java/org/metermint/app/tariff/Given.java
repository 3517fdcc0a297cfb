package org.metermint.app.tariff;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an example can give beside figures of a tariff, by every name that is understood; capitals, dashes and underlines
 * do not count. {@code vectors/tariffs/README.md} says what each means.
 */
enum Given {
    UNITS_BEFORE("unitsBefore", "boughtBefore", "alreadyBought", "unitsBoughtBefore", "unitsThisMonth", "position"),
    AMOUNT("amount", "tender", "payment", "paid"),
    UNITS("units", "kWh", "consumption"),
    RATE("rate", "price", "unitPrice", "pricePerUnit", "energyRate"),
    RATE_EXCL("rateExcl", "priceExcl", "rateExclVat", "rateExclTax"),
    RATE_INCL("rateIncl", "priceIncl", "rateInclVat", "rateInclTax"),
    VAT_PERCENT("vatPercent", "taxPercent", "vat", "vatRate"),
    BLOCK("block", "step"),
    FIRST_OF_MONTH("firstOfMonth", "firstPurchase", "firstPurchaseOfMonth"),
    INCLUDE_FIXED("includeFixed", "includeFixedCharges", "includeCharges", "withFixed"),
    INCLUDE_TAX("includeVat", "includeTax", "includeTaxes", "withVat", "withTax", "vat", "tax"),
    PREPAID("prepaid"),
    ROUND_UNITS("roundUnits", "unitRounding"),
    VAT_MODE("vatMode", "taxMode"),
    FEE("adminFee", "admin", "biayaAdmin", "channelFee", "bankFee", "transactionFee", "fee"),
    DAYS("days", "daysSinceLastPurchase", "daysSincePreviousPurchase", "daysSincePrevious", "daysSinceLast", "daysDue"),
    MONTHS(
            "months",
            "monthsUnpaid",
            "unpaidMonths",
            "monthsDue",
            "monthsSinceLastPurchase",
            "monthsSincePreviousPurchase",
            "monthsOwed",
            "serviceFeeMonths",
            "feeMonths"),
    MONTHS_SKIPPED("monthsSkipped", "skippedMonths", "monthsWithoutPurchase", "monthsMissed"),
    AVERAGE("averageUnits", "averageUse", "averageMonthlyUnits", "monthlyAverage"),
    LOAD("kW", "sanctionedLoad", "sanctionedLoadKw", "loadKw", "load"),
    PHASES("phases", "phase"),
    DATE("date", "day", "on", "purchaseDate", "from", "version", "effectiveFrom", "month"),
    CLASS("class", "category", "tariff", "tariffClass", "customerClass", "usageClass", "power", "powerVa", "plan"),
    EXCHANGE_RATE("exchangeRate", "interbankRate", "fxRate"),
    FREE_UNITS("freeUnits", "fbe", "fbeUnits", "freeBasicUnits"),
    DEBT("debt", "arrears", "debtBalance", "arrearsBalance"),
    DEBT_PERCENT("debtPercent", "arrearsPercent", "recoveryPercent"),
    DEBT_TAKEN("debtAmount", "debtInstalment", "arrearsAmount"),
    AMOUNTS("amounts", "payments", "tenders", "purchases"),
    UNITS_EACH("unitsEach", "units"),
    DATES("dates", "days", "months");

    /** The plain names, each between blanks. */
    private final String names;

    Given(String... names) {
        this.names = Stream.of(names).map(Given::plain).collect(Collectors.joining(" ", " ", " "));
    }

    /** Whether a member of an example has this meaning. */
    boolean isNamed(String member) {
        return names.contains(" " + plain(member) + " ");
    }

    /** A name without what people write in different ways. */
    static String plain(String name) {
        return name.replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT);
    }
}
