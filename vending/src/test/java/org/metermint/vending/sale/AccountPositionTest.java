package org.metermint.vending.sale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.vending.SaleFixture.GROUP;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Block;
import org.metermint.tariff.Charge;
import org.metermint.tariff.ChargeState;
import org.metermint.tariff.Continuity;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Line;
import org.metermint.tariff.Tariff;
import org.metermint.token.MeterPan;
import org.metermint.vending.FaultyModule.Fault;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.customer.Account;
import org.metermint.vending.customer.Customers;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleAnswer.Refused;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;

/** What an account remembers of its purchases: charges and the loss of a lifeline. */
@Tag("database")
class AccountPositionTest {
    private final SaleFixture desk = new SaleFixture();

    @AfterEach
    void close() {
        desk.close();
    }

    @Test
    void monthlyCharge_isCollectedOnceAMonth_asFarAsTheMoneyReaches() {
        MeterPan meter = meter(tariff(
                "rent",
                Energy.blocks(List.of(Block.of("0", "2"))),
                Charge.of("RENT", "Rent", Charge.Period.MONTH, "30")));

        Sale first = sold("r-1", meter, "100");
        assertThat(charge(first)).isEqualTo(30_00);
        assertThat(position(meter).charges())
                .isEqualTo(Map.of("RENT", new ChargeState(LocalDate.parse("2026-03-31"), BigDecimal.ZERO)));

        assertThat(charge(sold("r-2", meter, "50"))).isZero();

        desk.clock.set("2026-05-02T10:00:00Z");
        Sale later = sold("r-3", meter, "100");
        assertThat(charge(later)).as("April and May").isEqualTo(60_00);
        assertThat(position(meter)).isEqualTo(later.assessment().after());
        assertThat(desk.vending.saleDesk().sale(desk.utility, later.id())).contains(later);
        assertThat(desk.vending.ledger().verify(desk.utility).faults()).isEmpty();
    }

    @Test
    void lossOfALifeline_isPaidOverPurchases() {
        MeterPan meter = meter(tariff(
                "lifeline",
                new Energy.Lifeline(
                        new BigDecimal("30"), new BigDecimal("1"), List.of(Block.of("0", "3"), Block.of("300", "4")))));
        assertThat(sold("r-1", meter, "30").assessment().issuedTenths())
                .as("all of the lifeline")
                .isEqualTo(300);
        AccountPosition within = position(meter);

        Refused nothing = (Refused) desk.sell("r-2", meter, "40"); // leaving it costs 60
        assertThat(nothing.refusal().code()).isEqualTo(RefusalCode.TENDER_TOO_SMALL);
        assertThat(position(meter)).isEqualTo(within);

        Sale crossing = sold("r-3", meter, "100");
        assertThat(crossing.assessment().issuedTenths()).as("40 at 3").isEqualTo(134);
        assertThat(position(meter).lifelineLossPaid()).isEqualByComparingTo("60");
        assertThat(position(meter)).isEqualTo(crossing.assessment().after());
        assertThat(sold("r-4", meter, "30").assessment().issuedTenths())
                .as("the loss is paid")
                .isEqualTo(100);
    }

    @Test
    void saleThatTheModuleRefuses_leavesThePositionAsItWas() throws Exception {
        MeterPan meter = meter(tariff(
                "rent",
                Energy.blocks(List.of(Block.of("0", "2"))),
                Charge.of("RENT", "Rent", Charge.Period.MONTH, "30")));
        sold("r-1", meter, "100");
        desk.clock.set("2026-04-02T10:00:00Z");
        AccountPosition march = position(meter);
        desk.issueElsewhere(meter, Duration.ofHours(1));

        assertThat(desk.sell("r-2", meter, "100")).isInstanceOf(Refused.class);

        assertThat(position(meter).charges()).isEqualTo(march.charges());
        assertThat(position(meter).lastPurchase()).isEqualTo(march.lastPurchase());
        desk.clock.advance(Duration.ofHours(2));
        assertThat(charge(sold("r-3", meter, "100"))).as("April, once").isEqualTo(30_00);
    }

    @Test
    void reversedSale_givesUnitsBack_andItsChargeIsDueAgain_laterPurchasesStay() {
        MeterPan meter = meter(tariff(
                "rent",
                Energy.blocks(List.of(Block.of("0", "2"))),
                Charge.of("RENT", "Rent", Charge.Period.MONTH, "30")));
        Sale first = sold("r-1", meter, "100");
        Sale second = sold("r-2", meter, "50");
        assertThat(charge(second)).isZero();
        assertThat(position(meter).units()).isEqualByComparingTo("60");

        desk.reverse(first);

        assertThat(position(meter).units()).as("what the second bought").isEqualByComparingTo("25");
        Sale third = sold("r-3", meter, "80");
        assertThat(charge(third)).as("March, once more").isEqualTo(30_00);
        assertThat(charge(sold("r-4", meter, "80"))).isZero();
        assertThat(desk.vending.ledger().verify(desk.utility).faults()).isEmpty();
    }

