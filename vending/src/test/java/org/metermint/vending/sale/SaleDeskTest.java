package org.metermint.vending.sale;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.token.CreditAmount;
import org.metermint.token.MeterPan;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.sale.SaleAnswer.Refused;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.supply.SupplyGroup;
import org.metermint.vending.tariff.PublishedTariffs;
import org.metermint.vending.vendor.ClientIdentity;

@Tag("database")
class SaleDeskTest {
    private static SaleFixture desk;

    @BeforeAll
    static void open() {
        desk = new SaleFixture();
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    @AfterEach
    void booksBalance() {
        assertThat(desk.vending.ledger().verify(desk.utility).faults()).isEmpty();
    }

    @Test
    void sale_ofThePublishedExample_buysItsUnits() {
        // the tariff's publisher reports this purchase: 200 rand, 58.4 kWh
        Sale sale = sold(desk.sell("example", desk.meter(), "200.00"));
        assertThat(sale.state()).isEqualTo(SaleState.ISSUED);
        assertThat(sale.credit().steps()).isEqualTo(584);
        assertThat(sale.tender()).hasToString("200.00 ZAR");
        assertThat(sale.tokens()).hasSize(1);
        assertThat(sale.testOnly()).isTrue();
        assertThat(sale.assessment().lines().stream()
                        .mapToLong(line -> line.amount())
                        .sum())
                .isEqualTo(20_000);
        assertThat(desk.vending.saleDesk().sale(desk.utility, sale.id())).contains(sale);
    }

    @Test
    void request_repeated_getsTheIdenticalAnswer() {
        MeterPan meter = desk.meter();
        SaleAnswer first = desk.sell("repeat", meter, "50");
        desk.clock.advance(Duration.ofMinutes(5));
        assertThat(desk.sell("repeat", meter, "50.00")).isEqualTo(first);
        assertThat(desk.vending.saleDesk().byRequest(desk.client, "repeat")).contains(first);
        desk.restart();
        assertThat(desk.sell("repeat", meter, "50.0")).isEqualTo(first);
    }

    @Test
    void request_sameIdWithAnotherBody_isRefused_andTheFirstStands() {
        MeterPan meter = desk.meter();
        SaleAnswer first = desk.sell("reuse", meter, "50");
        assertThat(code(desk.sell("reuse", meter, "51"))).isEqualTo(RefusalCode.REQUEST_ID_REUSED);
        assertThat(code(desk.sell("reuse", desk.meter(), "50"))).isEqualTo(RefusalCode.REQUEST_ID_REUSED);
        assertThat(desk.sell("reuse", meter, "50")).isEqualTo(first);
    }

    @Test
    void requestIds_ofTwoClients_areApart() {
        MeterPan meter = desk.meter();
        desk.vending.clients().create(desk.utility, "till-2", "corner-shop");
        ClientIdentity other = new ClientIdentity(desk.utility, "till-2", "corner-shop");
        Sale first = sold(desk.sell("same", meter, "50"));
        Sale second = sold(desk.vending.saleDesk().sell(other, SaleFixture.request("same", meter, "50")));
        assertThat(second.id()).isNotEqualTo(first.id());
    }

    @Test
    void refusals_bindTheirRequestId() {
        MeterPan meter = desk.meter();
        desk.vending.meters().setStatus(desk.utility, meter, MeterStatus.BLOCKED);
        SaleAnswer refused = desk.sell("blocked", meter, "50");
        assertThat(code(refused)).isEqualTo(RefusalCode.METER_BLOCKED);
        desk.vending.meters().setStatus(desk.utility, meter, MeterStatus.ACTIVE);
        assertThat(desk.sell("blocked", meter, "50")).isEqualTo(refused);
        assertThat(desk.vending.saleDesk().byRequest(desk.client, "blocked")).contains(refused);
        sold(desk.sell("lifted", meter, "50"));
    }

    @Test
    void refusals_nameTheFirstReason() {
        MeterPan meter = desk.meter();
        String drn = meter.drn().digits();
        String wrong = drn.substring(0, 10) + (drn.charAt(10) == '9' ? '0' : (char) (drn.charAt(10) + 1));
        Refused badDigit = refused(sell("r1", wrong, "50", "ZAR"));
        assertThat(badDigit.refusal().code()).isEqualTo(RefusalCode.METER_NUMBER_INVALID);
        assertThat(badDigit.refusal().detail()).contains(drn.charAt(10) + " would fit");
        assertThat(code(sell("r2", "123", "50", "ZAR"))).isEqualTo(RefusalCode.METER_NUMBER_INVALID);
        assertThat(code(sell("r3", "x".repeat(100_000), "50", "ZAR"))).isEqualTo(RefusalCode.METER_NUMBER_INVALID);
        assertThat(code(sell("r3-nul", "1234567890\0", "50", "ZAR"))).isEqualTo(RefusalCode.METER_NUMBER_INVALID);
        assertThat(code(sell("r3-half", "1234567890\ud800", "50", "ZAR"))).isEqualTo(RefusalCode.METER_NUMBER_INVALID);
        assertThat(code(sell("r4-nul", drn, "50", "U\0D"))).isEqualTo(RefusalCode.CURRENCY_MISMATCH);
        assertThat(code(sell("r4", drn, "50", "USD"))).isEqualTo(RefusalCode.CURRENCY_MISMATCH);
        assertThat(code(sell("r5", drn, "0", "ZAR"))).isEqualTo(RefusalCode.TENDER_INVALID);
        assertThat(code(sell("r6", drn, "-5", "ZAR"))).isEqualTo(RefusalCode.TENDER_INVALID);
        assertThat(code(sell("r7", drn, "5.001", "ZAR"))).isEqualTo(RefusalCode.TENDER_INVALID);
        assertThat(code(sell("r8", drn, "1e999999999", "ZAR"))).isEqualTo(RefusalCode.TENDER_TOO_LARGE);
        assertThat(code(sell("r9", drn, "5000.01", "ZAR"))).isEqualTo(RefusalCode.TENDER_TOO_LARGE);
        assertThat(code(sell("r10", drn, "4.99", "ZAR"))).isEqualTo(RefusalCode.TENDER_TOO_SMALL);
        assertThat(code(sell("r11", "12345678903", "50", "ZAR"))).isEqualTo(RefusalCode.METER_UNKNOWN);
        assertThat(code(desk.sell("r12", desk.bareMeter(SaleFixture.GROUP, 1), "50")))
                .isEqualTo(RefusalCode.ACCOUNT_MISSING);
        assertThat(code(sell("", drn, "50", "ZAR"))).isEqualTo(RefusalCode.REQUEST_ID_INVALID);
        assertThat(code(sell("with space", drn, "50", "ZAR"))).isEqualTo(RefusalCode.REQUEST_ID_INVALID);
        assertThat(code(sell("nul\0", drn, "50", "ZAR"))).isEqualTo(RefusalCode.REQUEST_ID_INVALID);
    }

    @Test
    void tokenIdentifiers_ofOneMeter_rise_andNeverTakeTheReservedMinute() {
        MeterPan meter = desk.meter();
        desk.clock.set("2026-03-11T23:59:10Z");
        try {
            List<Sale> sales = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sales.add(sold(desk.sell("tid-" + i, meter, "20")));
            }
            assertThat(sales.stream()
                            .map(sale -> sale.stamp()
                                    .orElseThrow()
                                    .identifier()
                                    .time(sale.stamp().orElseThrow().baseDate())
                                    .toString()))
                    .containsExactly(
                            "2026-03-11T23:59:00Z",
                            "2026-03-12T00:00:00Z",
                            "2026-03-12T00:02:00Z",
                            "2026-03-12T00:03:00Z");
            assertThat(sales.stream().map(sale -> sale.tokens().getLast().token()))
                    .doesNotHaveDuplicates();
            desk.clock.advance(Duration.ofHours(-1));
            TokenIdentifier last = sales.getLast().stamp().orElseThrow().identifier();
            assertThat(sold(desk.sell("tid-back", meter, "20"))
                            .stamp()
                            .orElseThrow()
                            .identifier())
                    .isEqualTo(last.next());
        } finally {
            desk.clock.set("2026-03-12T10:00:30Z");
        }
    }

