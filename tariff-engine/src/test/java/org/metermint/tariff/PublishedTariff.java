package org.metermint.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Turns a tariff of {@code vectors/tariffs}, which says its rules half in words, into a tariff of the engine. */
final class PublishedTariff {
    private static final Pattern EXCLUDED_PERCENT = Pattern.compile("excludes.* (\\d+) percent VAT");
    private static final Pattern INCLUDED_PERCENT = Pattern.compile("includes.* (\\d+) percent VAT");

    private final JsonNode file;

    PublishedTariff(JsonNode file) {
        this.file = file;
    }

    /** The tariff with its own blocks. */
    Tariff tariff() {
        List<Block> blocks = new ArrayList<>();
        for (JsonNode block : file.get("blocks")) {
            blocks.add(Block.of(
                    block.get("fromExclusive").asString(), block.get("rate").asString()));
        }
        return tariff(blocks, levies());
    }

    /** The tariff with this one price instead, as examples give it that name a class or a component of the price. */
    Tariff flat(String price) {
        return tariff(List.of(Block.of("0", price)), levies());
    }

    /** The tariff with other prices and levies. */
    Tariff tariff(List<Block> blocks, List<Levy> levies) {
        return new Tariff(
                file.get("id").asString(),
                1,
                file.get("utility").asString() + " " + file.get("category").asString(),
                file.get("currency").asString(),
                minorDigits(file.get("currency").asString()),
                file.get("unit").asString(),
                Instant.EPOCH,
                blocks,
                levies,
                rounding(),
                Limits.STANDARD);
    }

    private List<Levy> levies() {
        List<Levy> levies = new ArrayList<>();
        String basis = file.get("priceBasis").asString();
        Matcher excluded = EXCLUDED_PERCENT.matcher(basis);
        Matcher included = INCLUDED_PERCENT.matcher(basis);
        if (excluded.find()) {
            levies.add(Levy.addedTax("VAT", "VAT", excluded.group(1), Levy.ENERGY));
        } else if (included.find()) {
            levies.add(Levy.includedTax("VAT", "VAT", included.group(1)));
        } else {
            for (JsonNode levy : file.path("levies")) {
                if (levy.get("type").asString().equals("percent")
                        && levy.path("base").asString("").equals("energy")) {
                    levies.add(added(levy));
                }
            }
        }
        return levies;
    }

    static Levy added(JsonNode levy) {
        String code = levy.get("code").asString();
        return new Levy(
                code,
                levy.path("name").asString(code),
                code.equals("VAT") ? Levy.Kind.TAX : Levy.Kind.LEVY,
                ChargeRule.PERCENT_ADDED,
                new BigDecimal(levy.get("rate").asString()),
                List.of(Levy.ENERGY));
    }

    /** Where the source does not speak of steps of 0.1, it counts exact units and shows two decimals, cut off. */
    private Rounding rounding() {
        if (isShownAsIssued()) {
            return Rounding.STANDARD;
        }
        return new Rounding(
                RoundingMode.HALF_UP, Rounding.Balance.ENERGY, Rounding.Position.EXACT, 2, RoundingMode.DOWN);
    }

    private boolean isShownAsIssued() {
        return file.path("unitRounding").asString("").startsWith("up to 0.1");
    }

    private static int minorDigits(String currency) {
        return switch (currency) {
            case "IDR", "UGX", "RWF", "TZS" -> 0;
            default -> 2;
        };
    }
}
