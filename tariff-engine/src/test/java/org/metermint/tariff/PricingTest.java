package org.metermint.tariff;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class PricingTest {
    private static final ZoneId ZONE = ZoneId.of("Africa/Johannesburg");
    private static final Instant AT = Instant.parse("2026-03-15T10:00:00Z");
    private static final AccountPosition NOTHING_BOUGHT = AccountPosition.startOf(YearMonth.of(2026, 3));

    static Tariff flat() {
        return new Tariff(
                "za-eskom-homelight-legacy-flat",
                1,
                "Eskom HomeLight 1 (60 A)",
                "ZAR",
                2,
                "kWh",
                Instant.EPOCH,
                List.of(Block.of("0", "0.5217")),
                List.of(Levy.includedTax("VAT", "VAT 14 %", "14")),
                Rounding.STANDARD,
                Limits.STANDARD);
    }

    @Test
    void assess_flatTariffWithIncludedTax_splitsTheTender() {
        Assessment assessment =
                (Assessment) Pricing.assess(flat(), NOTHING_BOUGHT, new Purchase.Tender(200_00, "ZAR"), AT, ZONE);

        assertThat(assessment.exactUnits()).isEqualByComparingTo("383.362086");
        assertThat(assessment.issuedTenths()).isEqualTo(3834);
        assertThat(assessment.taxes()).isEqualTo(24_56);
        assertThat(assessment.energy()).isEqualTo(175_44);
        assertThat(assessment.after().units()).isEqualTo(new BigDecimal("383.400000"));
    }
}
