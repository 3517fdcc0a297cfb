package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.metermint.app.CommandFailure;
import org.metermint.tariff.Block;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Tariff;
import tools.jackson.databind.JsonNode;

/**
 * A tariff as somebody published it, in the format of {@code vectors/tariffs}: half in figures, half in words. What it
 * does not say is left to a rate table, so that whoever sells by it must say it.
 */
final class PublishedFile {
    /** The rate table of a price that the file does not tell. */
    static final String PRICE_TABLE = "ENERGY_PRICE";

    private static final int LONGEST_NAME = 120;
    private static final int MOST_DIGITS = 40;
    private static final Pattern NUMBER =
            Pattern.compile("(?<![\\d.,])-?(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?(?![\\d,]*[eE][-+\\d])");
    private static final Pattern WORKED = Pattern.compile("(\\d+(?:\\.\\d+)?) *\\(worked example\\)");
    private static final Pattern RANGE = Pattern.compile(" *(\\d+(?:\\.\\d+)?) *- *(\\d+(?:\\.\\d+)?) *");
    private static final Pattern DAY = Pattern.compile("\\d{1,2} [A-Z][a-z]{2} \\d{4}");
    private static final Map<String, String> ZONES = Map.ofEntries(
            Map.entry("BD", "Asia/Dhaka"),
            Map.entry("CW", "America/Curacao"),
            Map.entry("GH", "Africa/Accra"),
            Map.entry("ID", "Asia/Jakarta"),
            Map.entry("KE", "Africa/Nairobi"),
            Map.entry("NG", "Africa/Lagos"),
            Map.entry("RW", "Africa/Kigali"),
            Map.entry("TZ", "Africa/Dar_es_Salaam"),
            Map.entry("UG", "Africa/Kampala"),
            Map.entry("ZA", "Africa/Johannesburg"),
            Map.entry("ZM", "Africa/Lusaka"),
            Map.entry("ZW", "Africa/Harare"));

    private final JsonNode file;

    PublishedFile(JsonNode file) {
        this.file = file;
        for (String member : List.of("id", "currency")) {
            if (!file.path(member).isString()) {
                throw new CommandFailure(
                        "the member " + member + " is missing or no text",
                        "See vectors/tariffs/README.md for the format.");
            }
        }
    }

    String id() {
        return text("id");
    }

    String text(String member) {
        return file.path(member).asString("");
    }

    JsonNode member(String name) {
        return file.path(name);
    }

    ZoneId zone() {
        String zone = ZONES.get(text("country"));
        return zone == null ? ZoneOffset.UTC : ZoneId.of(zone);
    }

    /** All versions, the oldest first. */
    List<Tariff> tariffs() {
        return drafts().stream().map(Draft::tariff).toList();
    }

    /** All versions in the making, the oldest first. */
    List<Draft> drafts() {
        List<Draft> drafts = new ArrayList<>();
        if (file.has("versions")) {
            for (JsonNode version : file.get("versions")) {
                drafts.add(draft(
                        drafts.size() + 1,
                        begins(version.path("from").asString("")).orElse(Instant.EPOCH),
                        classes(version)));
            }
        } else {
            drafts.add(draft(1, begins(text("effectiveFrom")).orElse(Instant.EPOCH), energy()));
        }
        JsonNode prepaid = file.path("prepaidRules");
        if (prepaid.isObject()) {
            Draft later = draft(
                    drafts.size() + 1,
                    begins(prepaid.path("since").asString("")).orElse(Instant.EPOCH.plusSeconds(1)),
                    energy());
            PublishedRules.putPrepaid(later, prepaid);
            drafts.add(later);
        }
        return drafts;
    }

    /** The version in the making that prices on a day: the first if no day is told, the last if it is of prepaid meters. */
    Draft draft(Optional<LocalDate> day, boolean prepaid) {
        List<Draft> drafts = drafts();
        if (prepaid && file.path("prepaidRules").isObject()) {
            return drafts.getLast();
        }
        Draft chosen = drafts.getFirst();
        if (day.isPresent()) {
            Instant noon = day.get().atTime(12, 0).atZone(zone()).toInstant();
            for (Draft draft : drafts) {
                if (!draft.effectiveFrom().isAfter(noon)) {
                    chosen = draft;
                }
            }
        }
        return chosen;
    }

    /** What a charge was before it changed, if the file tells. */
    Optional<BigDecimal> earlierAmount(String charge) {
        for (JsonNode node : file.path("fixedCharges")) {
            if (node.path("code").asString("").equals(charge) && hasFigure(node.path("previous"))) {
                return Optional.of(decimal(node.path("previous")));
            }
        }
        return Optional.empty();
    }

    /** The price of a block by its number, from 1; also of blocks whose ends the file does not tell. */
    Optional<BigDecimal> rateOfBlock(int number) {
        JsonNode rate = file.path("blocks").path(number - 1).path("rate");
        return hasFigure(rate) ? Optional.of(decimal(rate)) : Optional.empty();
    }