    @Test
    void otherMeter_goesOnWhereTheOldOneStood_andTheOldOneSellsNoMore() {
        MeterPan meter = meter(tariff(
                "blocks",
                Energy.blocks(List.of(Block.of("0", "1"), Block.of("50", "2"))),
                Charge.of("RENT", "Rent", Charge.Period.MONTH, "30")));
        Sale first = sold("r-1", meter, "80");
        assertThat(first.assessment().issuedTenths())
                .as("50 at 1, after the rent")
                .isEqualTo(500);
        String account = desk.vending
                .customers()
                .accountOf(desk.utility, meter)
                .orElseThrow()
                .number();
        MeterPan other = desk.bareMeter(GROUP, 1);
        ClientIdentity admin = new ClientIdentity(desk.utility, "admin", "office", Role.ADMINISTRATOR);
        Customers customers = desk.vending.customers();
        Account replaced = customers.replaceMeter(admin, account, other, "display dark");
        assertThat(replaced.meter()).contains(other);
        assertThat(customers.replaceMeter(admin, account, other, "again")).isEqualTo(replaced);

        Sale second = sold("r-2", other, "20");
        assertThat(charge(second)).as("the rent of March is paid").isZero();
        assertThat(second.assessment().issuedTenths()).as("at 2").isEqualTo(100);
        assertThat(((Refused) desk.sell("r-3", meter, "20")).refusal().code()).isEqualTo(RefusalCode.ACCOUNT_MISSING);
        assertThat(desk.vending.meters().find(desk.utility, meter).orElseThrow().status())
                .isEqualTo(MeterStatus.BLOCKED);
        desk.reverse(first);
        assertThat(position(other).units()).as("what the new meter bought").isEqualByComparingTo("10");

        MeterPan taken = desk.meter();
        assertThatThrownBy(() -> customers.replaceMeter(admin, account, taken, "mixed up"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().code()).isEqualTo(RefusalCode.ALREADY_EXISTS));
        assertThatThrownBy(() -> customers.replaceMeter(desk.client, account, meter, "mine"))
                .hasMessageContaining("ADMINISTRATOR");
        assertThat(desk.vending.meters().find(desk.utility, other).orElseThrow().status())
                .as("nothing half done")
                .isEqualTo(MeterStatus.ACTIVE);
        assertThat(desk.vending.ledger().verify(desk.utility).faults()).isEmpty();
    }

    @Test
    void versionWithinAMonth_keepsTheUnits_orForgetsThem_asItSays() {
        Energy blocks = Energy.blocks(List.of(Block.of("0", "1"), Block.of("50", "2")));
        for (Continuity.OnChange onChange : Continuity.OnChange.values()) {
            String id = "change-" + onChange.name().toLowerCase(Locale.ROOT);
            desk.clock.set("2026-03-10T10:00:00Z");
            MeterPan meter = meter(tariff(id, blocks));
            assertThat(sold(id + "-1", meter, "50").assessment().issuedTenths()).isEqualTo(500);
            Tariff like = tariff(id, blocks);
            desk.change(new Tariff(
                    id,
                    2,
                    id,
                    like.currency(),
                    like.minorDigits(),
                    like.unit(),
                    Instant.parse("2026-03-12T00:00:00Z"),
                    blocks,
                    List.of(),
                    List.of(),
                    Deductions.STANDARD,
                    new Continuity(onChange, Continuity.NewAccount.FULL),
                    like.rounding(),
                    like.limits()));
            desk.clock.set("2026-03-12T10:00:00Z");
            Sale after = sold(id + "-2", meter, "50");
            assertThat(after.assessment().tariff().version()).isEqualTo(2);
            assertThat(after.assessment().issuedTenths()).isEqualTo(onChange == Continuity.OnChange.KEEP ? 250 : 500);
            assertThat(after.assessment().again()).isEqualTo(after.assessment());
        }
    }

    @Test
    void saleOfTheLastMinute_recoveredAfterMidnight_belongsToItsMonth() {
        MeterPan meter = meter(tariff(
                "blocks",
                Energy.blocks(List.of(Block.of("0", "1"), Block.of("50", "2"))),
                Charge.of("RENT", "Rent", Charge.Period.MONTH, "30")));
        desk.clock.set("2026-03-31T21:59:30Z");
        desk.module.fail(Fault.AFTER);
        assertThat(desk.sell("r-1", meter, "80")).isInstanceOf(Refused.class);
        desk.module.fail(Fault.NONE);
        desk.restart();
        desk.clock.set("2026-03-31T22:00:30Z");
        Sale march = sold("r-1", meter, "80");
        assertThat(march.receivedAt()).isEqualTo(Instant.parse("2026-03-31T21:59:30Z"));
        assertThat(march.assessment().after().month()).isEqualTo(YearMonth.of(2026, 3));
        assertThat(charge(march)).isEqualTo(30_00);
        Sale april = sold("r-2", meter, "80");
        assertThat(charge(april)).as("that of April").isEqualTo(30_00);
        assertThat(april.assessment().issuedTenths())
                .as("the blocks begin anew")
                .isEqualTo(500);
    }

    private Tariff tariff(String id, Energy energy, Charge... charges) {
        return SaleFixture.tariff(id, energy, List.of(), List.of(charges), Deductions.STANDARD, Continuity.STANDARD);
    }

    private MeterPan meter(Tariff tariff) {
        desk.vending.tariffs().add(desk.utility, tariff);
        return desk.meter(GROUP, 1, tariff.id());
    }

    private Sale sold(String id, MeterPan meter, String tender) {
        return ((Sold) desk.sell(id, meter, tender)).sale();
    }

    private AccountPosition position(MeterPan meter) {
        return desk.vending
                .customers()
                .accountOf(desk.utility, meter)
                .orElseThrow()
                .position();
    }

    private static long charge(Sale sale) {
        return sale.assessment().lines().stream()
                .filter(line -> line.kind() == Line.Kind.CHARGE)
                .mapToLong(Line::amount)
                .sum();
    }
}
