package org.metermint.app.tariff;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Output;
import org.metermint.app.command.UtilityOptions;
import org.metermint.app.server.Registers;
import org.metermint.app.vendor.Acting;
import org.metermint.tariff.Tariff;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.tariff.TariffDraft;
import org.metermint.vending.tariff.TariffJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code metermint tariff import}: versions of tariffs from files, published ones or documents of our own. */
@Command(
        name = "import",
        description = {
            "Adds the tariffs of files to the utility.",
            "A file is a tariff document (docs/reference/tariffs.md), or a tariff as published (vectors/tariffs).",
            "Versions of a tariff that accounts use are proposed, and wait for a second person (metermint tariff approve)."
        },
        mixinStandardHelpOptions = true)
final class TariffImportCommand implements java.util.concurrent.Callable<Integer> {
    @Mixin
    private UtilityOptions where = new UtilityOptions();

    @Mixin
    private Output output = new Output();

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files of tariffs.")
    private List<Path> files = List.of();

    @Option(names = "--dry-run", description = "Shows the documents and adds nothing.")
    private boolean dryRun;

    @Option(
            names = "--client",
            paramLabel = "ID",
            description =
                    "Who proposes versions of tariffs that accounts use: a client with the role ADMINISTRATOR. Its"
                            + " secret is taken from the environment, METERMINT_SECRET.")
    private @Nullable String client;

    @Override
    public Integer call() {
        List<Tariff> versions = new ArrayList<>();
        files.forEach(path -> versions.addAll(tariffs(path)));
        if (dryRun) {
            versions.forEach(version -> output.say(document(version), TariffJson.write(version)));
            return 0;
        }
        try (Registers registers = where.registers()) {
            versions.forEach(version -> take(registers, version));
        }
        return 0;
    }

    private void take(Registers registers, Tariff version) {
        Optional<TariffDraft> draft = client == null ? added(registers, version) : proposed(registers, client, version);
        Map<String, Object> document = document(version);
        document.put("state", draft.isPresent() ? "PROPOSED" : "ADDED");
        String name = "tariff " + version.id() + " version " + version.version();
        output.say(
                document,
                draft.isEmpty()
                        ? "added " + name + ", in force from " + version.effectiveFrom()
                        : "proposed " + name + ", to be in force from " + version.effectiveFrom()
                                + ": accounts use the tariff. Look at its effect, and let another client approve it:"
                                + "%n  metermint tariff simulate --draft %s %d%n  metermint tariff approve %s %d --client ID"
                                        .formatted(version.id(), version.version(), version.id(), version.version()));
    }

    private static Optional<TariffDraft> added(Registers registers, Tariff version) {
        try {
            registers.vending().tariffs().add(registers.utility().id(), version);
            return Optional.empty();
        } catch (RefusedException e) {
            if (e.refusal().code() != RefusalCode.TARIFF_IN_USE) {
                throw e;
            }
            throw new CommandFailure(
                    e.refusal().detail(),
                    "Say who proposes it: --client ID, with its secret in METERMINT_SECRET; another client approves.",
                    e);
        }
    }

    private static Optional<TariffDraft> proposed(Registers registers, String client, Tariff version) {
        return registers.vending().tariffDrafts().propose(Acting.identity(registers, client), version);
    }

    private static Map<String, Object> document(Tariff version) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", version.id());
        document.put("version", version.version());
        document.put("effectiveFrom", version.effectiveFrom().toString());
        document.put("document", TariffJson.write(version));
        return document;
    }

    /** The versions of a file, whichever of the two formats it has. */
    static List<Tariff> tariffs(Path path) {
        JsonNode file = TariffFiles.read(path);
        if (file.has("schemaVersion")) {
            return TariffFiles.published(path, file).tariffs();
        }
        try {
            return List.of(TariffJson.parse(file.toString()));
        } catch (IllegalArgumentException | RefusedException e) {
            throw new CommandFailure(path + ": " + e.getMessage(), "Correct the file there.", e);
        }
    }
}
