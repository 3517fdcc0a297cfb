package org.metermint.vending.tariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.tariff.Block;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Tariff;
import org.metermint.vending.refusal.RefusedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TariffJsonTest {
    @Test
    void readingIsTheInverseOfWriting() {
        for (String id : PublishedTariffs.ids()) {
            Tariff tariff = PublishedTariffs.load(id);
            assertThat(TariffJson.parse(TariffJson.write(tariff))).isEqualTo(tariff);
        }
    }

    @Test
    void publishedTariffs_haveTheBlocksOfTheirVectors() throws Exception {
        for (String id : PublishedTariffs.ids()) {
            Path file = Path.of(System.getProperty("metermint.root"), "vectors/tariffs/" + id + ".json");
            JsonNode blocks =
                    JsonMapper.shared().readTree(Files.readString(file)).get("blocks");
            Tariff tariff = PublishedTariffs.load(id);
            assertThat(((Energy.Blocks) tariff.energy()).blocks()).hasSize(blocks.size());
            for (int i = 0; i < blocks.size(); i++) {
                assertThat(((Energy.Blocks) tariff.energy()).blocks().get(i))
                        .isEqualTo(Block.of(
                                blocks.get(i).get("fromExclusive").asString(),
                                blocks.get(i).get("rate").asString()));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"version\": 1,          | \"version\": 1, \"versoin\": 2,  | versoin",
                "\"version\": 1,          | \"version\": 1, \"version\": 2,  | Duplicate",
                "\"version\": 1,          | ''                               | version",
                "\"currency\": \"ZAR\"    | \"currency\": null               | currency",
                "\"currency\": \"ZAR\"    | \"currency\": \"rand\"           | rand",
                "\"price\": \"0.5217\"    | \"price\": \"cheap\"             | price",
                "\"price\": \"0.5217\"    | \"price\": \"-1\"                | -1",
                "{                        | [                                | tariff document"
            })
    void wrongDocument_isRefused_namingTheMember(String text, String instead, String named) throws Exception {
        String document = TariffJson.write(PublishedTariffs.load(PublishedTariffs.FLAT))
                .replace("\":", "\": ")
                .replaceFirst(java.util.regex.Pattern.quote(text), java.util.regex.Matcher.quoteReplacement(instead));
        assertThatThrownBy(() -> TariffJson.parse(document))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(named);
    }
}
