package org.metermint.tariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The worked examples that utilities and the press published, priced by the engine. Every example of {@code
 * vectors/tariffs} is either priced, or discrepant in its source, or out of scope for a reason that is counted here.
 */
class PublishedTariffsTest {
    private static final Path TARIFFS = Path.of(System.getProperty("metermint.root"), "vectors", "tariffs");
    private static final Instant AT = Instant.parse("2026-03-15T10:00:00Z");
    private static final YearMonth MONTH = YearMonth.of(2026, 3);

    private record Example(JsonNode file, JsonNode data) {
        String id() {
            return data.get("id").asString();
        }

        String kind() {
            return data.get("kind").asString();
        }

        JsonNode given() {
            return data.get("given");
        }

        JsonNode expect() {
            return data.get("expect");
        }

        BigDecimal tolerance(String field) {
            return new BigDecimal(data.get("tolerance").get(field).asString());
        }

        boolean isDiscrepant() {
            return data.get("quality").asString().equals("discrepant");
        }

        /** The rule that the example needs and the engine does not have yet. */
        Optional<String> outOfScope() {
            JsonNode given = given();
            if (kind().equals("lifeline-loss") || file.has("lifeline")) {
                return Optional.of("lifeline loss");
            }
            if (kind().equals("monthly-bill")) {
                return Optional.of("monthly bill with demand charge and meter rent");
            }
            if (given.has("includeFixed") || given.has("firstOfMonth")) {
                return Optional.of("fixed charge");
            }
            if (given.has("adminFee")) {
                return Optional.of("channel fee");
            }
            for (JsonNode line : expect().path("lines")) {
                switch (line.get("code").asString()) {
                    case "DEBT" -> {
                        return Optional.of("debt");
                    }
                    case "FBE" -> {
                        return Optional.of("free basic electricity");
                    }
                    default -> {}
                }
            }
            return Optional.empty();
        }
    }

