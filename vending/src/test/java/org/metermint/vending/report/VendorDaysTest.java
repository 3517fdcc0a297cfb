package org.metermint.vending.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.outbox.OutboxEvent;
import org.metermint.vending.report.internal.VendorDayCount;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer.Sold;

class VendorDaysTest {
    @Test
    void sales_areCountedOnTheDayOfTheUtility_andOtherEventsAreNot() {
        try (SaleFixture desk = new SaleFixture()) {
            VendorDayCount count = new VendorDayCount(new UtilityTransactions(desk.pool));
            count.handle(desk.utility, List.of(event(desk, "50", 1), event(desk, "20", 2)));
            desk.clock.set("2026-03-10T22:00:00Z");
            OutboxEvent next = event(desk, "30", 3);
            count.handle(
                    desk.utility,
                    List.of(next, new OutboxEvent(4, next.at(), "SALE_DELIVERED", next.subject(), next.meter())));
            LocalDate day = LocalDate.parse("2026-03-10");
            assertThat(count.between(desk.utility, day, day.plusDays(1)))
                    .containsExactly(
                            new VendorDay(day, "corner-shop", 2, 0, 7_000),
                            new VendorDay(day.plusDays(1), "corner-shop", 1, 0, 3_000));
        }
    }

    private static OutboxEvent event(SaleFixture desk, String tender, long seq) {
        Sale sale = ((Sold) desk.sell("sale-" + seq, desk.meter(), tender)).sale();
        return new OutboxEvent(seq, desk.clock.instant(), "SALE_ISSUED", sale.id(), Optional.empty());
    }
}
