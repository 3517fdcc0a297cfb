package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Block;
import org.metermint.tariff.Charge;
import org.metermint.tariff.ChargeRule;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Levy;
import tools.jackson.databind.JsonNode;

/**
 * A printed receipt, priced again. Rates that the file tells are used; of those that it does not tell, a receipt is the
 * only witness: what a line costs a unit is then taken from the line, and what is proved is that the lines agree with
 * each other, with the rates that are known and with the payment.
 */
final class PublishedReceipt {
    private static final int DECIMALS = 10;
    private static final String TAX_OF = "VAT_";
    private static final BigDecimal CENTS_OF_RELATIONS = new BigDecimal("0.05");

    private final Example example;
    private final ExampleSale sale;
    private final Comparison comparison;
    private final Map<String, BigDecimal> lines = new LinkedHashMap<>();
    private BigDecimal units = BigDecimal.ZERO;
    private final boolean partial;

    PublishedReceipt(Example example, ExampleSale sale, Comparison comparison) {
        this.example = example;
        this.sale = sale;
        this.comparison = comparison;
        this.partial = example.data().path("tolerance").path("sum").asString("").equals("partial");
    }

    static Levy ofPayment(Levy levy) {
        return new Levy(
                levy.code(),
                levy.label(),
                levy.kind(),
                ChargeRule.PERCENT_OF_PAYMENT,
                levy.rate(),
                List.of(),
                levy.table());
    }

    void compare() throws ExampleSale.RefusedPurchase {
        read();
        putTaxesOfLines();
        putCharges();
        putLevies();
        putPrice();
        AccountPosition position = sale.position(example.givenOrZero("unitsBefore"));
        BigDecimal amount =
                partial ? sale.price(position, units).setScale(2, RoundingMode.DOWN) : example.given("amount");
        compare(sale.buy(position, amount));
        if (!partial) {
            BigDecimal sum = lines.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
            comparison.add("sum of lines", amount, sum, example.tolerance("sum").orElse(new BigDecimal("0.005")));
        }
    }

    private void read() {
        JsonNode printed = example.expect().path("units");
        for (JsonNode line : example.expect().path("lines")) {
            String code = line.path("code").asString("");
            BigDecimal amount = PublishedFile.decimal(line.path("amount"));
            if (code.startsWith("DEBT") || code.startsWith("ARREARS")) {
                BigDecimal remaining =
                        line.has("remaining") ? PublishedFile.decimal(line.get("remaining")) : BigDecimal.ZERO;
                sale.owes(code, amount, remaining);
            }
            if (code.equals(Levy.ENERGY) && line.has("units")) {
                printed = line.get("units");
            }
            lines.put(code, amount);
        }
        if (PublishedFile.hasFigure(printed)) {
            units = PublishedFile.decimal(printed);
        }
    }

