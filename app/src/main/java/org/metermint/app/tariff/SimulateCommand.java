package org.metermint.app.tariff;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.DayConverter;
import org.metermint.app.command.NewFile;
import org.metermint.app.command.Output;
import org.metermint.app.command.UtilityOptions;
import org.metermint.app.command.WorkProgress;
import org.metermint.app.server.Registers;
import org.metermint.tariff.Tariff;
import org.metermint.vending.effect.CustomerEffect;
import org.metermint.vending.effect.Effect;
import org.metermint.vending.effect.Question;
import org.metermint.vending.tariff.TariffDraft;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code metermint tariff simulate}: what a version would have made of past sales. */
@Command(
        name = "simulate",
        description = {
            "Prices past sales by a version that is not in force, as if it had begun with their period: revenue by line,"
                    + " and what each customer would have got.",
            "The version is a tariff document, a tariff as published, or a draft that waits for approval. Selling goes on"
                    + " meanwhile."
        },
        footer = {"", "Example:", "  metermint tariff simulate --draft za-tshwane-2025-26 2 --chart july.svg"},
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {
    /** Where the version comes from. */
    static final class Source {
        @Parameters(paramLabel = "FILE", arity = "0..1", description = "The file of the version.")
        private @Nullable Path file;

        @Option(
                names = "--draft",
                arity = "2",
                paramLabel = "VALUE",
                description = "Id and version of a draft, or of a version that is approved.")
        private @Nullable List<String> draft;
    }

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Option(
            names = "--tariff",
            paramLabel = "ID",
            description = "The tariff whose sales are priced. Default: the id of the version.")
    private @Nullable String tariff;

    @Option(
            names = "--from",
            paramLabel = "DAY",
            converter = DayConverter.class,
            description = "First day, such as 2026-03-01. Default: the first of the last whole month.")
    private @Nullable LocalDate from;

    @Option(
            names = "--to",
            paramLabel = "DAY",
            converter = DayConverter.class,
            description = "Last day, included. Default: the end of the month of the first.")
    private @Nullable LocalDate to;

    @Option(
            names = "--rate",
            paramLabel = "TABLE=RATE",
            description = "A figure for a rate table, in place of its versions.")
    private Map<String, BigDecimal> rates = new LinkedHashMap<>();

    @Option(names = "--chart", paramLabel = "FILE", description = "A new file for a chart of the customers, SVG.")
    private @Nullable Path chart;

    @Option(names = "--csv", paramLabel = "FILE", description = "A new file with a line for each customer.")
    private @Nullable Path csv;

    @Mixin
    private UtilityOptions where = new UtilityOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        requireNew(chart);
        requireNew(csv);
        try (Registers registers = where.registers()) {
            Question question = question(registers);
            Effect effect =
                    csv == null ? effect(registers, question, customer -> {}) : withCustomers(registers, question, csv);
            EffectWords words = new EffectWords(effect, registers.utility());
            if (chart != null) {
                String svg = new EffectChart(effect, words).svg();
                NewFile.write(chart, out -> out.write(svg));
            }
            output.say(EffectData.of(effect, registers.utility()), words.text());
            if (chart != null) {
                output.tell("The chart is in " + chart + ".");
            }
            if (csv != null) {
                output.tell("The customers are in " + csv + ".");
            }
        }
        return 0;
    }

    /** Before long work, and not after it. */
    private static void requireNew(@Nullable Path file) {
        if (file != null && Files.exists(file)) {
            throw new CommandFailure("the file " + file + " is there already", "Name another, or remove it first.");
        }
    }

    private Question question(Registers registers) {
        Tariff version = version(registers);
        ZoneId zone = registers.utility().settings().zone();
        LocalDate first = from == null ? YearMonth.now(zone).minusMonths(1).atDay(1) : from;
        LocalDate last = to == null ? YearMonth.from(first).atEndOfMonth() : to;
        return new Question(tariff == null ? version.id() : tariff, version, first, last, rates);
    }

    private Tariff version(Registers registers) {
        if (source.file != null) {
            return TariffImportCommand.tariffs(source.file).stream()
                    .max(Comparator.comparing(Tariff::effectiveFrom).thenComparing(Tariff::version))
                    .orElseThrow();
        }
        List<String> named = source.draft == null ? List.of() : source.draft;
        String id = named.getFirst();
        int number;
        try {
            number = Integer.parseInt(named.getLast());
        } catch (NumberFormatException e) {
            throw new CommandFailure(
                    "version '" + named.getLast() + "' of --draft is no number", "Write --draft ID VERSION.", e);
        }
        var utility = registers.utility().id();
        return registers
                .vending()
                .tariffs()
                .version(utility, id, number)
                .or(() -> registers
                        .vending()
                        .tariffDrafts()
                        .find(utility, id, number)
                        .map(TariffDraft::version))
                .orElseThrow(() -> new CommandFailure(
                        "there is no draft of tariff " + id + " version " + number,
                        "metermint tariff drafts --all shows them."));
    }

    private static Effect effect(Registers registers, Question question, Consumer<CustomerEffect> each) {
        try (WorkProgress progress = WorkProgress.shown()) {
            return registers.vending().tariffEffects().of(registers.utility().id(), question, each, progress);
        }
    }

    private static Effect withCustomers(Registers registers, Question question, Path file) {
        List<Effect> effect = new ArrayList<>();
        NewFile.write(file, out -> {
            out.write(EffectData.CSV_HEAD);
            effect.add(effect(registers, question, customer -> {
                try {
                    out.write(EffectData.csv(customer, registers.utility(), question));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        });
        return effect.getFirst();
    }
}
