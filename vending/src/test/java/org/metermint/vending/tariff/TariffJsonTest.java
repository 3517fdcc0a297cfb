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

    private static String document(String energy, String levies, String charges) {
        return """
                {"format": 2, "id": "t", "version": 1, "name": "T", "currency": "ZAR", "minorDigits": 2, "unit": "kWh",
                 "effectiveFrom": "2026-01-01T00:00:00Z", "energy": %s, "levies": %s, "charges": %s,
                 "rounding": {"amounts": "HALF_UP", "balance": "ENERGY", "position": "ISSUED", "displayDecimals": 1,
                 "displayUnits": "UP"},
                 "limits": {"minTender": 1, "maxTender": 1000000, "minTenths": 1, "maxTenths": 1000}}
                """.formatted(energy, levies, charges);
    }

    private static final String FLAT_ENERGY =
            "{\"kind\": \"BLOCKS\", \"blocks\": [{\"above\": \"0\", \"price\": \"1\"}]}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{\"kind\": \"BLOKS\"} | [] | [] | at energy.kind",
                "{\"kind\": \"BLOCKS\", \"blocks\": [{\"above\": \"0\"}]} | [] | [] | at energy.blocks[0].price: it is missing",
                "{\"kind\": \"LIFELINE\", \"upTo\": \"0\", \"price\": \"1\", \"blocks\": []} | [] | [] | at energy: lifeline upTo 0",
                "BLOCKS | [] | [{\"code\": \"A\", \"label\": \"A\", \"period\": \"WEEK\", \"amount\": \"1\"}] | at charges[0].period",
                "BLOCKS | [] | [{\"code\": \"A\", \"label\": \"A\", \"period\": \"DAY\", \"amount\": \"-1\"}] | at charges[0]: amount of charge A -1",
                "BLOCKS | [] | [{\"code\": \"A\", \"label\": \"A\", \"period\": \"DAY\"}] | at charges[0].amount: it is missing",
            })
    void wrongMember_isRefused_sayingWhereItStands(String energy, String levies, String charges, String where) {
        String document = document(energy.equals("BLOCKS") ? FLAT_ENERGY : energy, levies, charges);
        assertThatThrownBy(() -> TariffJson.parse(document))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(where);
    }

    @Test
    void firstFormat_withMembersOfTheSecond_isRefused() {
        String document = document(FLAT_ENERGY, "[]", "[]").replace("\"format\": 2", "\"format\": 1");
        assertThatThrownBy(() -> TariffJson.parse(document)).hasMessageContaining("at energy: it needs \"format\": 2");
    }
}