    /** Taxes printed for one line each are contained in that line's price, and found by subtraction. */
    private void putTaxesOfLines() {
        Levy vat = sale.draft().levies().get("VAT");
        boolean each = false;
        for (String code : lines.keySet()) {
            if (vat != null && code.startsWith(TAX_OF)) {
                each = true;
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
        if (each) {
            sale.draft().levies().remove("VAT");
            sale.draft().subtractsTaxes();
        }
    }

    private boolean isLevy(String code) {
        return sale.draft().levies().containsKey(code);
    }

    private boolean isOfEnergy(String code) {
        return code.equals(Levy.ENERGY) || code.startsWith("STEP") || code.startsWith("FBE") || code.startsWith("FREE");
    }

    private boolean isDebt(String code) {
        return code.startsWith("DEBT") || code.startsWith("ARREARS");
    }

    /** A line that nothing is known of is an amount of its own if no units are told, or its name says so. */
    private boolean isCharge(String code) {
        boolean fixed = code.startsWith("FIXED")
                || code.contains("SERVICE")
                || code.contains("STANDING")
                || code.endsWith("CHARGE")
                || code.endsWith("FEE");
        return !isLevy(code) && !isOfEnergy(code) && !isDebt(code) && (fixed || units.signum() == 0);
    }

    private void putCharges() {
        for (Map.Entry<String, BigDecimal> line : lines.entrySet()) {
            String code = line.getKey();
            if (sale.draft().charges().containsKey(code)) {
                sale.chargesAreDue();
            } else if (isCharge(code)) {
                BigDecimal tax =
                        lines.getOrDefault(TAX_OF + code, BigDecimal.ZERO).add(sharedTax(code, line.getValue()));
                sale.draft()
                        .add(Charge.of(
                                code,
                                code,
                                Charge.Period.PURCHASE,
                                line.getValue().add(tax).toPlainString()));
            }
        }
    }

    /** The tax of a charge in the one line of tax for all prices, if that is more than what the energy has in it. */
    private BigDecimal sharedTax(String code, BigDecimal net) {
        Levy vat = sale.draft().levies().get("VAT");
        BigDecimal printed = lines.get("VAT");
        if (vat == null || printed == null || vat.rule() != ChargeRule.PERCENT_INCLUDED) {
            return BigDecimal.ZERO;
        }
        BigDecimal ofEnergy = lines.getOrDefault(Levy.ENERGY, BigDecimal.ZERO)
                .multiply(vat.rate())
                .movePointLeft(2);
        if (printed.subtract(ofEnergy).abs().compareTo(CENTS_OF_RELATIONS) <= 0) {
            return BigDecimal.ZERO;
        }
        List<String> base = new ArrayList<>(vat.base());
        base.add(code);
        sale.draft().add(new Levy(vat.code(), vat.label(), vat.kind(), vat.rule(), vat.rate(), base, vat.table()));
        return net.multiply(vat.rate()).movePointLeft(2).setScale(2, RoundingMode.HALF_UP);
    }

    private void putLevies() {
        for (Levy levy : List.copyOf(sale.draft().levies().values())) {
            if (levy.table() != null && levy.rule() == ChargeRule.PER_UNIT) {
                if (lines.containsKey(levy.code()) && units.signum() > 0) {
                    sale.rate(levy.table(), perUnit(lines.get(levy.code())));
                } else {
                    remove(levy.code());
                }
            }
        }
        for (Map.Entry<String, BigDecimal> line : lines.entrySet()) {
            String code = line.getKey();
            boolean known = isLevy(code)
                    || isOfEnergy(code)
                    || isDebt(code)
                    || sale.draft().charges().containsKey(code);
            if (!known) {
                sale.draft()
                        .add(new Levy(
                                code,
                                code,
                                code.startsWith("VAT") ? Levy.Kind.TAX : Levy.Kind.LEVY,
                                ChargeRule.PER_UNIT,
                                perUnit(line.getValue()),
                                List.of()));
            }
        }
    }

    /** A levy that the receipt does not name and nobody tells the rate of: without it, also as a base of others. */
    private void remove(String code) {
        sale.draft().levies().remove(code);
        sale.draft().levies().replaceAll((other, levy) -> {
            if (!levy.base().contains(code)) {
                return levy;
            }
            List<String> base = new ArrayList<>(levy.base());
            base.remove(code);
            return new Levy(other, levy.label(), levy.kind(), levy.rule(), levy.rate(), base, levy.table());
        });
    }

    private BigDecimal perUnit(BigDecimal amount) {
        return amount.divide(units, DECIMALS, RoundingMode.HALF_UP);
    }

    /** A price that the file does not tell is what the energy and the taxes in it cost a unit. */
    private void putPrice() {
        boolean told = !(sale.draft().energy() instanceof Energy.Blocks blocks)
                || blocks.blocks().getFirst().table() == null;
        if (told) {
            return;
        }
        BigDecimal gross = lines.getOrDefault(Levy.ENERGY, BigDecimal.ZERO);
        for (Levy levy : sale.draft().levies().values()) {
            if (levy.rule() == ChargeRule.PERCENT_INCLUDED && levy.base().contains(Levy.ENERGY)) {
                gross = gross.add(lines.getOrDefault(levy.code(), BigDecimal.ZERO));
            }
        }
        BigDecimal price = units.signum() > 0 && gross.signum() > 0
                ? gross.divide(units, DECIMALS, RoundingMode.UP)
                : BigDecimal.ONE;
        sale.draft().price(new Energy.Blocks(List.of(new Block(BigDecimal.ZERO, price))));
    }

    private void compare(Assessment sold) {
        if (units.signum() > 0) {
            BigDecimal got = units.scale() > 1 ? sold.displayUnits() : BigDecimal.valueOf(sold.issuedTenths(), 1);
            BigDecimal step = BigDecimal.ONE.movePointLeft(Math.max(0, units.scale()));
            comparison.add(
                    "units",
                    units,
                    got,
                    example.tolerance("units").orElse(partial ? step : step.divide(BigDecimal.TWO)));
        }
        BigDecimal tolerance =
                partial ? CENTS_OF_RELATIONS : example.tolerance("sum").orElse(new BigDecimal("0.005"));
        for (Map.Entry<String, BigDecimal> line : lines.entrySet()) {
            BigDecimal got = amount(sold, line.getKey());
            if (got == null) {
                comparison.fail(line.getKey(), line.getValue().toPlainString(), "no such line");
            } else {
                comparison.add(line.getKey(), line.getValue(), got, tolerance);
            }
        }
        for (var paid : sold.debts()) {
            for (JsonNode line : example.expect().path("lines")) {
                if (line.path("code").asString("").equals(paid.reference()) && line.has("remaining")) {
                    comparison.add(
                            paid.reference() + " remaining",
                            PublishedFile.decimal(line.get("remaining")),
                            sold.tariff().major(paid.balanceAfter()),
                            tolerance);
                }
            }
        }
    }

    /** The amount of a line; free units cost nothing and are no line. */
    private static @Nullable BigDecimal amount(Assessment sold, String code) {
        if (code.startsWith("FBE") || code.startsWith("FREE")) {
            return BigDecimal.ZERO;
        }
        return sold.lines().stream()
                .filter(line -> line.code().equals(code))
                .map(line -> sold.tariff().major(line.amount()))
                .findFirst()
                .orElse(null);
    }
}
