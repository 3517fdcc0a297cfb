package org.metermint.vending.sale.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.metermint.token.MeterPan;
import org.metermint.vending.FaultyModule.Fault;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleAnswer.Refused;
import org.metermint.vending.sale.SaleAnswer.Sold;

class PatienceTest {
    @Test
    void deskThatIsFull_turnsAway_andBindsNothing_andALateAnswerIsFoundAgain() {
        try (SaleFixture fixture = new SaleFixture(4);
                BatchingSaleDesk desk = TestDesk.of(fixture, Duration.ofSeconds(2), 1)) {
            MeterPan meter = fixture.meter();
            fixture.module.fail(Fault.SLOW);
            assertThat(code(desk.sell(fixture.client, SaleFixture.request("slow", meter, "20"))))
                    .isEqualTo(RefusalCode.SALE_IN_PROGRESS);
            assertThat(code(desk.sell(fixture.client, SaleFixture.request("in line", meter, "20"))))
                    .isEqualTo(RefusalCode.REQUEST_ID_INVALID);
            assertThat(code(desk.sell(fixture.client, SaleFixture.request("in-line", meter, "20"))))
                    .isEqualTo(RefusalCode.SALE_IN_PROGRESS);
            assertThat(code(desk.sell(fixture.client, SaleFixture.request("crowd", meter, "20"))))
                    .isEqualTo(RefusalCode.OVERLOADED);
            assertThat(desk.byRequest(fixture.client, "crowd")).isEmpty();

            fixture.module.release();
            SaleAnswer late = desk.sell(fixture.client, SaleFixture.request("slow", meter, "20"));
            assertThat(late).isInstanceOf(Sold.class);
            assertThat(desk.byRequest(fixture.client, "slow")).contains(late);
            // the place is given back a moment after the answer
            SaleAnswer again;
            do {
                again = desk.sell(fixture.client, SaleFixture.request("crowd", meter, "20"));
            } while (again instanceof Refused refused && refused.retryable());
            assertThat(again).isInstanceOf(Sold.class);
            assertThat(fixture.vending.ledger().verify(fixture.utility).proved())
                    .isTrue();
        }
    }

    private static RefusalCode code(SaleAnswer answer) {
        assertThat(answer).isInstanceOf(Refused.class);
        return ((Refused) answer).refusal().code();
    }
}
