package org.metermint.app.tariff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.metermint.tariff.Tariff;
import org.metermint.vending.tariff.TariffJson;

/** The worked examples that utilities and the press published, checked as the command does. */
class PublishedTariffsTest {
    private static final Path TARIFFS = Path.of(System.getProperty("metermint.root"), "vectors", "tariffs");

    private static List<Path> files() {
        try (Stream<Path> files = Files.list(TARIFFS)) {
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

    @Test
    void files_all_areThere() {
        assertThat(files()).hasSize(36);
        assertThat(examples().stream().filter(Example::isDiscrepant)).hasSize(3);
        assertThat(examples()).hasSize(92);
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
