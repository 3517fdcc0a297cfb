package org.metermint.vending.tariff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.ChargeRule;
import org.metermint.tariff.Pricing;
import org.metermint.tariff.Purchase;
import org.metermint.tariff.Refusal;
import org.metermint.tariff.Tariff;

/** docs/reference/tariffs.md says what the engine does. */
class TariffReferenceTest {
    private static final Path PAGE = Path.of(System.getProperty("metermint.root"), "docs", "reference", "tariffs.md");

    private static List<String> all(String regex) throws IOException {
        return Pattern.compile(regex, Pattern.DOTALL | Pattern.MULTILINE)
                .matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static List<Tariff> tariffs() throws IOException {
        return all("```json\n(.*?)```").stream().map(TariffJson::parse).toList();
    }

    @Test
    void page_tariffsAsJson_readAsRecords() throws IOException {
        assertThat(tariffs())
                .extracting(Tariff::id)
                .containsExactly("za-eskom-homelight-20a", "za-tshwane-residential-prepaid");
        assertThat(Pricing.price(tariffs().getFirst(), BigDecimal.ZERO, BigDecimal.ONE))
                .isEqualByComparingTo("2.485265");
    }

    @Test
    void page_explanation_isWhatTheEngineSays() throws IOException {
        Assessment sale = (Assessment) Pricing.assess(
                tariffs().getLast(),
                new AccountPosition(YearMonth.of(2026, 3), new BigDecimal("58.4")),
                new Purchase.Tender(400_00, "ZAR"),
                Instant.parse("2026-03-15T10:00:00Z"),
                ZoneId.of("Africa/Johannesburg"));

        assertThat(all("```text\n(.*?)```").getFirst().lines()).isEqualTo(sale.explain());
    }

    @Test
    void page_refusals_areThoseOfTheEngineInOrderOfPrecedence() throws IOException {
        assertThat(all("^\\| `([A-Z_]+)` \\|[^|]*\\| (?:yes|no)"))
                .isEqualTo(Arrays.stream(Refusal.Code.values()).map(Enum::name).toList());
        assertThat(all("^\\| `([A-Z_]+)` \\|[^|]*\\| yes"))
                .isEqualTo(Arrays.stream(Refusal.Code.values())
                        .filter(Refusal.Code::retryable)
                        .map(Enum::name)
                        .toList());
    }

    @Test
    void page_rules_areThoseALevyCanHave() throws IOException {
        assertThat(all("^\\| `(P[A-Z]+_[A-Z_]+)` \\|"))
                .isEqualTo(Arrays.stream(ChargeRule.values())
                        .filter(rule -> rule.name().startsWith("PER"))
                        .map(Enum::name)
                        .toList());
    }
}
