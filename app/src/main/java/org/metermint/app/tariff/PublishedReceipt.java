package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Block;
import org.metermint.tariff.Charge;
import org.metermint.tariff.ChargeRule;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Levy;
import org.metermint.tariff.Rounding;
import tools.jackson.databind.JsonNode;

/**
 * A printed receipt, priced again. Rates that the file tells are used; of those that it does not tell, a receipt is the
 * only witness: what a line costs a unit is then taken from the line, and what is proved is that the lines agree with
 * each other, with the rates that are known and with the payment.
 */
final class PublishedReceipt {
    private static final int DECIMALS = 10;
    private static final String VAT = "VAT";
    private static final String TAX_OF = "VAT_";
    private static final BigDecimal CENTS_OF_RELATIONS = new BigDecimal("0.05");
    private static final BigDecimal HALF_CENT = new BigDecimal("0.005");

    private final Example example;
    private final ExampleSale sale;
    private final Comparison comparison = new Comparison();
    private final ReceiptLines lines;
    private final boolean partial;

    private PublishedReceipt(Example example) {
        this.example = example;
        this.sale = new ExampleSale(example);
        this.lines = new ReceiptLines(example);
        this.partial = example.data().path("tolerance").path("sum").asString("").equals("partial");
    }

    /** Compares by the rounding of the file; receipts show others too: the tax by subtraction, the net cut off. */
    static Comparison compared(Example example) throws ExampleSale.RefusedPurchase {
        Comparison first = new PublishedReceipt(example).compare(Optional.empty());
        if (first.agrees()) {
            return first;
        }
        for (RoundingMode net : List.of(RoundingMode.DOWN, RoundingMode.HALF_UP)) {
            Comparison other = new PublishedReceipt(example).compare(Optional.of(net));
            if (other.agrees()) {
                return other;
            }
        }
        return first;
    }

    private Comparison compare(Optional<RoundingMode> net) throws ExampleSale.RefusedPurchase {
        BigDecimal paid = example.figure(Given.AMOUNT).orElseGet(lines::sum);
        if (paid.signum() == 0) {
            comparison.add("sum of lines", paid, lines.sum(), sumTolerance());
            return comparison;
        }
        sale.draft().refine(lines.decimals());
        net.ifPresent(this::subtractTaxes);
        putTaxesOfLines();
        putFee();
        putDebts();
        putCharges();
        putLevies(paid);
        putPrice(paid);
        AccountPosition position = sale.position(example.unitsBefore());
        BigDecimal amount = partial ? sale.price(position, lines.units()).setScale(2, RoundingMode.DOWN) : paid;
        compare(sale.buy(position, amount));
        if (!partial && !lines.amounts().isEmpty()) {
            comparison.add("sum of lines", amount, lines.sum(), sumTolerance());
        }
        return comparison;
    }

    private BigDecimal sumTolerance() {
        return example.tolerance("sum").orElse(HALF_CENT);
    }

    private void subtractTaxes(RoundingMode net) {
        Rounding rounding = sale.draft().rounding();
        sale.draft()
                .rounding(new Rounding(
                        net,
                        Rounding.Balance.LAST_LEVY,
                        rounding.position(),
                        rounding.displayDecimals(),
                        rounding.displayUnits()));
    }

    /** Taxes printed for one line each are contained in that line's price; without any, prices are printed with theirs. */
    private void putTaxesOfLines() {
        Levy vat = sale.draft().levies().get(VAT);
        if (vat == null || partial) {
            return;
        }
        boolean any = lines.has(VAT);
        for (String code : lines.amounts().keySet()) {
            if (code.startsWith(TAX_OF)) {
                any = true;
                sale.draft()
                        .add(new Levy(
                                code,
                                vat.label(),
                                vat.kind(),
                                ChargeRule.PERCENT_INCLUDED,
                                vat.rate(),
                                List.of(code.substring(TAX_OF.length()))));
            }
        }
        boolean ofEnergy = lines.has(TAX_OF + Levy.ENERGY) || (any && !lines.has(VAT));
        if (ofEnergy || (!any && vat.rule() == ChargeRule.PERCENT_INCLUDED)) {
            sale.draft().remove(VAT);
        }
    }

    /** What a channel keeps, of which a tariff tells only the name. */
    private void putFee() {
        lines.amounts().forEach((code, amount) -> {
            if (isFee(code)) {
                sale.fee(amount);
            }
        });
    }

    private boolean isFee(String code) {
        return code.startsWith("ADMIN") && !sale.draft().charges().containsKey(code);
    }

    private void putDebts() {
        lines.amounts().forEach((code, amount) -> {
            if (ReceiptLines.isDebt(code)) {
                sale.owes(code, amount, lines.figure(code, "remaining").orElse(BigDecimal.ZERO));
            }
        });
    }