    private static List<Example> examples() {
        JsonMapper mapper = JsonMapper.shared();
        List<Example> examples = new ArrayList<>();
        try (Stream<Path> files = Files.list(TARIFFS)) {
            for (Path path :
                    files.filter(p -> p.toString().endsWith(".json")).sorted().toList()) {
                JsonNode file = mapper.readTree(Files.readString(path));
                file.get("examples").forEach(example -> examples.add(new Example(file, example)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return examples;
    }

    @Test
    void examples_allFiles_areCountedByWhatBecomesOfThem() {
        Map<String, Long> counts = examples().stream()
                .collect(Collectors.groupingBy(
                        example -> example.isDiscrepant()
                                ? "discrepant"
                                : example.outOfScope().orElse("priced"),
                        TreeMap::new,
                        Collectors.counting()));
        assertThat(counts)
                .isEqualTo(Map.of(
                        "priced", 74L,
                        "discrepant", 3L,
                        "lifeline loss", 6L,
                        "fixed charge", 4L,
                        "monthly bill with demand charge and meter rent", 2L,
                        "channel fee", 1L,
                        "debt", 1L,
                        "free basic electricity", 1L));
    }

    @TestFactory
    Stream<DynamicTest> example_withinScope_isPricedAsPublished() {
        return examples().stream()
                .filter(example ->
                        !example.isDiscrepant() && example.outOfScope().isEmpty())
                .map(example -> DynamicTest.dynamicTest(example.id(), () -> check(example)));
    }

    private static void check(Example example) {
        switch (example.kind()) {
            case "cost-of-units" -> checkCostOfUnits(example);
            case "units-for-amount" -> checkUnitsForAmount(example);
            case "price-with-tax" -> checkPriceWithTax(example);
            case "purchase-sequence" -> checkPurchaseSequence(example);
            case "receipt" -> {
                if (example.expect().has("relations")) {
                    checkReceiptRelations(example);
                } else {
                    checkReceiptLines(example);
                }
            }
            default -> throw new AssertionError("unknown kind " + example.kind());
        }
    }

    private static void checkCostOfUnits(Example example) {
        Tariff tariff = new PublishedTariff(example.file()).tariff();
        BigDecimal units = new BigDecimal(example.given().get("units").asString());
        BigDecimal before = new BigDecimal(example.given().get("unitsBefore").asString());
        BigDecimal total = new BigDecimal(example.expect().get("total").asString());

        assertThat(Pricing.price(tariff, before, units)).isCloseTo(total, within(example.tolerance("total")));

        long tenths = units.movePointRight(1).longValueExact();
        Assessment sale = sold(Pricing.assess(
                tariff, new AccountPosition(MONTH, before), new Purchase.Units(tenths), AT, ZoneOffset.UTC));
        assertThat(sale.issuedTenths()).isEqualTo(tenths);
        assertThat(tariff.major(sale.tender()))
                .isCloseTo(total, within(example.tolerance("total").max(tariff.major(1))));
    }

    private static void checkUnitsForAmount(Example example) {
        JsonNode given = example.given();
        PublishedTariff published = new PublishedTariff(example.file());
        Tariff tariff;
        if (given.has("ppjPercent")) {
            tariff = published.tariff(
                    List.of(Block.of("0", given.get("rate").asString())),
                    List.of(ofPayment("PPJ", given.get("ppjPercent").asString())));
        } else if (given.path("vatMode").asString("").equals("percent-of-payment")) {
            tariff = published.tariff(published.tariff().blocks(), List.of(ofPayment("VAT", "5")));
        } else if (given.has("rate")) {
            tariff = published.flat(given.get("rate").asString());
        } else {
            tariff = published.tariff();
        }
        Assessment sale = sold(buy(
                tariff, given.get("unitsBefore").asString(), given.get("amount").asString()));

        assertThat(sale.displayUnits())
                .isCloseTo(
                        new BigDecimal(example.expect().get("units").asString()), within(example.tolerance("units")));
        for (Map.Entry<String, JsonNode> component :
                example.expect().path("components").properties()) {
            assertThat(amount(sale, component.getKey()))
                    .isEqualByComparingTo(component.getValue().asString());
        }
    }

    private static Levy ofPayment(String code, String percent) {
        return new Levy(code, code, Levy.Kind.TAX, ChargeRule.PERCENT_OF_PAYMENT, new BigDecimal(percent), List.of());
    }

    private static void checkPriceWithTax(Example example) {
        PublishedTariff published = new PublishedTariff(example.file());
        Tariff tariff = published.flat(example.given().get("rateExcl").asString());
        if (example.file().get("priceBasis").asString().startsWith("includes")) {
            // the example shows how the included price was made: the same tax, added to the component
            Levy tax = tariff.levies().getFirst();
            tariff = published.tariff(
                    tariff.blocks(),
                    List.of(Levy.addedTax(tax.code(), tax.label(), tax.rate().toString(), Levy.ENERGY)));
        }
        assertThat(Pricing.price(tariff, BigDecimal.ZERO, BigDecimal.ONE))
                .isCloseTo(
                        new BigDecimal(example.expect().get("rateIncl").asString()),
                        within(example.tolerance("rateIncl")));
    }

    private static void checkPurchaseSequence(Example example) {
        Tariff tariff = new PublishedTariff(example.file()).tariff();
        AccountPosition position = AccountPosition.startOf(MONTH);
        for (int i = 0; i < example.given().get("amounts").size(); i++) {
            Assessment sale = sold(buy(
                    tariff,
                    position.units().toString(),
                    example.given().get("amounts").get(i).asString()));
            assertThat(sale.displayUnits())
                    .isCloseTo(
                            new BigDecimal(example.expect().get("units").get(i).asString()),
                            within(example.tolerance("units")));
            position = sale.after();
        }
    }

    /** A receipt whose tariff is not printed: the price follows from its energy line, the tax is what is checked. */
    private static void checkReceiptLines(Example example) {
        BigDecimal units = new BigDecimal(example.expect().get("units").asString());
        String price =
                line(example, "ENERGY").divide(units, 4, RoundingMode.HALF_UP).toString();
        PublishedTariff published = new PublishedTariff(example.file());
        Tariff tariff = published.tariff(
                List.of(Block.of("0", price)),
                List.of(Levy.addedTax(
                        "VAT", "VAT", example.file().get("vatPercent").asString(), Levy.ENERGY)));
        Assessment sale = sold(buy(tariff, "0", example.given().get("amount").asString()));

        assertThat(sale.issuedTenths()).isEqualTo(units.movePointRight(1).longValueExact());
        for (JsonNode line : example.expect().get("lines")) {
            assertThat(amount(sale, line.get("code").asString()))
                    .isEqualByComparingTo(line.get("amount").asString());
        }
    }

    /**
     * A receipt of which only some lines were printed: the monthly rates per unit follow from those, and a sale of
     * the same units at these rates gives the printed percentages.
     */
    private static void checkReceiptRelations(Example example) {
        BigDecimal units = new BigDecimal(example.expect().get("units").asString());
        List<Levy> levies = new ArrayList<>();
        List<String> vatBase = new ArrayList<>(List.of(Levy.ENERGY));
        for (JsonNode levy : example.file().get("levies")) {
            String code = levy.get("code").asString();
            if (levy.get("type").asString().equals("perUnit") && hasLine(example, code)) {
                BigDecimal rate = code.equals("EPRA")
                        ? new BigDecimal(levy.get("rate").asString())
                        : line(example, code).divide(units, 6, RoundingMode.HALF_UP);
                levies.add(new Levy(code, code, Levy.Kind.LEVY, ChargeRule.PER_UNIT, rate, List.of()));
                if (code.equals("FUEL")) {
                    vatBase.add(code);
                }
            }
        }
        levies.add(new Levy(
                "REP",
                "Rural electrification",
                Levy.Kind.LEVY,
                ChargeRule.PERCENT_ADDED,
                new BigDecimal("5"),
                List.of(Levy.ENERGY)));
        levies.add(Levy.addedTax("VAT", "VAT", "16", vatBase.toArray(String[]::new)));
        Tariff tariff = new PublishedTariff(example.file()).tariff(List.of(Block.of("0", "16.575")), levies);

        BigDecimal price = Pricing.price(tariff, BigDecimal.ZERO, units).setScale(2, RoundingMode.DOWN);
        Assessment sale = sold(buy(tariff, "0", price.toString()));
        for (JsonNode line : example.expect().get("lines")) {
            assertThat(amount(sale, line.get("code").asString()))
                    .as(line.get("code").asString())
                    .isCloseTo(new BigDecimal(line.get("amount").asString()), within(new BigDecimal("0.05")));
        }
    }

    private static boolean hasLine(Example example, String code) {
        for (JsonNode line : example.expect().get("lines")) {
            if (line.get("code").asString().equals(code)) {
                return true;
            }
        }
        return false;
    }

    private static BigDecimal line(Example example, String code) {
        for (JsonNode line : example.expect().get("lines")) {
            if (line.get("code").asString().equals(code)) {
                return new BigDecimal(line.get("amount").asString());
            }
        }
        throw new AssertionError("no line " + code + " in " + example.id());
    }

    private static BigDecimal amount(Assessment sale, String code) {
        return sale.lines().stream()
                .filter(line -> line.code().equals(code))
                .map(line -> sale.tariff().major(line.amount()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line " + code));
    }

    private static PricingResult buy(Tariff tariff, String unitsBefore, String amount) {
        long minorUnits =
                new BigDecimal(amount).movePointRight(tariff.minorDigits()).longValueExact();
        return Pricing.assess(
                tariff,
                new AccountPosition(MONTH, new BigDecimal(unitsBefore)),
                new Purchase.Tender(minorUnits, tariff.currency()),
                AT,
                ZoneOffset.UTC);
    }

    private static Assessment sold(PricingResult result) {
        assertThat(result).isInstanceOf(Assessment.class);
        return (Assessment) result;
    }
}
