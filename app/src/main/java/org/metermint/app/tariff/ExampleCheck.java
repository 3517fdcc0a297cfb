package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.ChargeRule;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Levy;
import org.metermint.tariff.Limits;
import tools.jackson.databind.JsonNode;

/** Prices a worked example as a sale is priced, and compares every figure that it prints. */
final class ExampleCheck {
    private static final Pattern TOTAL_AT = Pattern.compile("total(?:cost)?at(\\d+)(after|before)?.*");
    private static final BigDecimal LITTLE = new BigDecimal("0.000001");
    private static final BigDecimal STEP = new BigDecimal("0.001");

    /** Minor digits at which what is left of rounding does not matter. */
    private static final int FINE = 4;

    private final Example example;
    private final ExampleSale sale;
    private final Comparison comparison = new Comparison();

    private ExampleCheck(Example example) {
        this.example = example;
        this.sale = new ExampleSale(example);
    }

    /** Compares all figures; what cannot be priced is a figure that disagrees. */
    static Comparison of(Example example) {
        Comparison wrong = new Comparison();
        try {
            ExampleCheck check = new ExampleCheck(example);
            check.compare();
            if (check.comparison.figures().isEmpty()) {
                wrong.fail("expect", example.expect().toString(), "nothing that can be compared is expected");
                return wrong;
            }
            return check.comparison;
        } catch (ExampleSale.RefusedPurchase | RuntimeException e) {
            wrong.fail(example.kind(), example.expect().toString(), String.valueOf(e.getMessage()));
            return wrong;
        }
    }

    private void compare() throws ExampleSale.RefusedPurchase {
        switch (example.kind()) {
            case "cost-of-units" -> compareCost();
            case "units-for-amount" -> compareUnits();
            case "price-with-tax" -> comparePriceWithTax();
            case "receipt" -> comparison.addAll(PublishedReceipt.compared(example));
            case "purchase-sequence" -> new ExampleSequence(example, comparison).compare();
            case "lifeline-loss" -> compareLifelineLoss();
            case "monthly-bill" -> compareBill();
            default -> comparison.fail("kind", example.kind(), "unknown kind of example");
        }
    }

    /** The exact price; and a sale of these units must cost it too, to the minor unit. */
    private void compareCost() throws ExampleSale.RefusedPurchase {
        BigDecimal asked = example.required(Given.UNITS, "units");
        if (asked.signum() < 0) {
            throw new IllegalArgumentException("given.units " + asked + " is negative; write what is bought");
        }
        BigDecimal units = asked.subtract(sale.freeUnits()).max(BigDecimal.ZERO);
        AccountPosition position = sale.position(example.unitsBefore());
        BigDecimal price = sale.price(position, units);
        boolean sellable = units.signum() > 0
                && units.stripTrailingZeros().scale() <= 1
                && units.compareTo(BigDecimal.valueOf(Limits.TOKEN_MAX_TENTHS, 1)) <= 0;
        Assessment sold = sellable ? sale.units(position, units) : null;
        compareFigures(position, price);
        if (sold != null) {
            comparison.add(
                    "sale of these units",
                    price,
                    sold.tariff().major(sold.tender()),
                    sold.tariff().major(1));
        }
    }

    private void compareFigures(AccountPosition position, BigDecimal price) throws ExampleSale.RefusedPurchase {
        sale.draft().refine(FINE);
        boolean withoutTax = example.isFalse(Given.INCLUDE_TAX)
                || example.expect().propertyNames().stream().anyMatch(Figures::isTotalWithTax);
        Figures figures = null;
        for (Map.Entry<String, JsonNode> each : numbers(example.expect())) {
            String name = each.getKey();
            BigDecimal expected = PublishedFile.decimal(each.getValue());
            boolean isPrice = name.equals("total") && !withoutTax;
            if (!isPrice && figures == null && price.signum() > 0) {
                figures = new Figures(sale.buy(position, price), price, sale.freeUnits());
            }
            List<BigDecimal> got =
                    isPrice || figures == null ? List.of(price) : figures.of(name.equals("total") ? "totalExcl" : name);
            comparison.addNearest(name, expected, got, example.tolerance(name, expected));
        }
    }

    /** Members that are figures; words explain them. */
    private static List<Map.Entry<String, JsonNode>> numbers(JsonNode node) {
        return node.properties().stream()
                .filter(member -> member.getValue().isValueNode() && PublishedFile.hasFigure(member.getValue()))
                .toList();
    }

    private void compareUnits() throws ExampleSale.RefusedPurchase {
        BigDecimal amount = example.required(Given.AMOUNT, "amount");
        if (amount.signum() == 0) {
            BigDecimal expected = PublishedFile.decimal(example.expect().path("units"));
            comparison.add("units", expected, BigDecimal.ZERO, example.tolerance("units", expected));
            return;
        }
        Assessment sold = sale.buy(sale.position(example.unitsBefore()), amount);
        Figures figures = new Figures(sold, amount, sale.freeUnits());
        for (Map.Entry<String, JsonNode> each : numbers(example.expect())) {
            compareComponent(each.getKey(), each.getValue(), figures);
        }
        for (Map.Entry<String, JsonNode> each : numbers(example.expect().path("components"))) {
            compareComponent(each.getKey(), each.getValue(), figures);
        }
    }

