package org.metermint.app.tariff;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code metermint tariff check}: worked examples that others published, priced as sales are. */
@Command(
        name = "check",
        description = {
            "Prices the worked examples of published tariffs as sales are priced.",
            "One line an example: ok, FAIL or skip, id, expected, got, tolerance. skip is for examples that contradict"
                    + " themselves. The exit status is 0 only if none failed."
        },
        footer = {"", "Example:", "  metermint tariff check vectors/tariffs/*.json"},
        mixinStandardHelpOptions = true)
final class CheckCommand implements java.util.concurrent.Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "A tariff with examples, or tariffId and examples for a tariff of a file before it.")
    private List<Path> files = List.of();

    @Option(names = "--json", description = "Answer with JSON, for programs.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private record Verdict(String result, String id, List<Comparison.Figure> figures) {}

    /** A file that was read: the tariff of its examples, and these. */
    private record Read(Path path, @Nullable PublishedFile tariff, String tariffId, JsonNode examples) {}

    @Override
    public Integer call() {
        List<Read> read = files.stream().map(CheckCommand::read).toList();
        List<Verdict> verdicts = new ArrayList<>();
        Map<String, Example> previous = new HashMap<>();
        Map<String, PublishedFile> known = new HashMap<>();
        for (Read file : read) {
            if (file.tariff != null) {
                known.put(file.tariffId, file.tariff);
            }
            PublishedFile tariff = known.get(file.tariffId);
            if (tariff == null) {
                throw new CommandFailure(
                        file.path + " has examples for tariff '" + file.tariffId + "', which no file before it holds",
                        "Give the file of that tariff first.");
            }
            for (JsonNode data : file.examples) {
                Example example = new Example(tariff, data, previous.get(file.tariffId));
                verdicts.add(verdict(example));
                previous.put(file.tariffId, example);
            }
        }
        print(verdicts);
        return verdicts.stream().anyMatch(verdict -> verdict.result.equals("FAIL")) ? 1 : 0;
    }

    private static Read read(Path path) {
        JsonNode file = TariffFiles.read(path);
        JsonNode examples = file.path("examples");
        if (!examples.isArray() && !examples.isMissingNode()) {
            throw new CommandFailure(
                    path + ": examples is no list", "Write the examples as a list of objects: \"examples\": [...].");
        }
        if (!file.has("tariffId")) {
            PublishedFile tariff =
                    examples.isEmpty() ? TariffFiles.published(path, file) : TariffFiles.named(path, file);
            return new Read(path, tariff, tariff.id(), examples);
        }
        if (!file.get("tariffId").isString()) {
            throw new CommandFailure(
                    path + ": tariffId is no text", "Write the id of the tariff that the examples are of.");
        }
        return new Read(path, null, file.get("tariffId").asString(), examples);
    }

    private static Verdict verdict(Example example) {
        Comparison comparison = ExampleCheck.of(example);
        if (example.isDiscrepant()) {
            return new Verdict("skip", example.id(), comparison.shown());
        }
        return new Verdict(comparison.agrees() ? "ok" : "FAIL", example.id(), comparison.shown());
    }

    private void print(List<Verdict> verdicts) {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Long> counts =
                verdicts.stream().collect(Collectors.groupingBy(Verdict::result, Collectors.counting()));
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("examples", verdicts);
            answer.put("passed", counts.getOrDefault("ok", 0L));
            answer.put("failed", counts.getOrDefault("FAIL", 0L));
            answer.put("skipped", counts.getOrDefault("skip", 0L));
            out.println(JsonMapper.shared().writeValueAsString(answer));
        } else {
            verdicts.forEach(verdict -> out.println(line(verdict)));
            out.println("%d passed, %d failed, %d skipped"
                    .formatted(
                            counts.getOrDefault("ok", 0L),
                            counts.getOrDefault("FAIL", 0L),
                            counts.getOrDefault("skip", 0L)));
        }
        out.flush();
    }

    private static String line(Verdict verdict) {
        return "%-4s  %s  %s  %s  %s"
                .formatted(
                        verdict.result,
                        verdict.id,
                        joined(verdict, figure -> named(verdict, figure) + figure.expected()),
                        joined(verdict, Comparison.Figure::got),
                        joined(verdict, Comparison.Figure::tolerance));
    }

    private static String named(Verdict verdict, Comparison.Figure figure) {
        return verdict.figures.size() > 1 ? figure.name() + "=" : "";
    }

    private static String joined(Verdict verdict, java.util.function.Function<Comparison.Figure, String> part) {
        return verdict.figures.stream().map(part).collect(Collectors.joining(","));
    }
}
