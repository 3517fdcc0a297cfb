package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.metermint.tariff.Charge;
import org.metermint.tariff.ChargeRule;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Levy;
import tools.jackson.databind.JsonNode;

/** The charges and levies of a published file, and the order in which they are taken. */
final class PublishedRules {
    private static final Pattern VAT = Pattern.compile("(\\d+(?:\\.\\d+)?) percent VAT");
    private static final Pattern ABOVE = Pattern.compile("above\\D*([\\d,.]+)");
    private static final Pattern FIXED = Pattern.compile("(\\d+(?:\\.\\d+)?) monthly fixed charge");
    private static final String VAT_CODE = "VAT";

    private final JsonNode file;
    private final Draft draft;
    private final List<String> untaxed = new ArrayList<>();
    private final List<String> first = new ArrayList<>();

    PublishedRules(JsonNode file, Draft draft) {
        this.file = file;
        this.draft = draft;
    }

    void put() {
        file.path("fixedCharges").forEach(this::putCharge);
        putMonthlyFee();
        putChargeOfCategory();
        JsonNode levies = file.path("levies");
        levies.forEach(this::putLevy);
        if (levies.isEmpty()) {
            putVat();
        }
        for (JsonNode item : file.path("order")) {
            String code = item.asString("");
            if (draft.charges().containsKey(code)
                    || (draft.levies().containsKey(code)
                            && isOfPayment(draft.levies().get(code)))) {
                first.add(code);
            }
        }
        draft.order(first);
    }

    private static boolean isOfPayment(@Nullable Levy levy) {
        return levy != null
                && (levy.rule() == ChargeRule.PERCENT_OF_PAYMENT || levy.rule() == ChargeRule.PERCENT_WITHIN_PAYMENT);
    }

    private void putCharge(JsonNode node) {
        String code = node.path("code").asString("");
        JsonNode amount = node.has("amountPerDay") ? node.get("amountPerDay") : node.path("amount");
        if (!PublishedFile.hasFigure(amount)) {
            return; // what a channel takes is known with the purchase
        }
        if (!node.path("taxable").asBoolean(true)) {
            untaxed.add(code);
        }
        String when = node.path("when").asString("");
        Charge.Period period = node.has("amountPerDay")
                ? Charge.Period.DAY
                : when.contains("purchase") ? Charge.Period.PURCHASE : Charge.Period.MONTH;
        boolean load = node.path("per").asString("").contains("kW");
        draft.add(new Charge(
                code,
                node.path("name").asString(code),
                period,
                load ? Charge.Per.KILOWATT : Charge.Per.ACCOUNT,
                PublishedFile.decimal(amount),
                null,
                null,
                threshold(when, draft.minorDigits()),
                0));
    }

    /** What a payment must be more than, in minor units. */
    private static long threshold(String when, int minorDigits) {
        Matcher above = ABOVE.matcher(when);
        return above.find()
                ? new BigDecimal(above.group(1).replace(",", ""))
                        .movePointRight(minorDigits)
                        .longValueExact()
                : 0;
    }

    /** A monthly fee that is smaller within the lifeline. */
    private void putMonthlyFee() {
        JsonNode fee = file.path("standard").path("monthlyFee");
        if (fee.isString()) {
            JsonNode within = file.path("lifeline").path("monthlyFee");
            draft.add(new Charge(
                    "MONTHLY_FEE",
                    "Monthly fee",
                    Charge.Period.MONTH,
                    Charge.Per.ACCOUNT,
                    PublishedFile.decimal(fee),
                    null,
                    within.isString() ? PublishedFile.decimal(within) : null,
                    0,
                    0));
        }
    }

    /** A charge that the category names, such as "with KES 150 monthly fixed charge". */
    private void putChargeOfCategory() {
        Matcher named = FIXED.matcher(file.path("category").asString(""));
        if (draft.charges().isEmpty() && named.find()) {
            draft.add(Charge.of("FIXED", "Fixed charge", Charge.Period.MONTH, named.group(1)));
        }
    }

    private void putLevy(JsonNode node) {
        String code = node.path("code").asString("");
        String label = node.path("name").asString(code);
        Levy.Kind kind = code.startsWith(VAT_CODE) || label.contains("tax") ? Levy.Kind.TAX : Levy.Kind.LEVY;
        boolean percent = node.path("type").asString("").equals("percent");
        String base = node.path("base").asString("");
        ChargeRule rule = percent ? rule(base) : ChargeRule.PER_UNIT;
        boolean known = PublishedFile.hasFigure(node.path("rate"));
        draft.add(new Levy(
                code,
                label,
                kind,
                rule,
                known ? PublishedFile.decimal(node.path("rate")) : BigDecimal.ZERO,
                rule == ChargeRule.PERCENT_ADDED ? bases(base) : List.of(),
                known ? null : code));
        if (base.contains("token price")) {
            first.add(Deductions.FEE);
            first.add(code);
        }
    }

