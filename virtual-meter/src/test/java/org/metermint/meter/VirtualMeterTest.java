package org.metermint.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.metermint.meter.TestMeters.KEY_64;
import static org.metermint.meter.TestMeters.credit;
import static org.metermint.meter.TestMeters.digits;
import static org.metermint.meter.TestMeters.electricity;
import static org.metermint.meter.TestMeters.kwhTenths;
import static org.metermint.meter.TestMeters.make;
import static org.metermint.meter.TestMeters.reasons;
import static org.metermint.meter.TestMeters.reopen;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.decode.Rejection;

class VirtualMeterTest {
    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve("a.meter");
    }

    private VirtualMeter newMeter() throws MeterFileException {
        return make(file(), electricity(EncryptionAlgorithm.EA07));
    }

    // ---- credit

    @Test
    void enter_credit_isAddedOnceAndSurvivesReopening() throws Exception {
        String digits = digits(credit(CreditType.ELECTRICITY, 7, 256), KEY_64);
        try (VirtualMeter meter = newMeter()) {
            assertThat(reasons(meter)).containsExactly(OpenReason.NO_CREDIT);
            Answer answer = meter.enter(digits);
            assertThat(answer.display()).isEqualTo("ACCEPT");
            assertThat(answer.result()).isEqualTo("Accept");
            assertThat(answer.accepted()).isTrue();
            assertThat(answer.credited()).hasToString("Optional[25.6 kWh]");
            assertThat(answer.balance()).hasToString("25.6 kWh");
            assertThat(answer.explanation()).isEqualTo("25.6 kWh was added; the credit is now 25.6 kWh");
            assertThat(reasons(meter)).isEmpty();
        }
        try (VirtualMeter meter = reopen(file())) {
            Answer again = meter.enter(digits);
            assertThat(again.display()).isEqualTo("USED");
            assertThat(again.result()).isEqualTo("UsedError");
            assertThat(again.rejection()).contains(Rejection.USED_ERROR);
            assertThat(again.credited()).isEmpty();
            assertThat(again.balance()).hasToString("25.6 kWh");
            assertThat(meter.status().balance()).isEqualTo(again.balance());
        }
    }

    // ---- the load

    @Test
    void run_untilTheCreditIsUsedUp_opensTheSwitchAndCreditClosesIt() throws Exception {
        try (VirtualMeter meter = newMeter()) {
            meter.enter(kwhTenths(7, 10));
            Consumption half = meter.run(500, Duration.ofHours(1));
            assertThat(half.complete()).isTrue();
            assertThat(half.balance().units(3)).isEqualTo(new BigDecimal("0.500"));
            Consumption rest = meter.run(2_000, Duration.ofHours(1));
            assertThat(rest.complete()).isFalse();
            assertThat(rest.drawn()).isEqualTo(Quantity.ofWattHours(500));
            assertThat(rest.openReasons()).containsExactly(OpenReason.NO_CREDIT);
            assertThat(meter.consume(Quantity.ofWattHours(1)).drawn()).isEqualTo(Quantity.ofWattHours(0));
            meter.enter(kwhTenths(8, 1));
            assertThat(reasons(meter)).isEmpty();
            assertThat(meter.status().consumed()).isEqualTo(Quantity.ofWattHours(1_000));
        }
    }
}
