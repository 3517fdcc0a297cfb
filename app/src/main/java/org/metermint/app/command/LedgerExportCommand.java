package org.metermint.app.command;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.server.Books;
import org.metermint.vending.ledger.LedgerExport.Format;
import org.metermint.vending.ledger.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code metermint ledger export}: the books for other programs. */
@Command(
        name = "export",
        description =
                "Writes the entries of some days, as CSV (RFC 4180) or for beancount, whose bean-check then proves every"
                        + " closed day's balances.",
        mixinStandardHelpOptions = true)
final class LedgerExportCommand implements Callable<Integer> {

    @Mixin
    private UtilityOptions where = new UtilityOptions();

    @Mixin
    private Output output = new Output();

    @Option(
            names = "--from",
            required = true,
            paramLabel = "DAY",
            converter = DayConverter.class,
            description = "First day, such as 2026-03-01.")
    private LocalDate from = LocalDate.EPOCH;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "DAY",
            converter = DayConverter.class,
            description = "Last day, included.")
    private LocalDate to = LocalDate.EPOCH;

    @Option(names = "--format", defaultValue = "csv", description = "csv or beancount; default: ${DEFAULT-VALUE}.")
    private String format = "csv";

    @Option(names = "--output", paramLabel = "FILE", description = "A new file; default: standard output.")
    private @Nullable Path file;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** What was written, for programs. */
    private record Exported(String file, String format, LocalDate from, LocalDate to, long entries) {}

    @Override
    public Integer call() {
        Format form = form();
        if (to.isBefore(from)) {
            throw new CommandFailure("the last day " + to + " is before the first, " + from, "Exchange them.");
        }
        if (output.isJson() && file == null) {
            throw new CommandFailure(
                    "with --json, standard output is for what is said about the books, and not for the books",
                    "Name a file for them with --output, or leave --json out.");
        }
        try (Books books = where.books()) {
            if (file == null) {
                PrintWriter out = spec.commandLine().getOut();
                write(books, form, out, Progress.UNHEARD);
                return 0;
            }
            long[] entries = {0};
            NewFile.write(file, out -> {
                try (WorkProgress progress = WorkProgress.shown()) {
                    entries[0] = write(books, form, out, progress);
                }
            });
            output.say(
                    new Exported(file.toString(), form.name().toLowerCase(Locale.ROOT), from, to, entries[0]),
                    "Written to %s: %d %s, from %s to %s."
                            .formatted(file, entries[0], entries[0] == 1 ? "entry" : "entries", from, to));
            return 0;
        }
    }

    private long write(Books books, Format form, Writer out, Progress progress) {
        return books.export().write(books.utility().id(), from, to, form, out, progress);
    }

    private Format form() {
        try {
            return Format.valueOf(format.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("format '" + format + "' is not known", "Use csv or beancount.", e);
        }
    }
}