    private Draft draft(int version, Instant from, Energy energy) {
        Draft draft = new Draft(
                id().toLowerCase(Locale.ROOT),
                version,
                name(),
                text("currency"),
                text("unit").isEmpty() ? "kWh" : text("unit"),
                from,
                energy);
        new PublishedRules(file, draft).put();
        if (text("unitRounding").startsWith("up to 0.1")) {
            draft.issuesTenths();
        }
        return draft;
    }

    private String name() {
        String name = (text("utility") + " " + text("category")).trim();
        return name.isEmpty() ? id() : name.substring(0, Math.min(name.length(), LONGEST_NAME));
    }

    /** The first instant of the day that a text names. */
    private Optional<Instant> begins(String text) {
        Matcher day = DAY.matcher(text);
        if (text.matches("\\d{4}-\\d{2}-\\d{2}")) {
            return Optional.of(LocalDate.parse(text).atStartOfDay(zone()).toInstant());
        }
        return day.find()
                ? Optional.of(LocalDate.parse(day.group(), DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH))
                        .atStartOfDay(zone())
                        .toInstant())
                : Optional.empty();
    }

    private Energy energy() {
        JsonNode lifeline = file.has("lifelineBlock") ? file.get("lifelineBlock") : file.path("lifeline");
        if (lifeline.isObject()) {
            JsonNode beyond = file.has("standard") ? file.get("standard").path("blocks") : file.path("blocks");
            return new Energy.Lifeline(
                    decimal(lifeline.path("maxUnits")), decimal(lifeline.path("rate")), blocks(beyond));
        }
        if (file.path("flatRates").isObject()) {
            List<Energy.UsageClass> classes = new ArrayList<>();
            file.get("flatRates")
                    .properties()
                    .forEach(rate -> classes.add(new Energy.UsageClass(
                            rate.getKey(), null, List.of(new Block(BigDecimal.ZERO, decimal(rate.getValue()))))));
            return new Energy.Classes(classes);
        }
        JsonNode blocks = file.path("blocks");
        if (blocks.isArray() && !blocks.isEmpty() && blocks.get(0).has("fromExclusive")) {
            return new Energy.Blocks(blocks(blocks));
        }
        if (file.has("baseRateImplied")) {
            return new Energy.Blocks(List.of(new Block(BigDecimal.ZERO, decimal(file.get("baseRateImplied")))));
        }
        return new Energy.Blocks(List.of(new Block(BigDecimal.ZERO, BigDecimal.ZERO, PRICE_TABLE)));
    }

    private Energy classes(JsonNode version) {
        List<Energy.UsageClass> classes = new ArrayList<>();
        version.properties().forEach(member -> {
            if (member.getValue().isArray()) {
                classes.add(new Energy.UsageClass(member.getKey(), null, blocks(member.getValue())));
            }
        });
        return new Energy.Classes(classes);
    }

    private static List<Block> blocks(JsonNode nodes) {
        List<Block> blocks = new ArrayList<>();
        BigDecimal end = BigDecimal.ZERO;
        for (JsonNode node : nodes) {
            BigDecimal from = decimal(node.path("fromExclusive"));
            if (from.compareTo(end) != 0) {
                throw new CommandFailure(
                        "block " + (blocks.size() + 1) + " begins above " + from + ", the one before ends at " + end,
                        "Let each block begin where the one before ends.");
            }
            blocks.add(new Block(from, decimal(node.path("rate"))));
            JsonNode to = node.path("toInclusive");
            end = to.isString() ? decimal(to) : end;
        }
        return blocks;
    }

    /**
     * The figure of a text: of several the one that worked examples use, of a range its middle, else the first.
     *
     * @throws CommandFailure if there is none
     */
    static BigDecimal decimal(JsonNode node) {
        if (node.isNumber()) {
            return bounded(node.decimalValue(), node.asString(""));
        }
        String text = node.asString("");
        Matcher range = RANGE.matcher(text);
        if (range.matches()) {
            return new BigDecimal(range.group(1))
                    .add(new BigDecimal(range.group(2)))
                    .divide(BigDecimal.TWO, 6, RoundingMode.HALF_UP)
                    .stripTrailingZeros();
        }
        Matcher worked = WORKED.matcher(text);
        if (worked.find()) {
            return new BigDecimal(worked.group(1));
        }
        Matcher number = NUMBER.matcher(text);
        if (!number.find()) {
            throw new CommandFailure(
                    node.isMissingNode() ? "a figure is missing" : "'" + text + "' holds no figure",
                    "Write figures as decimal strings, such as \"1.25\".");
        }
        return bounded(new BigDecimal(number.group().replace(",", "")), text);
    }

    private static BigDecimal bounded(BigDecimal figure, String text) {
        if (figure.precision() > MOST_DIGITS || Math.abs((long) figure.scale()) > MOST_DIGITS) {
            throw new CommandFailure(
                    "'" + (text.length() > MOST_DIGITS ? text.substring(0, MOST_DIGITS) + "..." : text)
                            + "' has more than " + MOST_DIGITS + " digits",
                    "Write figures as decimal strings, such as \"1.25\".");
        }
        return figure.scale() < 0 ? figure.setScale(0) : figure;
    }

    static boolean hasFigure(JsonNode node) {
        return node.isNumber() || NUMBER.matcher(node.asString("")).find();
    }
}