    private boolean isLevy(String code) {
        return sale.draft().levies().containsKey(code);
    }

    private boolean isKnown(String code) {
        return isLevy(code)
                || isFee(code)
                || ReceiptLines.isOfEnergy(code)
                || ReceiptLines.isDebt(code)
                || sale.draft().charges().containsKey(code);
    }

    /** A line that nothing is known of is an amount of its own if no units are told, or its name says so. */
    private boolean isCharge(String code) {
        boolean fixed = code.startsWith("FIXED")
                || code.contains("SERVICE")
                || code.contains("STANDING")
                || code.endsWith("CHARGE")
                || code.endsWith("FEE");
        return !isKnown(code) && (fixed || lines.units().signum() == 0);
    }

    private void putCharges() {
        for (Map.Entry<String, BigDecimal> line : lines.amounts().entrySet()) {
            String code = line.getKey();
            Charge charge = sale.draft().charges().get(code);
            if (charge != null && charge.aboveTender() == 0) {
                putPeriods(charge, line.getValue());
            } else if (line.getValue().signum() > 0 && isCharge(code)) {
                BigDecimal tax = lines.amount(TAX_OF + code).add(sharedTax(code, line.getValue()));
                sale.draft()
                        .add(Charge.of(
                                code,
                                code,
                                Charge.Period.PURCHASE,
                                line.getValue().add(tax).toPlainString()));
            }
        }
    }

    /** A charge of the tariff is due; what is printed beyond one period was due before, or is its earlier amount. */
    private void putPeriods(Charge charge, BigDecimal printed) {
        if (printed.signum() == 0) {
            return;
        }
        sale.chargesAreDue();
        Optional<BigDecimal> earlier =
                example.file().earlierAmount(charge.code()).filter(amount -> amount.compareTo(printed) == 0);
        if (earlier.isPresent()) {
            sale.draft().add(Charge.of(charge.code(), charge.label(), charge.period(), printed.toPlainString()));
        } else if (charge.period() == Charge.Period.MONTH && !example.has(Given.MONTHS)) {
            sale.owesOf(charge.code(), printed);
        }
    }

    /** The tax of a charge in the one line of tax for all prices, if that is more than what the energy has in it. */
    private BigDecimal sharedTax(String code, BigDecimal net) {
        Levy vat = sale.draft().levies().get(VAT);
        if (vat == null || !lines.has(VAT) || vat.rule() != ChargeRule.PERCENT_INCLUDED || lines.has(TAX_OF + code)) {
            return BigDecimal.ZERO;
        }
        BigDecimal ofEnergy = lines.amount(Levy.ENERGY).multiply(vat.rate()).movePointLeft(2);
        if (lines.amount(VAT).subtract(ofEnergy).abs().compareTo(CENTS_OF_RELATIONS) <= 0) {
            return BigDecimal.ZERO;
        }
        List<String> base = new ArrayList<>(vat.base());
        base.add(code);
        sale.draft().add(new Levy(vat.code(), vat.label(), vat.kind(), vat.rule(), vat.rate(), base, vat.table()));
        return net.multiply(vat.rate()).movePointLeft(2).setScale(2, RoundingMode.HALF_UP);
    }

    private void putLevies(BigDecimal paid) {
        for (Levy levy : List.copyOf(sale.draft().levies().values())) {
            if (levy.table() == null || sale.hasRate(levy.table())) {
                continue;
            }
            boolean perUnit = levy.rule() == ChargeRule.PER_UNIT;
            if (!lines.has(levy.code()) || (perUnit && lines.units().signum() == 0)) {
                sale.draft().remove(levy.code());
            } else {
                sale.rate(
                        levy.table(),
                        perUnit ? perUnit(lines.amount(levy.code())) : percent(lines.amount(levy.code()), paid));
            }
        }
        for (Map.Entry<String, BigDecimal> line : lines.amounts().entrySet()) {
            String code = line.getKey();
            if (!isKnown(code) && line.getValue().signum() != 0) {
                boolean given = line.getValue().signum() > 0;
                sale.draft()
                        .add(new Levy(
                                code,
                                code,
                                !given ? Levy.Kind.REBATE : code.startsWith(VAT) ? Levy.Kind.TAX : Levy.Kind.LEVY,
                                ChargeRule.PER_UNIT,
                                perUnit(line.getValue().abs()),
                                List.of()));
            }
        }
    }

    private BigDecimal perUnit(BigDecimal amount) {
        return amount.divide(lines.units(), DECIMALS, RoundingMode.HALF_UP);
    }

