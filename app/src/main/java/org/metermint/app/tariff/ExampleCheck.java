package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Line;
import org.metermint.tariff.Step;
import tools.jackson.databind.JsonNode;

/** Prices a worked example as a sale is priced, and compares every figure that it prints. */
final class ExampleCheck {
    private static final Pattern TOTAL_AFTER = Pattern.compile("totalAt(\\d+)AfterUpgrade");
    private static final BigDecimal LITTLE = new BigDecimal("0.000001");

    private final Example example;
    private final ExampleSale sale;
    private final Comparison comparison = new Comparison();

    private ExampleCheck(Example example) {
        this.example = example;
        this.sale = new ExampleSale(example, draft(example));
    }

    /** The version that the example names by a day, or else the first. */
    private static Draft draft(Example example) {
        List<Draft> drafts = example.file().drafts();
        String day = example.given().path("date").asString("");
        Draft chosen = drafts.getFirst();
        if (day.matches("\\d{4}-\\d{2}-\\d{2}.*")) {
            Instant at = LocalDate.parse(day.substring(0, 10))
                    .atTime(12, 0)
                    .atZone(example.file().zone())
                    .toInstant();
            for (Draft draft : drafts) {
                if (!draft.tariff().effectiveFrom().isAfter(at)) {
                    chosen = draft;
                }
            }
        }
        return chosen;
    }

    /** Compares all figures; what cannot be priced is a figure that disagrees. */
    static Comparison of(Example example) {
        Comparison wrong = new Comparison();
        try {
            ExampleCheck check = new ExampleCheck(example);
            check.compare();
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
            case "receipt" -> new PublishedReceipt(example, sale, comparison).compare();
            case "purchase-sequence" -> compareSequence();
            case "lifeline-loss" -> compareLifelineLoss();
            case "monthly-bill" -> compareBill();
            default -> comparison.fail("kind", example.kind(), "unknown kind of example");
        }
    }

    private BigDecimal before() {
        return example.givenOrZero("unitsBefore");
    }

    private BigDecimal tolerance(String name, BigDecimal expected) {
        return example.tolerance(name).orElse(Example.halfDigit(expected));
    }

    /** The exact price; and a sale of these units must cost it too, to the minor unit. */
    private void compareCost() throws ExampleSale.RefusedPurchase {
        BigDecimal units = example.given("units");
        AccountPosition position = sale.position(before());
        BigDecimal price = sale.price(position, units);
        for (Map.Entry<String, JsonNode> each : example.expect().properties()) {
            compareFigure(each.getKey(), each.getValue(), price, position, units);
        }
        if (units.signum() > 0 && units.stripTrailingZeros().scale() <= 1) {
            Assessment sold = sale.units(position, units);
            BigDecimal minor = sold.tariff().major(1);
            comparison.add("sale of these units", price, sold.tariff().major(sold.tender()), minor);
        }
    }

    private void compareFigure(
            String name, JsonNode printed, BigDecimal price, AccountPosition position, BigDecimal units)
            throws ExampleSale.RefusedPurchase {
        BigDecimal expected = PublishedFile.decimal(printed);
        if (name.equals("total")) {
            comparison.add(name, expected, price, tolerance(name, expected));
            return;
        }
        Optional<BigDecimal> figure = figure(name, sale.units(position, units), price);
        if (figure.isEmpty()) {
            comparison.fail(name, expected.toPlainString(), "no such figure");
        } else {
            comparison.add(name, expected, figure.get(), tolerance(name, expected));
        }
    }

