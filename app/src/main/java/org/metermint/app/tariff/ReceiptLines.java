package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.metermint.tariff.Levy;
import tools.jackson.databind.JsonNode;

/** The lines that a receipt prints, each code once: what stands twice is one amount. */
final class ReceiptLines {
    private static final Pattern BLOCK = Pattern.compile("(?:ENERGY|STEP|BLOCK|BAND|TIER)_?(\\d+)");
    private static final Set<String> ENERGY = Set.of(
            "TOKEN",
            "TOKENAMOUNT",
            "STROOM",
            "COSTOFUNITS",
            "UNITCHARGE",
            "UNITCHARGES",
            "CONSUMPTION",
            "CONSUMPTIONCHARGE",
            "ELECTRICITY");

    private record Printed(String code, JsonNode node) {}

    private final Map<String, BigDecimal> amounts = new LinkedHashMap<>();
    private final Map<String, JsonNode> nodes = new LinkedHashMap<>();
    private final BigDecimal units;

    ReceiptLines(Example example) {
        JsonNode printed = example.expect().path("units");
        if (!PublishedFile.hasFigure(printed)) {
            printed = example.node(Given.UNITS).orElse(printed);
        }
        List<Printed> all = printed(example.expect().path("lines"));
        boolean hasVat = all.stream().anyMatch(line -> line.code.equals("VAT"));
        BigDecimal ofBlocks = BigDecimal.ZERO;
        for (Printed each : all) {
            JsonNode line = each.node;
            String code = code(each.code, hasVat);
            JsonNode amount = line.isObject() ? line.path("amount") : line;
            amounts.merge(code, PublishedFile.decimal(amount), BigDecimal::add);
            nodes.putIfAbsent(code, line);
            for (String tax : List.of("vat", "tax")) {
                if (PublishedFile.hasFigure(line.path(tax))) {
                    amounts.merge("VAT_" + code, PublishedFile.decimal(line.path(tax)), BigDecimal::add);
                }
            }
            if (PublishedFile.hasFigure(line.path("units")) && !isFree(code)) {
                ofBlocks = ofBlocks.add(PublishedFile.decimal(line.path("units")));
            }
        }
        units = PublishedFile.hasFigure(printed) ? PublishedFile.decimal(printed) : ofBlocks;
    }

    /** The lines of a list, or of an object by codes. */
    private static List<Printed> printed(JsonNode lines) {
        List<Printed> printed = new ArrayList<>();
        if (lines.isObject()) {
            lines.properties().forEach(line -> printed.add(new Printed(line.getKey(), line.getValue())));
        } else {
            lines.forEach(line -> printed.add(new Printed(line.path("code").asString(""), line)));
        }
        return printed;
    }

    private static String code(String printed, boolean hasVat) {
        String code = printed.trim().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
        if (block(code) == 0 && (code.startsWith(Levy.ENERGY) || ENERGY.contains(code.replace("_", "")))) {
            return Levy.ENERGY;
        }
        return code.equals("TAX") && !hasVat ? "VAT" : code;
    }

    /** The amounts by code, in the order of the receipt. */
    Map<String, BigDecimal> amounts() {
        return amounts;
    }

    BigDecimal amount(String code) {
        return amounts.getOrDefault(code, BigDecimal.ZERO);
    }

    boolean has(String code) {
        return amounts.containsKey(code);
    }

    /** A member of a line beside its amount, if it is a figure. */
    Optional<BigDecimal> figure(String code, String member) {
        JsonNode node = nodes.get(code);
        return node != null && PublishedFile.hasFigure(node.path(member))
                ? Optional.of(PublishedFile.decimal(node.path(member)))
                : Optional.empty();
    }

    /** Units that were paid for; zero if the receipt does not tell. */
    BigDecimal units() {
        return units;
    }

    BigDecimal sum() {
        return amounts.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** The most decimals of an amount. */
    int decimals() {
        return amounts.values().stream().mapToInt(BigDecimal::scale).max().orElse(0);
    }

    /** The number of the block that a line is of, or 0. */
    static int block(String code) {
        Matcher block = BLOCK.matcher(code);
        return block.matches() ? Integer.parseInt(block.group(1)) : 0;
    }

    static boolean isFree(String code) {
        return code.startsWith("FBE") || code.startsWith("FREE");
    }

    static boolean isDebt(String code) {
        return code.startsWith("DEBT") || code.startsWith("ARREARS");
    }

    static boolean isOfEnergy(String code) {
        return code.equals(Levy.ENERGY) || block(code) > 0 || isFree(code);
    }
}