    private void compareComponent(String name, JsonNode printed, Figures figures) {
        BigDecimal expected = PublishedFile.decimal(printed);
        List<BigDecimal> got = example.has(Given.ROUND_UNITS) && name.equals("units")
                ? figures.units().subList(0, 1)
                : figures.of(name);
        BigDecimal tolerance = name.endsWith("Units")
                ? example.tolerance(name).or(() -> example.tolerance("units")).orElse(Example.halfDigit(expected))
                : example.tolerance(name, expected);
        comparison.addNearest(name, expected, got, tolerance);
    }

    /** The price of a unit with its taxes; of prices that contain taxes the example shows how they were made. */
    private void comparePriceWithTax() {
        Optional<BigDecimal> told = example.figure(Given.RATE_EXCL).or(() -> example.figure(Given.RATE));
        sale.draft().excludeTaxes();
        boolean hasTax = sale.draft().levies().values().stream().anyMatch(levy -> levy.kind() == Levy.Kind.TAX);
        example.node(Given.VAT_PERCENT)
                .filter(percent -> !hasTax)
                .ifPresent(percent -> sale.draft()
                        .add(new Levy(
                                "VAT",
                                "VAT",
                                Levy.Kind.TAX,
                                ChargeRule.PERCENT_ADDED,
                                PublishedFile.decimal(percent),
                                List.of(Levy.ENERGY))));
        Optional<BigDecimal> including = example.figure(Given.RATE_INCL);
        BigDecimal net;
        if (told.isEmpty() && including.isPresent()) {
            BigDecimal taxOnOne = withTax(BigDecimal.TWO).subtract(withTax(BigDecimal.ONE));
            BigDecimal alone = withTax(BigDecimal.ONE).subtract(taxOnOne);
            net = including.get().subtract(alone).divide(taxOnOne, 10, RoundingMode.HALF_UP);
        } else {
            net = told.orElseGet(this::priceThere);
        }
        BigDecimal gross = including.filter(rate -> told.isEmpty()).orElseGet(() -> withTax(net));
        for (Map.Entry<String, JsonNode> each : numbers(example.expect())) {
            BigDecimal expected = PublishedFile.decimal(each.getValue());
            List<BigDecimal> got = Given.RATE_INCL.isNamed(each.getKey())
                    ? List.of(gross)
                    : Given.RATE_EXCL.isNamed(each.getKey())
                            ? List.of(net)
                            : List.of("vat", "tax", "taxes", "levy").contains(Given.plain(each.getKey()))
                                    ? List.of(gross.subtract(net))
                                    : List.of();
            comparison.addNearest(each.getKey(), expected, got, example.tolerance(each.getKey(), expected));
        }
    }

    private BigDecimal withTax(BigDecimal net) {
        sale.draft().price(net);
        return sale.price(sale.position(BigDecimal.ZERO), BigDecimal.ONE);
    }

    /** The tariff's own price of the next unit, without taxes. */
    private BigDecimal priceThere() {
        ExampleSale bare = new ExampleSale(example);
        bare.draft().levies().clear();
        bare.draft().order(List.of());
        return bare.price(bare.position(example.unitsBefore()), STEP).divide(STEP, 10, RoundingMode.HALF_UP);
    }

    /** What the first unit beyond the lifeline costs more than the one after it. */
    private void compareLifelineLoss() {
        if (!(sale.draft().energy() instanceof Energy.Lifeline lifeline)) {
            comparison.fail("lifeline", "a lifeline", "the tariff has none");
            return;
        }
        BigDecimal upTo = lifeline.upTo();
        BigDecimal before = example.figure(Given.UNITS_BEFORE).orElse(upTo);
        BigDecimal loss = before.compareTo(upTo) > 0
                ? BigDecimal.ZERO
                : sale.price(sale.position(upTo), LITTLE).subtract(sale.price(sale.position(upTo.add(LITTLE)), LITTLE));
        sale.chargesAreDue();
        for (Map.Entry<String, JsonNode> each : numbers(example.expect())) {
            BigDecimal expected = PublishedFile.decimal(each.getValue());
            BigDecimal tolerance = example.tolerance(each.getKey())
                    .or(() -> example.tolerance("upgradeFee"))
                    .orElse(Example.halfDigit(expected));
            comparison.addNearest(
                    each.getKey(), expected, ofLoss(Given.plain(each.getKey()), before, upTo, loss), tolerance);
        }
    }

    private List<BigDecimal> ofLoss(String name, BigDecimal before, BigDecimal upTo, BigDecimal loss) {
        Matcher total = TOTAL_AT.matcher(name);
        if (total.matches()) {
            return List.of(total(new BigDecimal(total.group(1)), upTo, "after".equals(total.group(2)) ? loss : null));
        }
        return switch (name) {
            case "upgradefee", "loss", "lifelineloss", "difference" -> List.of(loss);
            case "totalafter", "totalafterupgrade" -> List.of(total(before, upTo, loss));
            case "total", "totalbefore", "totalbeforeupgrade" -> List.of(total(before, upTo, null));
            default -> List.of();
        };
    }

    /** What units of a whole month cost; with a loss as if it were paid already. */
    private BigDecimal total(BigDecimal units, BigDecimal upTo, @Nullable BigDecimal loss) {
        BigDecimal price = sale.price(sale.position(BigDecimal.ZERO), units);
        return loss != null && units.compareTo(upTo) <= 0 ? price.add(loss) : price;
    }

    /** A month's units at once, with all charges of the month. */
    private void compareBill() throws ExampleSale.RefusedPurchase {
        sale.chargesAreDue();
        compareCost();
    }
}
