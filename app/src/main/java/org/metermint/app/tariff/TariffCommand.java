package org.metermint.app.tariff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.metermint.app.command.Output;
import org.metermint.app.command.UtilityOptions;
import org.metermint.app.server.Registers;
import org.metermint.app.vendor.Acting;
import org.metermint.vending.tariff.TariffDraft;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code metermint tariff}: tariffs as published: checked, imported, explained. */
@Command(
        name = "tariff",
        description =
                "Checks published tariffs against their worked examples, imports them, explains prices, and changes"
                        + " tariffs by two persons.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = {CheckCommand.class, TariffImportCommand.class, QuoteCommand.class, SimulateCommand.class})
public final class TariffCommand implements Runnable {
    private static final int PAGE = 100;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "drafts",
            description = "Versions that were proposed for tariffs that accounts use, and what became of them.",
            mixinStandardHelpOptions = true)
    int drafts(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Option(names = "--all", description = "Those that were decided, too.") boolean all) {
        try (Registers registers = where.registers()) {
            List<TariffDraft> found = new ArrayList<>();
            List<TariffDraft> page;
            do {
                long last = found.isEmpty() ? 0 : found.getLast().id();
                page = registers
                        .vending()
                        .tariffDrafts()
                        .after(registers.utility().id(), last, PAGE);
                found.addAll(page);
            } while (page.size() == PAGE);
            List<TariffDraft> shown = found.stream()
                    .filter(draft -> all || draft.decision().isEmpty())
                    .toList();
            output.say(
                    shown.stream().map(TariffCommand::data).toList(),
                    shown.isEmpty()
                            ? "There is none."
                            : shown.stream().map(TariffCommand::words).collect(Collectors.joining("%n".formatted())));
        }
        return 0;
    }

    @Command(
            name = "approve",
            description = "Approves a version that another client proposed: it is in force from its instant on.",
            mixinStandardHelpOptions = true)
    int approve(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Mixin Acting acting,
            @Parameters(paramLabel = "TARIFF", description = "Id of the tariff.") String tariff,
            @Parameters(paramLabel = "VERSION", description = "Number of the version.") int version) {
        try (Registers registers = where.registers()) {
            TariffDraft draft = registers.vending().tariffDrafts().approve(acting.in(registers), tariff, version);
            output.say(data(draft), words(draft));
        }
        return 0;
    }

    @Command(
            name = "reject",
            description = "Rejects a version that was proposed, or takes one's own back; its number is free again.",
            mixinStandardHelpOptions = true)
    int reject(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Mixin Acting acting,
            @Parameters(paramLabel = "TARIFF", description = "Id of the tariff.") String tariff,
            @Parameters(paramLabel = "VERSION", description = "Number of the version.") int version,
            @Option(names = "--reason", required = true, description = "Why.") String reason) {
        try (Registers registers = where.registers()) {
            TariffDraft draft =
                    registers.vending().tariffDrafts().reject(acting.in(registers), tariff, version, reason);
            output.say(data(draft), words(draft));
        }
        return 0;
    }

    private static String state(TariffDraft draft) {
        return draft.decision()
                .map(decision -> decision.approved() ? "APPROVED" : "REJECTED")
                .orElse("PROPOSED");
    }

    private static Map<String, Object> data(TariffDraft draft) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("tariff", draft.version().id());
        data.put("version", draft.version().version());
        data.put("effective_from", draft.version().effectiveFrom().toString());
        data.put("state", state(draft));
        data.put("proposed_by", draft.proposedBy());
        data.put("proposed_at", draft.proposedAt().toString());
        draft.decision().ifPresent(decision -> {
            data.put("decided_by", decision.by());
            data.put("decided_at", decision.at().toString());
            decision.reason().ifPresent(reason -> data.put("reason", reason));
        });
        return data;
    }

    private static String words(TariffDraft draft) {
        return "tariff %s version %d, from %s: %s by %s"
                        .formatted(
                                draft.version().id(),
                                draft.version().version(),
                                draft.version().effectiveFrom(),
                                state(draft),
                                draft.decision().map(TariffDraft.Decision::by).orElse(draft.proposedBy()))
                + draft.decision()
                        .map(decision -> ", proposed by " + draft.proposedBy()
                                + decision.reason()
                                        .map(reason -> " (" + reason + ")")
                                        .orElse(""))
                        .orElse("");
    }
}
