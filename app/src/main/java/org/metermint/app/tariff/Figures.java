package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Line;
import org.metermint.tariff.Step;

/**
 * What a sale comes to, by the names that people give to it. A figure may have several values: a line is exact or
 * rounded to minor units, units are exact, shown or issued; sources print either.
 */
final class Figures {
    private static final Pattern EXCLUDING = Pattern.compile(".*(?:excl|before|without)(?:vat|tax|taxes|levy|levies)?");
    private static final Pattern INCLUDING =
            Pattern.compile(".*(?:incl|including|with|after|plus)(?:vat|tax|taxes|levy|levies)|.*incl");
    private static final Pattern BLOCK =
            Pattern.compile("(?:block|step|band|tier)(\\d+)(units|cost|amount|rate|price)?");

    private final Assessment sold;

    /** With charges and taxes. */
    private final BigDecimal price;

    private final BigDecimal freeUnits;

    /** Whether a name means the total with taxes, so that one without a word about them means the total before. */
    static boolean isTotalWithTax(String name) {
        String plain = Given.plain(name);
        return !EXCLUDING.matcher(plain).matches() && INCLUDING.matcher(plain).matches();
    }

    Figures(Assessment sold, BigDecimal price, BigDecimal freeUnits) {
        this.sold = sold;
        this.price = price;
        this.freeUnits = freeUnits;
    }

    /** The values of a name; none if nothing has it. */
    List<BigDecimal> of(String name) {
        String plain = Given.plain(name);
        if (plain.equals("energy")) {
            return lines(line -> line.kind() == Line.Kind.ENERGY);
        }
        List<BigDecimal> ofLines = lines(line -> ExampleTerms.names(name, line.code()));
        if (!ofLines.isEmpty()) {
            return ofLines;
        }
        Matcher block = BLOCK.matcher(plain);
        if (block.matches()) {
            return ofBlock(Integer.parseInt(block.group(1)), block.group(2) == null ? "units" : block.group(2));
        }
        if (EXCLUDING.matcher(plain).matches()) {
            return List.of(net());
        }
        if (INCLUDING.matcher(plain).matches()) {
            return List.of(price);
        }
        return switch (plain) {
            case "total",
                    "totalcost",
                    "cost",
                    "bill",
                    "totalbill",
                    "amount",
                    "amountdue",
                    "tender",
                    "price",
                    "sum",
                    "paid" -> List.of(price);
            case "subtotal", "net" -> List.of(net());
            case "energycharge", "energycost", "consumptioncharge", "afterdeductions" ->
                lines(line -> line.kind() == Line.Kind.ENERGY);
            case "fixed", "fixedcharge", "fixedcharges", "charges" -> sum(line -> line.kind() == Line.Kind.CHARGE);
            case "tax", "taxes", "vat" -> sum(line -> line.kind() == Line.Kind.TAX);
            case "levies" -> sum(line -> line.kind() == Line.Kind.LEVY);
            case "taxesandlevies", "leviesandtaxes" ->
                sum(line -> line.kind() == Line.Kind.LEVY || line.kind() == Line.Kind.TAX);
            case "adminfee", "channelfee", "bankfee", "fee" -> sum(line -> line.kind() == Line.Kind.FEE);
            case "debt", "debtpaid", "arrears", "arrearspaid" -> sum(line -> line.kind() == Line.Kind.DEBT);
            case "debtremaining", "remaining", "balance", "debtbalance", "arrearsremaining" ->
                sold.debts().stream()
                        .map(debt -> sold.tariff().major(debt.balanceAfter()))
                        .toList();
            case "deductions" -> sum(line -> line.kind() != Line.Kind.ENERGY);
            default -> ofUnits(plain);
        };
    }

    private BigDecimal net() {
        return price.subtract(exact(line -> line.kind() == Line.Kind.TAX));
    }

    private List<BigDecimal> ofUnits(String plain) {
        return switch (plain) {
            case "units", "kwh", "totalkwh" -> units();
            case "totalunits" -> units().stream().map(freeUnits::add).toList();
            case "unitsexact", "exactunits" -> List.of(sold.exactUnits());
            case "unitsissued", "issuedunits", "issued" -> List.of(issued());
            case "unitsafter", "cumulativeunits", "position" ->
                List.of(
                        sold.before().units().add(sold.exactUnits()),
                        sold.before().units().add(issued()));
            case "lifelineunits" -> ofBlock(1, "units");
            case "lifelinecost" -> ofBlock(1, "cost");
            case "restunits" ->
                List.of(sold.steps().stream()
                        .filter(step -> step.block() > 1)
                        .map(Step::units)
                        .reduce(BigDecimal.ZERO, BigDecimal::add));
            case "restcost" ->
                List.of(sold.steps().stream()
                        .filter(step -> step.block() > 1)
                        .map(Figures::cost)
                        .reduce(BigDecimal.ZERO, BigDecimal::add));
            case "averageprice", "priceperunit", "costperunit", "averagecost", "effectiverate" ->
                sold.exactUnits().signum() == 0
                        ? List.of()
                        : List.of(price.divide(sold.exactUnits(), 8, RoundingMode.HALF_UP));
            default -> List.of();
        };
    }

    /** Units as people may print them: exact, as the tariff shows them, or as a token carries them. */
    List<BigDecimal> units() {
        return List.of(sold.displayUnits(), sold.exactUnits(), issued());
    }

    private BigDecimal issued() {
        return BigDecimal.valueOf(sold.issuedTenths(), 1);
    }

    private List<BigDecimal> ofBlock(int number, String what) {
        for (Step step : sold.steps()) {
            if (step.block() == number) {
                return switch (what) {
                    case "units" -> List.of(step.units(), step.issued());
                    case "rate", "price" -> List.of(step.price());
                    default -> List.of(cost(step));
                };
            }
        }
        return what.equals("units") || what.equals("cost") || what.equals("amount")
                ? List.of(BigDecimal.ZERO)
                : List.of();
    }

    private static BigDecimal cost(Step step) {
        return step.units().multiply(step.price());
    }

    /** The lines of a kind together; no line is nothing. */
    private List<BigDecimal> sum(Predicate<Line> which) {
        List<BigDecimal> sums = lines(which);
        return sums.isEmpty() ? List.of(BigDecimal.ZERO) : sums;
    }

    private List<BigDecimal> lines(Predicate<Line> which) {
        List<Line> lines = sold.lines().stream().filter(which).toList();
        if (lines.isEmpty()) {
            return List.of();
        }
        List<BigDecimal> values = new ArrayList<>(List.of(exact(which)));
        values.add(sold.tariff().major(lines.stream().mapToLong(Line::amount).sum()));
        return values;
    }

    private BigDecimal exact(Predicate<Line> which) {
        return sold.lines().stream().filter(which).map(Line::exact).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
