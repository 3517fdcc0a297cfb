package org.metermint.app.tariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.metermint.tariff.Tariff;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.tariff.TariffJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** docs/reference/tariff.schema.json lets every document in that we write, and nothing that we do not read. */
class TariffSchemaTest {
    private static final Path ROOT = Path.of(System.getProperty("metermint.root"));
    private static final Schema SCHEMA = schema();
    private static final long SEED = Long.getLong("metermint.seed", 36);

    private static Schema schema() {
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(Files.readString(ROOT.resolve("docs/reference/tariff.schema.json")));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(ROOT.resolve("vectors/tariffs"))) {
            return all.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void allPublishedTariffsAreTried() throws IOException {
        assertThat(files()).hasSizeGreaterThanOrEqualTo(36);
    }

    @ParameterizedTest
    @MethodSource("files")
    void documentOfAPublishedTariff_fits_andIsRead(Path file) {
        for (Tariff version : TariffImportCommand.tariffs(file)) {
            String document = TariffJson.write(version);
            assertThat(SCHEMA.validate(JsonMapper.shared().readTree(document))).isEmpty();
            assertThat(TariffJson.parse(document)).isEqualTo(version);
        }
    }

    /** Documents with one place changed at random: whatever does not fit is refused, and the message says where. */
    @ParameterizedTest
    @MethodSource("files")
    void documentThatDoesNotFit_isRefused(Path file) {
        SplittableRandom random = new SplittableRandom(SEED);
        int refused = 0;
        for (Tariff version : TariffImportCommand.tariffs(file)) {
            for (int i = 0; i < 100; i++) {
                JsonNode document = JsonMapper.shared().readTree(TariffJson.write(version));
                String change = spoil(document, random);
                if (!SCHEMA.validate(document).isEmpty()) {
                    refused++;
                    assertThatThrownBy(
                                    () -> TariffJson.parse(document.toString()), "%s, seed %d: %s", file, SEED, change)
                            .isInstanceOf(RefusedException.class)
                            .hasMessageContaining("tariff document");
                }
            }
        }
        assertThat(refused).isPositive();
    }

    /** Takes a member away, adds one, or gives one another value. */
    private static String spoil(JsonNode document, SplittableRandom random) {
        List<ObjectNode> objects = new ArrayList<>();
        collect(document, objects);
        ObjectNode at = objects.get(random.nextInt(objects.size()));
        List<String> names = new ArrayList<>(at.propertyNames());
        if (names.isEmpty()) {
            at.put("unknown", 1);
            return "a member that is unknown";
        }
        String name = names.get(random.nextInt(names.size()));
        switch (random.nextInt(8)) {
            case 0 -> at.remove(name);
            case 1 -> at.put("unknown", 1);
            case 2 -> at.put(name, -1);
            case 3 -> at.put(name, "-1");
            case 4 -> at.put(name, "1");
            case 5 -> at.put(name, true);
            case 6 -> at.put(name, "x".repeat(200));
            default -> at.putNull(name);
        }
        return name + " of " + at;
    }

    private static void collect(JsonNode node, List<ObjectNode> objects) {
        if (node instanceof ObjectNode object) {
            objects.add(object);
            object.forEach(member -> collect(member, objects));
        } else if (node instanceof ArrayNode array) {
            array.forEach(member -> collect(member, objects));
        }
    }
}
