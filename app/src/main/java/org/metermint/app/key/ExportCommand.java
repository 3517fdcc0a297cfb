package org.metermint.app.key;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.DayConverter;
import org.metermint.app.command.Output;
import org.metermint.secure.IssuedExport;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.TokenKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code metermint key export}: what a module issued on a day, as a signed file. */
@Command(
        name = "export",
        description =
                "Writes what the module recorded on a day into a signed file, for reconciliation and audits: without"
                        + " secrets and without the digits of tokens. The module does so by itself for every day that"
                        + " has ended.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:refused or failed", "2:not understood"},
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    private static final int UNIT_DIGITS = 1;
    private static final int CURRENCY_DIGITS = 5;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Mixin
    private Output output = new Output();

    @Mixin
    private ByOption by = new ByOption();

    @Option(
            names = "--day",
            required = true,
            paramLabel = "DAY",
            converter = DayConverter.class,
            description = "The day, in UTC, such as 2026-03-01; one that has not ended is marked as partial.")
    private LocalDate day = LocalDate.EPOCH;

    @Override
    public Integer call() {
        ObjectNode request = KeyCommand.request("export");
        request.put("day", day.toString());
        request.put("by", by.name());
        try (KeyDesk desk = store.desk()) {
            JsonNode file = desk.ask(request, KeyDesk.NO_SECRET).path("file");
            if (!file.isString()) {
                throw new CommandFailure(
                        "nothing was recorded on " + day, "See metermint key audit for the days of the record.");
            }
            Path path = Path.of(file.stringValue());
            IssuedExport export = IssuedExport.read(path);
            output.say(json(path, export), words(path, export));
            return 0;
        } catch (SecurityModuleException e) {
            throw Refusals.of(e);
        }
    }

    private static ObjectNode json(Path file, IssuedExport export) {
        ObjectNode json = KeyOperations.object();
        json.put("file", file.toString());
        json.put("module", export.module().toString());
        json.put("public_key", export.publicKey());
        json.put("day", export.day().toString());
        json.put("complete", export.complete());
        json.put("first_record", export.firstRecord());
        json.put("last_record", export.lastRecord());
        json.put("chain_hash", export.chainHashAfter());
        ArrayNode totals = json.putArray("totals");
        for (IssuedExport.Total total : export.totals()) {
            ObjectNode one = totals.addObject();
            if (total.supplyGroup() != null) {
                one.put("supply_group", total.supplyGroup().digits());
            }
            one.put("kind", total.kind().name());
            one.put("tokens", total.count());
            one.put("amount", amount(total));
        }
        return json;
    }

    private static String words(Path file, IssuedExport export) {
        StringBuilder words = new StringBuilder("""
                %s%s
                  records     %d to %d
                  chain hash  %s
                  signed by   %s
                """.formatted(
                        file,
                        export.complete() ? "" : " (PARTIAL: the day has not ended)",
                        export.firstRecord(),
                        export.lastRecord(),
                        export.chainHashAfter(),
                        export.publicKey()));
        for (IssuedExport.Total total : export.totals()) {
            words.append("  %-6s  %-16s  %9d  %s\n"
                    .formatted(
                            total.supplyGroup() == null
                                    ? "-"
                                    : total.supplyGroup().digits(),
                            total.kind(),
                            total.count(),
                            amount(total)));
        }
        return words.append("Keep a copy where nobody who can write to the store can change it.")
                .toString();
    }

    /** Units or currency, exactly. */
    private static String amount(IssuedExport.Total total) {
        if (total.kind() == TokenKind.CREDIT) {
            return new BigDecimal(total.amount(), UNIT_DIGITS).toPlainString();
        }
        if (total.kind() == TokenKind.CURRENCY_CREDIT) {
            return new BigDecimal(total.amount(), CURRENCY_DIGITS).toPlainString();
        }
        return "";
    }
}