    @Test
    void purchases_moveTheMonthsPosition_andStoredSalesRepriceToTheSameLines() {
        MeterPan meter = desk.meter();
        List<Sale> sales = new ArrayList<>();
        for (String tender : List.of("200", "400", "20", "5", "1234.56")) {
            sales.add(sold(desk.sell("step-" + tender, meter, tender)));
        }
        assertThat(sales.get(1).assessment().steps()).hasSize(2);
        for (Sale sale : sales) {
            assertThat(sale.assessment().again()).isEqualTo(sale.assessment());
            assertThat(sale.credit().steps()).isEqualTo(sale.assessment().issuedTenths());
            assertThat(new CreditAmount(sale.credit().steps()).onToken().tenths())
                    .isEqualTo(sale.credit().steps());
        }
        assertThat(desk.vending
                        .customers()
                        .accountOf(desk.utility, meter)
                        .orElseThrow()
                        .position())
                .isEqualTo(sales.getLast().assessment().after());
        desk.clock.set("2026-03-31T22:30:00Z"); // April in Johannesburg
        try {
            Sale april = sold(desk.sell("april", meter, "20"));
            assertThat(april.assessment().before().month()).isEqualTo(YearMonth.of(2026, 4));
            assertThat(april.assessment().before().units()).isEqualByComparingTo("0");
            desk.clock.set("2026-03-31T21:30:00Z");
            Refused behind = refused(desk.sell("march-again", meter, "20"));
            assertThat(behind.refusal().code()).isEqualTo(RefusalCode.CLOCK_BEHIND);
            assertThat(desk.vending.saleDesk().byRequest(desk.client, "march-again"))
                    .isEmpty();
        } finally {
            desk.clock.set("2026-04-01T10:00:30Z");
        }
    }

