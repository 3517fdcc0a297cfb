package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.DayConverter;
import org.metermint.app.command.DecimalConverter;
import org.metermint.app.command.Output;
import org.metermint.app.command.ZoneConverter;
import org.metermint.tariff.AccountFacts;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Circumstances;
import org.metermint.tariff.Energy;
import org.metermint.tariff.PlainWords;
import org.metermint.tariff.Pricing;
import org.metermint.tariff.Purchase;
import org.metermint.tariff.RateVersion;
import org.metermint.tariff.Refusal;
import org.metermint.tariff.Tariff;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code metermint tariff quote}: what a purchase would be by a tariff of a file, explained. */
@Command(
        name = "quote",
        description = {
            "Prices a purchase by a tariff of a file and explains it, in plain words.",
            "A file is a tariff document (docs/reference/tariffs.md), or a tariff as published (vectors/tariffs). For a"
                    + " meter of a running server ask GET /v1/quotes instead."
        },
        footer = {"", "Example:", "  metermint tariff quote tariff.json --tender 100 --bought 338"},
        mixinStandardHelpOptions = true)
final class QuoteCommand implements java.util.concurrent.Callable<Integer> {
    private static final String CLASS = "--class";
    private static final LocalTime NOON = LocalTime.NOON;

    /** The code of a rate table, as it is. */
    static final class Code implements CommandLine.ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return text;
        }
    }

    /** Money or units. */
    static final class Amount {
        @Option(
                names = "--tender",
                paramLabel = "AMOUNT",
                converter = DecimalConverter.class,
                description = "What is paid, such as 100.00.")
        private @Nullable BigDecimal tender;

        @Option(
                names = "--units",
                paramLabel = "UNITS",
                converter = DecimalConverter.class,
                description = "What is asked for, a multiple of 0.1.")
        private @Nullable BigDecimal units;
    }

    @Parameters(paramLabel = "FILE", description = "The file of the tariff.")
    private Path file = Path.of("");

    @ArgGroup(multiplicity = "1")
    private Amount amount = new Amount();

    @Option(
            names = "--bought",
            paramLabel = "UNITS",
            converter = DecimalConverter.class,
            description = "Units already bought in the month. Default: ${DEFAULT-VALUE}.")
    private BigDecimal bought = BigDecimal.ZERO;

    @Option(
            names = "--day",
            paramLabel = "DAY",
            converter = DayConverter.class,
            description = "The day of the purchase, such as 2026-07-15. Default: today.")
    private @Nullable LocalDate day;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            converter = ZoneConverter.class,
            description = "The utility's time zone. Default: ${DEFAULT-VALUE}.")
    private ZoneId zone = ZoneId.of("UTC");

    @Option(names = CLASS, paramLabel = "NAME", description = "The usage class of the account.")
    private @Nullable String usageClass;

    @Option(
            names = "--average",
            paramLabel = "UNITS",
            converter = DecimalConverter.class,
            description = "Its average use of a month.")
    private BigDecimal average = BigDecimal.ZERO;

    @Option(
            names = "--kilowatts",
            paramLabel = "KW",
            converter = DecimalConverter.class,
            description = "Its sanctioned load.")
    private BigDecimal kilowatts = BigDecimal.ZERO;

    @Option(names = "--phases", paramLabel = "1|3", description = "Phases of its supply. Default: ${DEFAULT-VALUE}.")
    private int phases = 1;

    @Option(
            names = "--opened",
            paramLabel = "DAY",
            converter = DayConverter.class,
            description = "The day it was opened.")
    private @Nullable LocalDate opened;

    @Option(
            names = "--rate",
            paramLabel = "TABLE=RATE",
            converter = {Code.class, DecimalConverter.class},
            description = "The figure of a rate table that the tariff names.")
    private Map<String, BigDecimal> rates = new LinkedHashMap<>();

    @Option(names = "--sum", description = "Shows every figure and how it came about, too.")
    private boolean sum;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        Instant at = (day == null ? LocalDate.now(zone) : day)
                .atTime(NOON)
                .atZone(zone)
                .toInstant();
        Tariff tariff = inForce(TariffImportCommand.tariffs(file), at);
        Assessment assessment;
        try {
            assessment = assess(tariff, at);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), "Correct that option.", e);
        }
        List<String> words = PlainWords.in(Locale.getDefault()).about(assessment, Optional.empty());
        List<String> said = new ArrayList<>(words);
        if (sum) {
            said.add("");
            said.addAll(assessment.explain());
        }
        output.say(data(assessment, words), String.join(System.lineSeparator(), said));
        return 0;
    }

    private Assessment assess(Tariff tariff, Instant at) {
        List<RateVersion> figures = rates.entrySet().stream()
                .map(rate -> new RateVersion(rate.getKey(), 1, tariff.effectiveFrom(), rate.getValue()))
                .toList();
        Circumstances circumstances = new Circumstances(
                new AccountFacts(usageClass, average, kilowatts, phases, opened), List.of(), 0, figures);
        AccountPosition position = new AccountPosition(YearMonth.from(at.atZone(zone)), bought);
        return switch (Pricing.assess(tariff, circumstances, position, purchase(tariff), at, zone)) {
            case Assessment priced -> priced;
            case Refusal refused ->
                throw new CommandFailure(
                        "the tariff refuses the purchase (" + refused.code() + "): " + refused.detail(),
                        remedy(tariff, refused));
        };
    }

    private static String remedy(Tariff tariff, Refusal refused) {
        return switch (refused.code()) {
            case RATE_MISSING -> "Tell the figure of that table: --rate TABLE=RATE.";
            case ACCOUNT_UNFIT ->
                tariff.energy() instanceof Energy.Classes classes
                        ? "Name its class, " + CLASS + " NAME, one of: "
                                + classes.classes().stream()
                                        .map(Energy.UsageClass::name)
                                        .collect(Collectors.joining(", "))
                        : "Tell more of the account: metermint tariff quote --help.";
            default -> "Ask for another amount, or tell more of the account: metermint tariff quote --help.";
        };
    }

    private Purchase purchase(Tariff tariff) {
        if (amount.tender != null) {
            return new Purchase.Tender(whole("--tender", amount.tender, tariff.minorDigits()), tariff.currency());
        }
        BigDecimal units = amount.units == null ? BigDecimal.ZERO : amount.units;
        return new Purchase.Units(whole("--units", units, 1));
    }

    private static long whole(String option, BigDecimal figure, int decimals) {
        try {
            return figure.movePointRight(decimals).longValueExact();
        } catch (ArithmeticException e) {
            boolean isFine = figure.stripTrailingZeros().scale() > decimals;
            throw new CommandFailure(
                    option + " " + figure.toPlainString()
                            + (isFine
                                    ? " has more than " + decimals + (decimals == 1 ? " decimal" : " decimals")
                                    : " is more than any tariff sells"),
                    isFine
                            ? "Give a multiple of "
                                    + BigDecimal.ONE.movePointLeft(decimals).toPlainString() + "."
                            : "Give a smaller one.",
                    e);
        }
    }

    private static Tariff inForce(List<Tariff> versions, Instant at) {
        return versions.stream()
                .filter(version -> !version.effectiveFrom().isAfter(at))
                .max(Comparator.comparing(Tariff::effectiveFrom).thenComparing(Tariff::version))
                .orElseThrow(() -> new CommandFailure(
                        "no version of the file is in force at " + at + "; the first is from "
                                + versions.stream()
                                        .map(Tariff::effectiveFrom)
                                        .min(Comparator.naturalOrder())
                                        .map(Instant::toString)
                                        .orElse("nowhen: the file has none"),
                        "Give a later --day."));
    }

    private static Map<String, Object> data(Assessment assessment, List<String> words) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("tariff", assessment.tariff().id());
        data.put("version", assessment.tariff().version());
        data.put("tender", assessment.tariff().major(assessment.tender()).toPlainString());
        data.put("currency", assessment.tariff().currency());
        data.put("units", BigDecimal.valueOf(assessment.issuedTenths(), 1).toPlainString());
        data.put("words", words);
        data.put("sum", assessment.explain());
        return data;
    }
}
