package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import tools.jackson.databind.JsonNode;

/** Purchases one after the other: the month's position and what is due carry over from each to the next. */
final class ExampleSequence {
    private final Example example;
    private final Comparison comparison;
    private final List<Assessment> sold = new ArrayList<>();

    ExampleSequence(Example example, Comparison comparison) {
        this.example = example;
        this.comparison = comparison;
    }

    void compare() throws ExampleSale.RefusedPurchase {
        sell();
        for (Map.Entry<String, JsonNode> each : example.expect().properties()) {
            if (each.getValue().isArray()) {
                compareEach(each.getKey(), each.getValue());
            } else if (PublishedFile.hasFigure(each.getValue())) {
                compareSum(each.getKey(), PublishedFile.decimal(each.getValue()));
            }
        }
    }

    private void sell() throws ExampleSale.RefusedPurchase {
        Optional<JsonNode> amounts = example.node(Given.AMOUNTS);
        JsonNode purchases = amounts.or(() -> example.node(Given.UNITS_EACH)).orElse(example.given());
        if (!purchases.isArray() || purchases.isEmpty()) {
            throw new IllegalArgumentException("given.amounts is missing; write the payments as a list of decimals");
        }
        AccountPosition position = null;
        for (int i = 0; i < purchases.size(); i++) {
            JsonNode purchase = purchases.get(i);
            ExampleSale sale = new ExampleSale(example, day(purchase, i));
            if (position == null) {
                if (!example.has(Given.UNITS_BEFORE)
                        && !example.isFalse(Given.FIRST_OF_MONTH)
                        && !example.isFalse(Given.INCLUDE_FIXED)) {
                    sale.chargesAreDue();
                }
                position = sale.position(example.unitsBefore());
            }
            Assessment next =
                    amounts.isPresent() ? buy(sale, position, purchase) : sale.units(position, figure(purchase));
            sold.add(next);
            position = next.after();
        }
    }

    private static Assessment buy(ExampleSale sale, AccountPosition position, JsonNode purchase)
            throws ExampleSale.RefusedPurchase {
        if (purchase.isObject() && purchase.has("units") && !purchase.has("amount")) {
            return sale.units(position, PublishedFile.decimal(purchase.get("units")));
        }
        BigDecimal amount = figure(purchase);
        sale.draft().refine(amount.scale());
        return sale.buy(position, amount);
    }

    private static BigDecimal figure(JsonNode purchase) {
        return PublishedFile.decimal(purchase.isObject() ? purchase.path("amount") : purchase);
    }

    /** The day of a purchase: its own, that of the list of days, or that of the example. */
    private Optional<LocalDate> day(JsonNode purchase, int place) {
        Optional<LocalDate> own = purchase.properties().stream()
                .filter(member -> Given.DATE.isNamed(member.getKey()))
                .findFirst()
                .flatMap(member -> Example.day(member.getValue()));
        return own.or(() -> example.given().properties().stream()
                        .filter(member -> Given.DATES.isNamed(member.getKey())
                                && member.getValue().isArray())
                        .findFirst()
                        .flatMap(member -> Example.day(member.getValue().path(place))))
                .or(example::day);
    }

    private void compareEach(String name, JsonNode printed) {
        if (printed.size() != sold.size()) {
            comparison.fail(name, String.valueOf(printed.size()), sold.size() + " purchases were made");
        }
        for (int i = 0; i < Math.min(printed.size(), sold.size()); i++) {
            BigDecimal expected = PublishedFile.decimal(printed.get(i));
            Assessment each = sold.get(i);
            String single = name.endsWith("s") && !name.equals("units") ? name.substring(0, name.length() - 1) : name;
            List<BigDecimal> got = figures(each).of(name);
            add(name, i + 1, expected, got.isEmpty() ? figures(each).of(single) : got);
        }
    }

    private void add(String name, int number, BigDecimal expected, List<BigDecimal> got) {
        comparison.addNearest(name + " " + number, expected, got, example.tolerance(name, expected));
    }

    private Figures figures(Assessment each) {
        return new Figures(each, each.tariff().major(each.tender()), BigDecimal.ZERO);
    }

    /** A figure of all purchases together; a position is that after the last. */
    private void compareSum(String name, BigDecimal expected) {
        List<BigDecimal> last = figures(sold.getLast()).of(name);
        boolean isState = List.of("unitsafter", "cumulativeunits", "position").contains(Given.plain(name));
        if (last.isEmpty() || isState) {
            add(name, sold.size(), expected, last);
            return;
        }
        List<BigDecimal> sums = new ArrayList<>();
        for (int variant = 0; variant < last.size(); variant++) {
            BigDecimal sum = BigDecimal.ZERO;
            for (Assessment each : sold) {
                sum = sum.add(figures(each).of(name).get(variant));
            }
            sums.add(sum.setScale(Math.max(sum.scale(), 0), RoundingMode.UNNECESSARY));
        }
        comparison.addNearest(name, expected, sums, example.tolerance(name, expected));
    }
}