    @Test
    void flatTariff_sells() {
        Sale sale = sold(desk.sell("flat", desk.meter(SaleFixture.GROUP, 1, PublishedTariffs.FLAT), "200.00"));
        assertThat(sale.assessment().taxes()).isEqualTo(2456);
        assertThat(sale.credit().steps()).isEqualTo(3834);
    }

    @Test
    void rollOver_meterOnBaseDate1993_getsKeyChangeSetAndCreditTogether() {
        MeterPan meter = desk.meter(SaleFixture.ROLLED_OVER, 1, PublishedTariffs.INCLINING);
        Sale sale = sold(desk.sell("roll-over", meter, "100"));
        assertThat(sale.tokens().stream().map(SaleToken::kind))
                .containsExactly(
                        SaleToken.Kind.KEY_CHANGE,
                        SaleToken.Kind.KEY_CHANGE,
                        SaleToken.Kind.KEY_CHANGE,
                        SaleToken.Kind.KEY_CHANGE,
                        SaleToken.Kind.CREDIT);
        assertThat(sale.tokens().stream().map(SaleToken::number)).containsExactly(1, 2, 3, 4, 5);
        assertThat(sale.stamp().orElseThrow().baseDate().year()).isEqualTo(2014);
        assertThat(desk.vending
                        .meters()
                        .find(desk.utility, meter)
                        .orElseThrow()
                        .revision()
                        .value())
                .isEqualTo(4);
        assertThat(sold(desk.sell("roll-over-2", meter, "100")).tokens()).hasSize(1);
        assertThat(desk.sell("roll-over", meter, "100")).isEqualTo(new Sold(sale));
    }