    /** A figure of a bill by the name that people give it. */
    private static Optional<BigDecimal> figure(String name, Assessment sold, BigDecimal price) {
        BigDecimal taxes = sum(sold, Line.Kind.TAX);
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "energy", "energycharge" -> Optional.of(sum(sold, Line.Kind.ENERGY));
            case "fixed", "fixedcharges", "charges" -> Optional.of(sum(sold, Line.Kind.CHARGE));
            case "subtotal", "totalexcl", "totalexclvat", "exclvat", "excl" -> Optional.of(price.subtract(taxes));
            case "totalincl", "totalinclvat", "inclvat", "incl" -> Optional.of(price);
            case "tax", "taxes" -> Optional.of(taxes);
            default ->
                sold.lines().stream()
                        .filter(line -> ExampleSale.names(name, line.code()))
                        .map(Line::exact)
                        .findFirst();
        };
    }

    private static BigDecimal sum(Assessment sold, Line.Kind kind) {
        return sold.lines().stream()
                .filter(line -> line.kind() == kind)
                .map(Line::exact)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private void compareUnits() throws ExampleSale.RefusedPurchase {
        Assessment sold = sale.buy(sale.position(before()), example.given("amount"));
        BigDecimal expected = PublishedFile.decimal(example.expect().path("units"));
        comparison.add("units", expected, sold.displayUnits(), tolerance("units", expected));
        for (Map.Entry<String, JsonNode> each :
                example.expect().path("components").properties()) {
            compareComponent(each.getKey(), PublishedFile.decimal(each.getValue()), sold);
        }
    }

    private void compareComponent(String name, BigDecimal expected, Assessment sold) {
        List<Step> steps = sold.steps();
        Step first = steps.getFirst();
        BigDecimal rest = steps.stream().skip(1).map(Step::units).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal firstCost = first.units().multiply(first.price());
        BigDecimal energy = sold.tariff().major(sold.energy());
        Optional<BigDecimal> got = switch (name) {
            case "afterDeductions" -> Optional.of(energy);
            case "lifelineUnits" -> Optional.of(first.units());
            case "lifelineCost" -> Optional.of(firstCost);
            case "restUnits" -> Optional.of(rest);
            case "restCost" -> Optional.of(energy.subtract(firstCost));
            default ->
                sold.lines().stream()
                        .filter(line -> ExampleSale.names(name, line.code()))
                        .map(line -> sold.tariff().major(line.amount()))
                        .findFirst();
        };
        BigDecimal tolerance = name.endsWith("Units")
                ? example.tolerance(name).or(() -> example.tolerance("units")).orElse(Example.halfDigit(expected))
                : tolerance(name, expected);
        if (got.isEmpty()) {
            comparison.fail(name, expected.toPlainString(), "no such line");
        } else {
            comparison.add(name, expected, got.get(), tolerance);
        }
    }

    /** The price of a unit with its taxes; of prices that contain taxes the example shows how they were made. */
    private void comparePriceWithTax() {
        sale.draft().price(example.given("rateExcl"));
        sale.draft().excludeTaxes();
        BigDecimal expected = PublishedFile.decimal(example.expect().path("rateIncl"));
        BigDecimal got = sale.price(sale.position(BigDecimal.ZERO), BigDecimal.ONE);
        comparison.add("rateIncl", expected, got, tolerance("rateIncl", expected));
    }

    private void compareSequence() throws ExampleSale.RefusedPurchase {
        AccountPosition position = sale.position(before());
        JsonNode amounts = example.given().path("amounts");
        JsonNode units = example.expect().path("units");
        if (amounts.size() != units.size()) {
            comparison.fail("purchases", String.valueOf(amounts.size()), "units of " + units.size() + " are expected");
        }
        for (int i = 0; i < Math.min(amounts.size(), units.size()); i++) {
            Assessment sold = sale.buy(position, PublishedFile.decimal(amounts.get(i)));
            BigDecimal expected = PublishedFile.decimal(units.get(i));
            comparison.add("units " + (i + 1), expected, sold.displayUnits(), tolerance("units", expected));
            position = sold.after();
        }
    }

    /** What the first unit beyond the lifeline costs more than the one after it. */
    private void compareLifelineLoss() {
        if (!(sale.draft().energy() instanceof Energy.Lifeline lifeline)) {
            comparison.fail("lifeline", "a lifeline", "the tariff has none");
            return;
        }
        BigDecimal upTo = lifeline.upTo();
        BigDecimal loss =
                sale.price(sale.position(upTo), LITTLE).subtract(sale.price(sale.position(upTo.add(LITTLE)), LITTLE));
        sale.chargesAreDue();
        for (Map.Entry<String, JsonNode> each : example.expect().properties()) {
            BigDecimal expected = PublishedFile.decimal(each.getValue());
            Matcher total = TOTAL_AFTER.matcher(each.getKey());
            BigDecimal tolerance = example.tolerance(each.getKey())
                    .or(() -> example.tolerance("upgradeFee"))
                    .orElse(Example.halfDigit(expected));
            if (each.getKey().equals("upgradeFee")) {
                comparison.add(each.getKey(), expected, loss, tolerance);
            } else if (total.matches()) {
                BigDecimal units = new BigDecimal(total.group(1));
                BigDecimal price = sale.price(sale.position(BigDecimal.ZERO), units);
                BigDecimal after = units.compareTo(upTo) <= 0 ? price.add(loss) : price;
                comparison.add(each.getKey(), expected, after, tolerance);
            } else {
                comparison.fail(each.getKey(), expected.toPlainString(), "no such figure");
            }
        }
    }

    /** A month's units at once, with all charges of the month. */
    private void compareBill() throws ExampleSale.RefusedPurchase {
        sale.chargesAreDue();
        compareCost();
    }
}
