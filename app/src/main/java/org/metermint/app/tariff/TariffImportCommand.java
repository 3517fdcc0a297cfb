package org.metermint.app.tariff;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Output;
import org.metermint.app.command.UtilityOptions;
import org.metermint.app.server.Registers;
import org.metermint.tariff.Tariff;
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
            "A file is a tariff document (docs/reference/tariffs.md), or a tariff as published (vectors/tariffs)."
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

    @Override
    public Integer call() {
        List<Tariff> versions = new ArrayList<>();
        files.forEach(path -> versions.addAll(tariffs(path)));
        if (dryRun) {
            versions.forEach(version -> output.say(document(version), TariffJson.write(version)));
            return 0;
        }
        try (Registers registers = where.registers()) {
            for (Tariff version : versions) {
                registers.vending().tariffs().add(registers.utility().id(), version);
                output.say(
                        document(version),
                        "added tariff " + version.id() + " version " + version.version() + ", in force from "
                                + version.effectiveFrom());
            }
        }
        return 0;
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
        try {
            return file.has("schemaVersion")
                    ? new PublishedFile(file).tariffs()
                    : List.of(TariffJson.parse(file.toString()));
        } catch (IllegalArgumentException | org.metermint.vending.refusal.RefusedException e) {
            throw new CommandFailure(path + ": " + e.getMessage(), "Correct the file there.", e);
        }
    }
}
