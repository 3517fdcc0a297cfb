package org.metermint.app.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Output;
import org.metermint.secure.AuditAnchor;
import org.metermint.secure.AuditReport;
import org.metermint.secure.AuditVerifier;
import org.metermint.secure.IssuedExport;
import org.metermint.secure.SecurityModuleException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code metermint key audit}: whether the record of a module is what the module wrote. */
@Command(
        name = "audit",
        description = {
            "Verifies the record of everything that a module did, from its files alone: no key, no lock and no server is"
                    + " needed, and a copy will do. Names the first bad record.",
            "Alone it shows that the record is whole in itself; an export kept elsewhere shows that it was not written"
                    + " anew or cut short, and the key of the store that the module itself wrote it."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:the record is intact",
            "1:it could not be verified",
            "2:not understood",
            "3:the record is DAMAGED, or not that of the exports"
        },
        mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
    /** The record was read, and is not what the module wrote. */
    static final int DAMAGED = 3;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Mixin
    private Output output = new Output();

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "Directory of a module, of its record, or a copy of it; default: that of the store.")
    private @Nullable Path directory;

    @Option(
            names = "--against",
            paramLabel = "EXPORT",
            description = "Exports of days, from where they are kept; may be given several times.")
    private List<Path> against = new ArrayList<>();

    @Option(
            names = "--anchor",
            paramLabel = "RECORD:HASH",
            converter = AnchorConverter.class,
            description = "A record and its chain hash, as a receipt has them; may be given several times.")
    private List<AuditAnchor> known = new ArrayList<>();

    @Option(
            names = "--with-key",
            description =
                    "Open the store with its passphrase or key file, and prove with its key who wrote the record.")
    private boolean withKey;

    /** Reads an anchor. */
    static final class AnchorConverter implements CommandLine.ITypeConverter<AuditAnchor> {
        @Override
        public AuditAnchor convert(String text) {
            int colon = text.indexOf(':');
            try {
                return new AuditAnchor(
                        Long.parseLong(text, 0, Math.max(0, colon), 10),
                        text.substring(colon + 1).toLowerCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(
                        "'" + text + "' is no anchor; write the number of a record, a colon and its chain hash");
            }
        }
    }

    @Override
    public Integer call() {
        Path place = directory == null ? store.directory() : directory;
        requireRecord(place);
        try {
            List<IssuedExport> exports = new ArrayList<>();
            for (Path file : against) {
                exports.add(IssuedExport.read(file));
            }
            exports.sort(Comparator.comparingLong(IssuedExport::firstRecord));
            List<AuditAnchor> anchors = Stream.concat(
                            known.stream(), exports.stream().map(IssuedExport::anchor))
                    .sorted(Comparator.comparingLong(AuditAnchor::record))
                    .toList();
            long began = System.nanoTime();
            AuditReport report = withKey ? withKey(place, anchors) : AuditVerifier.verify(place, anchors);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            List<String> faults = faults(report, exports);
            output.say(json(report, faults), words(report, faults, took));
            return faults.isEmpty() ? 0 : DAMAGED;
        } catch (SecurityModuleException e) {
            throw Refusals.of(e);
        }
    }

    /** A place that never held a record is a mistake of whoever asks, and not a damaged record. */
    private static void requireRecord(Path place) {
        if (KeyFiles.isStore(place) || Files.isDirectory(place.resolve("record"))) {
            return;
        }
        try (Stream<Path> files = Files.list(place)) {
            if (files.anyMatch(file -> file.getFileName().toString().startsWith("segment-"))) {
                return;
            }
        } catch (IOException e) {
            throw noRecord(place, e);
        }
        throw noRecord(place, null);
    }

    private static CommandFailure noRecord(Path place, @Nullable IOException cause) {
        return new CommandFailure(
                "there is no record of a security module in " + place,
                "Name the directory of a module, or that of its record.",
                cause);
    }

    private AuditReport withKey(Path place, List<AuditAnchor> anchors) throws SecurityModuleException {
        KeyFiles.requireStore(place);
        return store.withSource(source -> AuditVerifier.verify(place, anchors, source));
    }

    private static List<String> faults(AuditReport report, List<IssuedExport> exports) {
        List<String> faults = new ArrayList<>();
        if (report.damage() != null) {
            faults.add(report.damage().toString());
        }
        for (IssuedExport export : exports) {
            if (!export.module().equals(report.module())) {
                faults.add("the export of " + export.day() + " is of module " + export.module());
            } else if (!export.publicKey().equals(report.publicKey())) {
                faults.add("the export of " + export.day() + " is signed with another key, " + export.publicKey());
            }
        }
        return faults;
    }

    private static ObjectNode json(AuditReport report, List<String> faults) {
        ObjectNode json = KeyOperations.object();
        json.put("intact", faults.isEmpty());
        json.put("module", report.module().toString());
        json.put("public_key", report.publicKey());
        json.put("segments", report.segments());
        json.put("first_record", report.firstRecord());
        json.put("last_record", report.lastRecord());
        json.put("messages", report.messages());
        json.put("events", report.events());
        if (report.lastTime() != null) {
            json.put("last_time", report.lastTime().toString());
        }
        json.put("chain_hash", report.chainHash());
        json.put("authenticated", report.authenticated());
        if (report.unfinished() != null) {
            json.put("unfinished_octets", report.unfinished().octets());
        }
        if (report.damage() != null) {
            ObjectNode damage = json.putObject("damage");
            damage.put("record", report.damage().record());
            damage.put("file", report.damage().file().toString());
            damage.put("octet", report.damage().place());
            damage.put("what", report.damage().what());
        }
        faults.forEach(json.putArray("faults")::add);
        return json;
    }

    private String words(AuditReport report, List<String> faults, Duration took) {
        StringBuilder words = new StringBuilder();
        if (faults.isEmpty()) {
            words.append("The record is intact.\n");
        } else {
            words.append("THE RECORD IS DAMAGED:\n");
            faults.forEach(fault -> words.append("  ").append(fault).append('\n'));
            words.append("What follows counts the part before the damage.\n");
        }
        words.append("""
                  module      %s
                  public key  %s
                  records     %d to %d: %d messages, %d events; segments: %d
                  last one    %s
                  chain hash  %s
                """.formatted(
                        report.module(),
                        report.publicKey(),
                        report.firstRecord(),
                        report.lastRecord(),
                        report.messages(),
                        report.events(),
                        report.segments(),
                        report.lastTime() == null ? "none" : report.lastTime(),
                        report.chainHash()));
        if (report.unfinished() != null) {
            words.append("  unfinished  ")
                    .append(report.unfinished().octets())
                    .append(" octets of a write that was never answered; opening the module sets them aside\n");
        }
        words.append("  proved by   ").append(proofs(report)).append('\n');
        words.append(String.format(Locale.ROOT, "  took        %.1f s", took.toMillis() / 1e3));
        return words.toString();
    }

    private String proofs(AuditReport report) {
        List<String> proofs = new ArrayList<>(List.of("its own hashes"));
        if (!against.isEmpty()) {
            proofs.add(against.size() + (against.size() == 1 ? " export" : " exports"));
        }
        if (!known.isEmpty()) {
            proofs.add(known.size() + (known.size() == 1 ? " anchor" : " anchors"));
        }
        if (report.authenticated()) {
            proofs.add("the key of the module");
        }
        return String.join(", ", proofs)
                + (proofs.size() == 1 ? " alone; --against an export, or --with-key, proves more" : "");
    }
}
