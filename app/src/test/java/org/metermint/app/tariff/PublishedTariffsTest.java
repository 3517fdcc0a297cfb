package org.metermint.app.tariff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.metermint.tariff.Tariff;
import org.metermint.vending.tariff.TariffJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The worked examples that utilities and the press published, checked as the command does. */
class PublishedTariffsTest {
    private static final Path TARIFFS = Path.of(System.getProperty("metermint.root"), "vectors", "tariffs");

    private static List<Path> files() {
        return files(TARIFFS);
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Example> examples() {
        List<Example> examples = new ArrayList<>();
        for (Path path : files()) {
            PublishedFile file = new PublishedFile(TariffFiles.read(path));
            file.member("examples").forEach(example -> examples.add(new Example(file, example)));
        }
        return examples;
    }

    /** Examples that were worked out from the rules of a published file, by arithmetic apart from the engine. */
    private static List<Example> derived() {
        List<Example> examples = new ArrayList<>();
        for (Path path : files(TARIFFS.resolve("derived"))) {
            JsonNode read = TariffFiles.read(path);
            Path tariff = TARIFFS.resolve(read.path("tariffId").asString() + ".json");
            PublishedFile file = new PublishedFile(TariffFiles.read(tariff));
            read.path("examples").forEach(example -> examples.add(new Example(file, example)));
        }
        return examples;
    }

    @Test
    void files_all_areThere() {
        assertThat(files()).hasSize(36);
        assertThat(examples().stream().filter(Example::isDiscrepant)).hasSize(3);
        assertThat(examples()).hasSize(92);
        assertThat(files(TARIFFS.resolve("derived"))).hasSize(36);
    }

    @TestFactory
    Stream<DynamicTest> example_derivedFromTheRules_isPricedAsTheRulesSay() {
        Map<String, List<Example>> byTariff = derived().stream()
                .collect(Collectors.groupingBy(example -> example.file().id()));
        return byTariff.entrySet().stream()
                .map(tariff -> DynamicTest.dynamicTest(tariff.getKey(), () -> {
                    assertThat(tariff.getValue()).hasSizeGreaterThanOrEqualTo(4);
                    for (Example example : tariff.getValue()) {
                        assertThat(ExampleCheck.of(example).figures())
                                .as(example.id())
                                .isNotEmpty()
                                .allMatch(Comparison.Figure::agrees);
                    }
                }));
    }

    /** A check that agrees with everything would prove nothing: every expected figure is off by a little. */
    @TestFactory
    Stream<DynamicTest> example_withAFigureThatIsWrong_disagrees() {
        return Stream.concat(examples().stream(), derived().stream())
                .filter(example -> !example.isDiscrepant() && !example.kind().equals("receipt"))
                .collect(Collectors.groupingBy(example -> example.file().id()))
                .entrySet()
                .stream()
                .map(tariff -> DynamicTest.dynamicTest(tariff.getKey(), () -> {
                    for (Example example : tariff.getValue()) {
                        assertThat(ExampleCheck.of(spoiled(example)).agrees())
                                .as(example.id())
                                .isFalse();
                    }
                }));
    }

    /** The example with its first expected figure greater by a tenth and by twice the tolerance. */
    private static Example spoiled(Example example) {
        ObjectNode data = (ObjectNode) example.data().deepCopy();
        JsonNode expect = data.get("expect");
        Map.Entry<String, JsonNode> first = expect.properties().iterator().next();
        BigDecimal more = example.tolerance(first.getKey())
                .orElse(BigDecimal.ONE)
                .multiply(BigDecimal.TWO)
                .add(BigDecimal.ONE);
        if (first.getValue().isArray()) {
            ArrayNode figures = (ArrayNode) first.getValue();
            figures.set(0, spoiled(figures.get(0), more));
        } else if (first.getValue().isValueNode()) {
            ((ObjectNode) expect).put(first.getKey(), spoiled(first.getValue(), more));
        } else {
            ObjectNode components = (ObjectNode) first.getValue();
            Map.Entry<String, JsonNode> component =
                    components.properties().iterator().next();
            components.put(component.getKey(), spoiled(component.getValue(), more));
        }
        return new Example(example.file(), data);
    }

    private static String spoiled(JsonNode figure, BigDecimal more) {
        BigDecimal printed = PublishedFile.decimal(figure);
        return printed.multiply(new BigDecimal("1.1")).add(more).toPlainString();
    }

    @TestFactory
    Stream<DynamicTest> example_notDiscrepant_isPricedAsPublished() {
        return examples().stream()
                .filter(example -> !example.isDiscrepant())
                .map(example -> DynamicTest.dynamicTest(
                        example.id(),
                        () -> assertThat(ExampleCheck.of(example).figures())
                                .isNotEmpty()
                                .allMatch(Comparison.Figure::agrees)));
    }

    @TestFactory
    Stream<DynamicTest> file_imported_isADocumentThatReadsBack() {
        return files().stream()
                .map(path -> DynamicTest.dynamicTest(path.getFileName().toString(), () -> {
                    List<Tariff> versions = TariffImportCommand.tariffs(path);
                    assertThat(versions).isNotEmpty();
                    for (Tariff version : versions) {
                        assertThat(TariffJson.parse(TariffJson.write(version))).isEqualTo(version);
                    }
                }));
    }
}