    private static ChargeRule rule(String base) {
        if (base.contains("whole") || base.contains("payment")) {
            return base.contains("inclusive") ? ChargeRule.PERCENT_WITHIN_PAYMENT : ChargeRule.PERCENT_OF_PAYMENT;
        }
        return base.contains("taken off") ? ChargeRule.PERCENT_OF_PAYMENT : ChargeRule.PERCENT_ADDED;
    }

    /** The codes that a text such as "energy+fixed+excise (compound)" means; energy and all taxed charges without one. */
    private List<String> bases(String text) {
        List<String> bases = new ArrayList<>();
        if (text.isBlank()) {
            bases.add(Levy.ENERGY);
            if (file.path("priceBasis").asString("").startsWith("excludes")) {
                bases.addAll(taxed());
            }
            return bases;
        }
        for (String word : text.replaceAll("\\(.*?\\)", "").split("\\+", -1)) {
            String code = word.trim().toUpperCase(Locale.ROOT);
            if (code.equals("FIXED")) {
                bases.addAll(taxed());
            } else {
                bases.add(resolve(code));
            }
        }
        return bases;
    }

    private List<String> taxed() {
        return draft.charges().keySet().stream()
                .filter(code -> !untaxed.contains(code))
                .toList();
    }

    private String resolve(String word) {
        for (String code : draft.charges().keySet()) {
            if (code.equals(word) || code.endsWith("_" + word)) {
                return code;
            }
        }
        return word;
    }

    private void putVat() {
        String basis = file.path("priceBasis").asString("");
        Matcher named = VAT.matcher(basis);
        String percent = file.path("vatPercent").asString("").isEmpty()
                ? (named.find() ? named.group(1) : "")
                : file.path("vatPercent").asString("");
        if (percent.isEmpty()) {
            return;
        }
        boolean excluded = basis.contains("exclude");
        List<String> bases = new ArrayList<>(List.of(Levy.ENERGY));
        bases.addAll(taxed());
        draft.add(new Levy(
                VAT_CODE,
                "VAT " + percent + " %",
                Levy.Kind.TAX,
                excluded ? ChargeRule.PERCENT_ADDED : ChargeRule.PERCENT_INCLUDED,
                new BigDecimal(percent),
                bases));
    }

    /** What a utility decided for prepaid meters later: other charges, and a part of the energy given back. */
    static void putPrepaid(Draft draft, JsonNode rules) {
        if (rules.has("demandPerKw")) {
            draft.add(charge(draft, "DEMAND", Charge.Per.KILOWATT, rules.get("demandPerKw"), null));
        }
        if (rules.has("meterRentSinglePhase")) {
            draft.add(charge(
                    draft,
                    "METER_RENT",
                    Charge.Per.PHASES,
                    rules.get("meterRentSinglePhase"),
                    rules.path("meterRentThreePhase")));
        }
        if (rules.has("vatPercent")) {
            draft.levies()
                    .computeIfPresent(
                            VAT_CODE,
                            (code, vat) -> new Levy(
                                    code,
                                    vat.label(),
                                    vat.kind(),
                                    vat.rule(),
                                    PublishedFile.decimal(rules.get("vatPercent")),
                                    vat.base()));
        }
        if (rules.has("prepaidRebatePercentOnEnergy")) {
            draft.add(new Levy(
                    "REBATE",
                    "Prepaid rebate",
                    Levy.Kind.REBATE,
                    ChargeRule.PERCENT_ADDED,
                    PublishedFile.decimal(rules.get("prepaidRebatePercentOnEnergy")),
                    List.of(Levy.ENERGY)));
        }
    }

    private static Charge charge(
            Draft draft, String code, Charge.Per per, JsonNode amount, @Nullable JsonNode threePhases) {
        Charge before = draft.charges().get(code);
        return new Charge(
                code,
                before == null ? code : before.label(),
                Charge.Period.MONTH,
                per,
                PublishedFile.decimal(amount),
                threePhases == null ? null : PublishedFile.decimal(threePhases),
                null,
                0,
                0);
    }
}
