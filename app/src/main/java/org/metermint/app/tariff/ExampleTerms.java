package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.metermint.tariff.Charge;
import org.metermint.tariff.ChargeRule;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Levy;
import tools.jackson.databind.JsonNode;

/** The terms that an example gives beside its file: prices, rates of levies, amounts of charges, how units are shown. */
final class ExampleTerms {
    private final Example example;
    private final Draft draft;
    private final Map<String, BigDecimal> rates;

    ExampleTerms(Example example, Draft draft, Map<String, BigDecimal> rates) {
        this.example = example;
        this.draft = draft;
        this.rates = rates;
    }

    /** Puts them into the draft and the rate tables, and tells whether charges are due. */
    boolean put() {
        putPrice();
        putRates();
        putTaxMode();
        putDisplay();
        boolean given = putCharges();
        example.figure(Given.EXCHANGE_RATE).ifPresent(draft::exchange);
        boolean denied = example.isFalse(Given.INCLUDE_FIXED) || example.isFalse(Given.FIRST_OF_MONTH);
        boolean due = example.isTrue(Given.INCLUDE_FIXED) || example.isTrue(Given.FIRST_OF_MONTH) || (given && !denied);
        if (!due && (example.isFalse(Given.INCLUDE_FIXED) || isPriceAlone())) {
            ignoreLifelineFees();
        }
        example.figure(Given.AMOUNT).ifPresent(amount -> draft.refine(amount.scale()));
        return due;
    }

    private void putPrice() {
        example.figure(Given.BLOCK)
                .flatMap(number -> example.file().rateOfBlock(number.intValue()))
                .ifPresent(draft::price);
        example.figure(Given.RATE).ifPresent(draft::price);
        boolean untold = draft.energy() instanceof Energy.Blocks blocks
                && blocks.blocks().getFirst().table() != null;
        if (untold
                && example.kind().equals("units-for-amount")
                && !example.expect().has("units")) {
            draft.price(BigDecimal.ONE); // what goes to taxes and charges does not depend on it
        }
    }

    /** Rates of levies, such as vatPercent for VAT or fuelRate for FUEL. */
    private void putRates() {
        for (Levy levy : List.copyOf(draft.levies().values())) {
            for (Map.Entry<String, JsonNode> given : example.given().properties()) {
                if (isRate(given.getKey(), levy) && PublishedFile.hasFigure(given.getValue())) {
                    BigDecimal rate = PublishedFile.decimal(given.getValue());
                    if (levy.table() != null) {
                        rates.put(levy.table(), rate);
                    } else {
                        draft.add(
                                new Levy(levy.code(), levy.label(), levy.kind(), levy.rule(), rate, levy.base(), null));
                    }
                }
            }
        }
    }

    private static boolean isRate(String member, Levy levy) {
        String code = Given.plain(levy.code());
        String name = Given.plain(member);
        boolean perUnit = levy.rule() == ChargeRule.PER_UNIT;
        return perUnit
                ? name.equals(code)
                        || name.equals(code + "rate")
                        || name.equals(code + "perunit")
                        || name.equals(code + "perkwh")
                : name.equals(code + "percent") || name.equals(code + "rate") || name.equals(code + "pct");
    }

    /** How taxes are taken: of the payment, within the price, on top of it, or not at all. */
    private void putTaxMode() {
        String mode = Given.plain(
                example.node(Given.VAT_MODE).map(node -> node.asString("")).orElse(""));
        if (mode.contains("payment")) {
            draft.rules(ChargeRule.PERCENT_OF_PAYMENT);
        } else if (mode.contains("inclu") || mode.contains("within")) {
            draft.rules(ChargeRule.PERCENT_INCLUDED);
        } else if (mode.contains("exclu") || mode.contains("added") || mode.contains("ontop")) {
            draft.rules(ChargeRule.PERCENT_ADDED);
        } else if (mode.equals("none")) {
            draft.withoutTaxes();
        }
    }

    /** How units are shown, such as "ceil 0.1" or "down 0.01". */
    private void putDisplay() {
        String text = example.node(Given.ROUND_UNITS)
                .map(node -> node.asString("").toLowerCase(Locale.ROOT))
                .orElse("");
        if (text.isEmpty()) {
            return;
        }
        Optional<RoundingMode> mode = text.contains("half") || text.contains("near")
                ? Optional.of(RoundingMode.HALF_UP)
                : text.contains("ceil") || text.contains("up")
                        ? Optional.of(RoundingMode.UP)
                        : text.contains("floor") || text.contains("down") || text.contains("trunc")
                                ? Optional.of(RoundingMode.DOWN)
                                : Optional.empty();
        int decimals = Math.clamp(
                text.matches(".*\\d.*")
                        ? PublishedFile.decimal(tools.jackson.databind.node.StringNode.valueOf(text))
                                .stripTrailingZeros()
                                .scale()
                        : 1,
                0,
                6);
        if (mode.isEmpty()) {
            return;
        }
        if (mode.get() == RoundingMode.UP && decimals == 1) {
            draft.issuesTenths();
        } else {
            draft.shows(decimals, mode.get());
        }
    }

    /** Charges whose amounts the example gives, such as meterRent for METER_RENT; whether there is any. */
    private boolean putCharges() {
        boolean any = false;
        for (Charge charge : List.copyOf(draft.charges().values())) {
            for (String given : example.given().propertyNames()) {
                if (names(given, charge.code())
                        && PublishedFile.hasFigure(example.given().path(given))) {
                    any = true;
                    draft.add(Charge.of(
                            charge.code(),
                            charge.label(),
                            charge.period(),
                            PublishedFile.decimal(example.given().path(given)).toPlainString()));
                }
            }
        }
        return any;
    }

    /** Whether a member such as demandCharge means a code such as DEMAND. */
    static boolean names(String member, String code) {
        String name = Given.plain(member);
        String plain = Given.plain(code);
        return name.equals(plain) || name.equals(plain + "charge") || name.equals(plain + "fee");
    }

    /** A month's first units whose price is asked without charges: no fee was paid that the lifeline could lose. */
    private boolean isPriceAlone() {
        return !example.has(Given.FIRST_OF_MONTH)
                && List.of("cost-of-units", "units-for-amount").contains(example.kind())
                && example.unitsBefore().signum() == 0;
    }

    private void ignoreLifelineFees() {
        for (Charge charge : List.copyOf(draft.charges().values())) {
            if (charge.lifelineAmount() != null) {
                draft.add(Charge.of(
                        charge.code(),
                        charge.label(),
                        charge.period(),
                        charge.amount().toPlainString()));
            }
        }
    }
}