    @Test
    void keyChange_byPolicyRefuse_isRefusedWithTheRemedy() {
        MeterPan meter = desk.meter(SaleFixture.ROLLED_OVER, 1, PublishedTariffs.INCLINING);
        desk.vending.utilities().change(desk.utility, withPolicy(org.metermint.vending.utility.KeyChangePolicy.REFUSE));
        try {
            Refused refused = refused(desk.sell("policy", meter, "100"));
            assertThat(refused.refusal().code()).isEqualTo(RefusalCode.KEY_CHANGE_REQUIRED);
            assertThat(refused.refusal().detail()).contains("key revision 1 and must be on 4");
        } finally {
            desk.vending.utilities().change(desk.utility, SaleFixture.SETTINGS);
        }
        sold(desk.sell("policy-2", meter, "100"));
    }

    private static org.metermint.vending.utility.UtilitySettings withPolicy(
            org.metermint.vending.utility.KeyChangePolicy policy) {
        var old = SaleFixture.SETTINGS;
        return new org.metermint.vending.utility.UtilitySettings(
                old.name(),
                old.currency(),
                old.minorDigits(),
                old.zone(),
                policy,
                old.smallestTender(),
                old.largestTender());
    }

    @Test
    void supplyGroup_stillOnBaseDate1993_sellsNothing() {
        MeterPan meter = desk.meter(SaleFixture.ROLLED_OVER, 1, PublishedTariffs.INCLINING);
        SupplyGroup group = desk.vending
                .supplyGroups()
                .find(desk.utility, SaleFixture.ROLLED_OVER)
                .orElseThrow();
        desk.vending.supplyGroups().moveTo(desk.utility, group.code(), new org.metermint.token.KeyRevisionNumber(1));
        try {
            Refused refused = refused(desk.sell("base-1993", meter, "100"));
            assertThat(refused.refusal().code()).isEqualTo(RefusalCode.VENDING_KEY_NOT_USABLE);
            assertThat(refused.refusal().detail()).contains("base date 1993").contains("expired at 2024-11-24");
        } finally {
            desk.vending.supplyGroups().moveTo(desk.utility, group.code(), group.revision());
        }
    }

    @Test
    void vendingKey_absent_isRefused() {
        MeterPan meter = desk.meter(SaleFixture.ROLLED_OVER, 9, PublishedTariffs.INCLINING);
        assertThat(code(desk.sell("absent", meter, "100"))).isEqualTo(RefusalCode.VENDING_KEY_MISSING);
    }

    @Test
    void sale_ofAnotherUtility_isInvisible() {
        Sale sale = sold(desk.sell("mine", desk.meter(), "50"));
        var other =
                desk.vending.utilities().register("other", SaleFixture.SETTINGS).id();
        assertThat(desk.vending.saleDesk().sale(other, sale.id())).isEmpty();
        assertThat(desk.vending.customers().find(other, "C-1", 10)).isEmpty();
        assertThat(desk.vending.saleDesk().byRequest(new ClientIdentity(other, "till-1", "corner-shop"), "mine"))
                .isEmpty();
        assertThat(desk.vending.saleDesk().sale(desk.utility, UUID.randomUUID()))
                .isEqualTo(Optional.empty());
    }

    private static SaleAnswer sell(String id, String meter, String tender, String currency) {
        return desk.vending
                .saleDesk()
                .sell(desk.client, new SaleRequest(id, meter, new BigDecimal(tender), currency, PaymentType.CASH));
    }

    private static Sale sold(SaleAnswer answer) {
        assertThat(answer).isInstanceOf(Sold.class);
        return ((Sold) answer).sale();
    }

    private static Refused refused(SaleAnswer answer) {
        assertThat(answer).isInstanceOf(Refused.class);
        return (Refused) answer;
    }

    private static RefusalCode code(SaleAnswer answer) {
        return refused(answer).refusal().code();
    }
}