    private BigDecimal percent(BigDecimal amount, BigDecimal paid) {
        BigDecimal fee = lines.amounts().entrySet().stream()
                .filter(line -> isFee(line.getKey()))
                .map(Map.Entry::getValue)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return amount.movePointRight(2).divide(paid.subtract(fee), 6, RoundingMode.HALF_UP);
    }

    /** A price that the file does not tell is what the energy and the taxes in it cost a unit. */
    private void putPrice(BigDecimal paid) {
        boolean told = !(sale.draft().energy() instanceof Energy.Blocks blocks)
                || blocks.blocks().getFirst().table() == null;
        if (told) {
            return;
        }
        List<Block> blocks = blocks();
        if (!blocks.isEmpty()) {
            sale.draft().price(new Energy.Blocks(blocks));
            return;
        }
        BigDecimal gross = lines.has(Levy.ENERGY)
                ? lines.amount(Levy.ENERGY)
                : paid.subtract(lines.sum()).max(BigDecimal.ZERO);
        for (Levy levy : sale.draft().levies().values()) {
            if (levy.rule() == ChargeRule.PERCENT_INCLUDED && levy.base().contains(Levy.ENERGY)) {
                BigDecimal rated =
                        lines.amount(Levy.ENERGY).multiply(levy.rate()).movePointLeft(2);
                gross = gross.add(levy.base().size() == 1 ? lines.amount(levy.code()) : rated);
            }
        }
        sale.draft()
                .price(
                        lines.units().signum() > 0 && gross.signum() > 0
                                ? gross.divide(lines.units(), DECIMALS, RoundingMode.UP)
                                : BigDecimal.ONE);
    }

    /** Blocks as a receipt shows them, one after the other from the month's position on. */
    private List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        BigDecimal above = example.unitsBefore();
        for (String code : lines.amounts().keySet()) {
            Optional<BigDecimal> units = lines.figure(code, "units").filter(each -> each.signum() > 0);
            if (ReceiptLines.block(code) > 0 && units.isPresent()) {
                BigDecimal price = lines.figure(code, "rate")
                        .orElseGet(() -> lines.amount(code).divide(units.get(), DECIMALS, RoundingMode.UP));
                blocks.add(new Block(blocks.isEmpty() ? BigDecimal.ZERO : above, price));
                above = above.add(units.get());
            }
        }
        return blocks;
    }

    private void compare(Assessment sold) {
        Figures figures = new Figures(sold, sold.tariff().major(sold.tender()), BigDecimal.ZERO);
        if (lines.units().signum() > 0) {
            BigDecimal digit = Example.halfDigit(lines.units());
            comparison.addNearest(
                    "units",
                    lines.units(),
                    figures.units(),
                    example.tolerance("units").orElse(partial ? digit.multiply(BigDecimal.TWO) : digit));
        }
        for (Map.Entry<String, BigDecimal> line : lines.amounts().entrySet()) {
            String code = line.getKey();
            BigDecimal tolerance = partial
                    ? CENTS_OF_RELATIONS
                    : example.tolerance(code)
                            .or(() -> example.tolerance("lines"))
                            .or(() -> example.tolerance("sum"))
                            .orElse(Example.halfDigit(line.getValue()));
            int block = ReceiptLines.block(code);
            List<BigDecimal> got = ReceiptLines.isFree(code)
                    ? List.of(BigDecimal.ZERO)
                    : isFee(code)
                            ? figures.of("fee")
                            : figures.of(block > 0 && !isKnownLine(sold, code) ? "block" + block + "cost" : code);
            comparison.addNearest(code, line.getValue(), got, tolerance);
        }
        compareFigures(figures);
        compareDebts(sold);
    }

    /** What is expected beside lines and units, such as a total. */
    private void compareFigures(Figures figures) {
        for (Map.Entry<String, JsonNode> each : example.expect().properties()) {
            if (!Given.plain(each.getKey()).equals("units") && PublishedFile.hasFigure(each.getValue())) {
                BigDecimal expected = PublishedFile.decimal(each.getValue());
                comparison.addNearest(
                        each.getKey(), expected, figures.of(each.getKey()), example.tolerance(each.getKey(), expected));
            }
        }
    }

    private static boolean isKnownLine(Assessment sold, String code) {
        return sold.lines().stream().anyMatch(line -> line.code().equals(code));
    }

    private void compareDebts(Assessment sold) {
        for (var paid : sold.debts()) {
            lines.figure(paid.reference(), "remaining")
                    .ifPresent(remaining -> comparison.add(
                            paid.reference() + " remaining",
                            remaining,
                            sold.tariff().major(paid.balanceAfter()),
                            sumTolerance()));
        }
    }
}
