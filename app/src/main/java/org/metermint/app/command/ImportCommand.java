package org.metermint.app.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.imports.CsvImport;
import org.metermint.app.server.Registers;
import org.metermint.vending.imports.ImportKind;
import org.metermint.vending.imports.RowReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code metermint import}: brings in the book that a utility has, so that nobody starts empty. */
@Command(
        name = "import",
        description = {
            "Imports customers, meters, accounts, their facts, debts and free units from CSV files.",
            "A row that is there already changes nothing: run an import that broke off again to resume it.",
            "Works beside a running server, but for meters, whose keys are in its security module: stop it for these."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:every row was taken",
            "1:nothing was imported",
            "3:some rows were refused, the rest was taken"
        },
        mixinStandardHelpOptions = true)
public final class ImportCommand implements Callable<Integer> {

    /** Some rows were refused. */
    static final int PARTLY = 3;

    @Mixin
    private UtilityOptions where = new UtilityOptions();

    @Mixin
    private Output output = new Output();

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "customers.csv, meters.csv, accounts.csv, facts.csv, debts.csv or entitlements.csv; of several, the order does not matter.")
    private List<Path> files = List.of();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description =
                    "What the files hold, if their names do not say: customers, meters, accounts, facts, debts or entitlements.")
    private @Nullable ImportKind kind;

    @Option(names = "--dry-run", description = "Check everything and write nothing.")
    private boolean dryRun;

    private record Source(Path file, ImportKind kind) {}

    @Override
    public Integer call() {
        List<Source> sources = new ArrayList<>();
        for (Path file : files) {
            sources.add(new Source(file, kind != null ? kind : kindOf(file)));
        }
        sources.sort(Comparator.comparing(Source::kind)); // in the order in which one builds on another
        boolean clean = true;
        try (Registers registers = where.registers()) {
            requireModule(registers, sources);
            CsvImport csv = new CsvImport(
                    registers.vending().imports(), registers.utility().id(), dryRun);
            for (Source source : sources) {
                CsvImport.Totals totals = run(csv, source);
                tell(source, totals);
                clean &= totals.clean();
            }
        }
        return clean ? 0 : PARTLY;
    }

    /** The key of a meter is looked up in the security module, which a running server has for itself. */
    private static void requireModule(Registers registers, List<Source> sources) {
        if (registers.installation().isEmpty()
                && sources.stream().anyMatch(source -> source.kind() == ImportKind.METERS)) {
            throw new CommandFailure(
                    "meters cannot be imported beside a running server, which has the security module",
                    "Stop the server for the import of meters, or register them by POST /v1/meters.");
        }
    }

    private CsvImport.Totals run(CsvImport csv, Source source) {
        try (ImportProgress progress = ImportProgress.through(source.file())) {
            return csv.run(source.file(), source.kind(), row -> {
                progress.reach(row.line());
                if (output.isJson() || row.result() == RowReport.Result.REFUSED) {
                    progress.giveWay();
                    tell(source.file(), row);
                }
            });
        }
    }

    private void tell(Path file, RowReport row) {
        if (output.isJson()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("file", file.toString());
            facts.put("line", row.line());
            facts.put("result", row.result().name().toLowerCase(Locale.ROOT));
            if (!row.message().isEmpty()) {
                facts.put("message", row.message());
            }
            output.say(facts, "");
        } else {
            output.tell(file + ", line " + row.line() + ": " + row.message());
        }
    }

    private void tell(Source source, CsvImport.Totals totals) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("file", source.file().toString());
        facts.put("kind", source.kind().name().toLowerCase(Locale.ROOT));
        facts.put("dry_run", dryRun);
        facts.put("created", totals.created());
        facts.put("unchanged", totals.unchanged());
        facts.put("refused", totals.refused());
        totals.broken().ifPresent(reason -> facts.put("broken_off", reason));
        String words = "%s: %d %s, %d there already, %d refused"
                .formatted(
                        source.file(),
                        totals.created(),
                        dryRun ? "would be created" : "created",
                        totals.unchanged(),
                        totals.refused());
        output.say(
                facts,
                words
                        + totals.broken()
                                .map(reason -> "\nThe rest of the file could not be read: " + reason)
                                .orElse(""));
    }

    private static ImportKind kindOf(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return Arrays.stream(ImportKind.values())
                .filter(known -> name.startsWith(known.name().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        "the name of " + file + " does not say what it holds",
                        "Say it with --kind customers, meters, accounts, facts, debts or entitlements."));
    }
}
