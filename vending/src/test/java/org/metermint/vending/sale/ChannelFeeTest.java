package org.metermint.vending.sale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.tariff.Block;
import org.metermint.tariff.ChargeRule;
import org.metermint.tariff.Continuity;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Levy;
import org.metermint.tariff.Line;
import org.metermint.tariff.Tariff;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.debt.DebtFixture;
import org.metermint.vending.receipt.Paper;
import org.metermint.vending.receipt.Receipt;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.vendor.ChannelFee;

/** What a vendor's customers pay for each sale, over the desk: priced, booked, printed, kept and priced again. */
@Tag("database")
class ChannelFeeTest {
    private static final String VENDOR = "corner-shop";

    private static DebtFixture fixture;
    private static int requests;

    @BeforeAll
    static void open() {
        fixture = new DebtFixture();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @BeforeEach
    void laterThanBefore() {
        fixture.desk.clock.advance(Duration.ofMinutes(10));
    }

    @Test
    void fee_isTakenFromThePayment_bookedAndPrinted() {
        MeterPan meter = fixture.meter();
        long booked = fixture.booked("fee/channel");
        fee(5_00, "0", OptionalLong.empty());
        Sale sale = sell(meter, "100");
        assertThat(fee(sale)).isEqualTo(5_00);
        assertThat(sale.assessment().energy()).isEqualTo(95_00);
        assertThat(sale.credit().amount()).isEqualByComparingTo("47.5");
        assertThat(fixture.booked("fee/channel")).isEqualTo(booked - 5_00);
        fixture.assertBooks();
        assertThat(kept(sale)).isEqualTo(sale);
        assertThat(kept(sale).assessment().again()).isEqualTo(sale.assessment());

        Receipt receipt = fixture.desk.vending.receipts().of(sale);
        assertThat(receipt.lines())
                .contains(new Receipt.Line(
                        Deductions.FEE, "Channel fee", "5.00", "FEE", Optional.empty(), Optional.empty()));
        assertThat(fixture.desk.vending.receipts().text(receipt, Paper.MM_58))
                .contains("Channel fee                 5.00");
    }

    @Test
    void percentage_endsAtItsLimit() {
        MeterPan meter = fixture.meter();
        fee(1_00, "2", OptionalLong.of(4_00));
        assertThat(fee(sell(meter, "100"))).isEqualTo(3_00);
        assertThat(fee(sell(meter, "100.25"))).as("3.005").isEqualTo(3_01);
        assertThat(fee(sell(meter, "1000"))).isEqualTo(4_00);
    }

    @Test
    void units_costTheirPriceAndTheFeeOfThatVeryTender() {
        MeterPan meter = fixture.meter();
        fee(1_00, "10", OptionalLong.empty());
        Sale sale = ((Sold) fixture.desk.vending.saleDesk().sell(fixture.desk.client, units(meter, "45.0"))).sale();
        assertThat(sale.credit().amount()).isEqualByComparingTo("45.0");
        ChannelFee present = fixture.desk
                .vending
                .vendors()
                .fees(fixture.desk.utility, VENDOR)
                .getLast();
        assertThat(fee(sale)).isEqualTo(present.of(sale.tender().minor()));
        // between the prices of 44.9 and 45.0 units, 2.00 each, with a ninth of that and of 1.00 on top
        assertThat(sale.tender().minor()).isBetween(100_88L, 101_12L);
        assertThat(kept(sale).assessment().again()).isEqualTo(sale.assessment());
        assertThat(sell(meter, sale.tender().decimal()).credit().amount())
                .as("the same money buys the same")
                .isEqualByComparingTo("45.0");
    }

    @Test
    void feeThatIsNotLessThanThePayment_refusesTheSale_andLeavesNoTrace() {
        MeterPan meter = fixture.meter();
        long booked = fixture.booked("fee/channel");
        long balance = balance();
        fee(20_00, "0", OptionalLong.empty());
        for (String tender : List.of("5", "20")) {
            assertThat(fixture.desk.sell("small-" + tender, meter, tender))
                    .isInstanceOfSatisfying(
                            SaleAnswer.Refused.class,
                            refused -> assertThat(refused.refusal().code()).isEqualTo(RefusalCode.TENDER_TOO_SMALL));
        }
        assertThat(fixture.booked("fee/channel")).isEqualTo(booked);
        assertThat(balance()).isEqualTo(balance);
        assertThat(fee(sell(meter, "20.30"))).as("0.30 are left for energy").isEqualTo(20_00);
        fixture.assertBooks();
    }

    @Test
    void version_pricesFromItsInstant_andASaleKeepsTheOneItWasMadeUnder() {
        MeterPan meter = fixture.meter();
        fee(5_00, "0", OptionalLong.empty());
        Sale before = sell(meter, "100");
        Instant start = fixture.desk.clock.instant().plusSeconds(60);
        fee(7_00, "0", OptionalLong.empty(), start);
        assertThat(fee(sell(meter, "100"))).isEqualTo(5_00);
        fixture.desk.clock.advance(Duration.ofSeconds(60));
        assertThat(fee(sell(meter, "100"))).isEqualTo(7_00);
        fixture.desk.clock.advance(Duration.ofSeconds(1));
        fee(0, "0", OptionalLong.empty());
        assertThat(sell(meter, "100").assessment().lines()).noneMatch(line -> line.kind() == Line.Kind.FEE);
        fixture.desk.restart();
        assertThat(fee(kept(before))).isEqualTo(5_00);
        assertThat(kept(before).assessment().again()).isEqualTo(before.assessment());
    }

    @Test
    void quote_tellsTheFee_andAReversalGivesItBack() {
        MeterPan meter = fixture.meter();
        fee(5_00, "0", OptionalLong.empty());
        SaleRequest request = SaleFixture.request("quote", meter, "100");
        Quotes.Quote quote = fixture.desk.vending.quotes().quote(fixture.desk.client, request, Locale.ENGLISH);
        assertThat(quote.priced().assessment().lines())
                .anyMatch(line -> line.kind() == Line.Kind.FEE && line.amount() == 5_00);
        assertThat(String.join("\n", quote.words())).contains("ZAR 5.00");

        long booked = fixture.booked("fee/channel");
        Sale sale = sell(meter, "100");
        fixture.desk.reverse(sale);
        assertThat(fixture.booked("fee/channel")).isEqualTo(booked);
        fixture.assertBooks();
    }

    /** Of a payment of 115 the fee of 15 is taken first, so that a levy of 10 % of what is left is 10. */
    @Test
    void tariff_saysWhatTheFeeIsTakenBefore() {
        Tariff tariff = SaleFixture.tariff(
                "fee-first",
                Energy.blocks(List.of(Block.of("0", "2"))),
                List.of(new Levy(
                        "STREETS",
                        "Street lights",
                        Levy.Kind.LEVY,
                        ChargeRule.PERCENT_OF_PAYMENT,
                        BigDecimal.TEN,
                        List.of())),
                List.of(),
                Deductions.inOrder(Deductions.FEE, "STREETS"),
                Continuity.STANDARD);
        fixture.desk.vending.tariffs().add(fixture.desk.utility, tariff);
        MeterPan meter = fixture.desk.meter(SaleFixture.GROUP, 1, tariff.id());
        fee(15_00, "0", OptionalLong.empty());
        Sale sale = sell(meter, "115");
        assertThat(sale.assessment().levies()).isEqualTo(10_00);
        assertThat(sale.assessment().energy()).isEqualTo(90_00);
    }

    @Test
    void anyFee_ofAnyTender_sumsUp_andIsPricedAgain() {
        long seed = Long.getLong("metermint.seed", System.nanoTime());
        Random random = new Random(seed);
        MeterPan meter = fixture.meter();
        for (int i = 0; i < 60; i++) {
            long perSale = random.nextInt(600);
            fixture.desk.clock.advance(Duration.ofMinutes(1));
            fee(
                    perSale,
                    BigDecimal.valueOf(random.nextInt(50_0000), 4).toPlainString(),
                    random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(perSale + random.nextInt(5_000)));
            String tender =
                    BigDecimal.valueOf(20_00 + random.nextInt(200_00), 2).toPlainString();
            Sale sale = sell(meter, tender);
            ChannelFee present = fixture.desk
                    .vending
                    .vendors()
                    .fees(fixture.desk.utility, VENDOR)
                    .getLast();
            assertThat(fee(sale))
                    .as("seed %d", seed)
                    .isEqualTo(present.of(sale.tender().minor()));
            assertThat(sale.assessment().lines().stream()
                            .mapToLong(Line::amount)
                            .sum())
                    .as("seed %d", seed)
                    .isEqualTo(sale.tender().minor());
            assertThat(kept(sale).assessment().again()).as("seed %d", seed).isEqualTo(sale.assessment());
        }
        fixture.assertBooks();
    }

    @Test
    void versions_areNumbered_riseInTime_andStay() {
        fee(5_00, "0", OptionalLong.empty());
        List<ChannelFee> fees = fixture.desk.vending.vendors().fees(fixture.desk.utility, VENDOR);
        ChannelFee last = fees.getLast();
        assertThat(fixture.desk.vending.vendors().addFee(fixture.desk.utility, VENDOR, last))
                .isEqualTo(last);
        assertThat(fixture.desk.vending.vendors().fees(fixture.desk.utility, VENDOR))
                .isEqualTo(fees);
        refused(
                new ChannelFee(last.version(), last.effectiveFrom(), 6_00, BigDecimal.ZERO, OptionalLong.empty()),
                RefusalCode.ALREADY_EXISTS);
        refused(
                new ChannelFee(last.version() + 1, last.effectiveFrom(), 6_00, BigDecimal.ZERO, OptionalLong.empty()),
                RefusalCode.FIELD_INVALID);
        refused(
                new ChannelFee(
                        last.version() + 2,
                        last.effectiveFrom().plusSeconds(1),
                        6_00,
                        BigDecimal.ZERO,
                        OptionalLong.empty()),
                RefusalCode.FIELD_INVALID);
        assertThatThrownBy(() -> new ChannelFee(1, Instant.EPOCH, 0, new BigDecimal("50.0001"), OptionalLong.empty()))
                .hasMessageContaining("percent 50.0001 is outside 0..50");
        assertThatThrownBy(() -> new ChannelFee(1, Instant.EPOCH, 2, BigDecimal.ZERO, OptionalLong.of(1)))
                .hasMessageContaining("most, 1 minor units, is below per_sale, 2");
        assertThatThrownBy(() -> new ChannelFee(1, Instant.EPOCH, -1, BigDecimal.ZERO, OptionalLong.empty()))
                .hasMessageContaining("per_sale -1 is outside 0..1000000000");
    }

    private static void refused(ChannelFee fee, RefusalCode code) {
        assertThatThrownBy(() -> fixture.desk.vending.vendors().addFee(fixture.desk.utility, VENDOR, fee))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().code()).isEqualTo(code));
    }

    private static void fee(long perSale, String percent, OptionalLong most) {
        fee(perSale, percent, most, fixture.desk.clock.instant());
    }

    private static void fee(long perSale, String percent, OptionalLong most, Instant from) {
        int version = fixture.desk
                        .vending
                        .vendors()
                        .fees(fixture.desk.utility, VENDOR)
                        .size()
                + 1;
        fixture.desk
                .vending
                .vendors()
                .addFee(
                        fixture.desk.utility,
                        VENDOR,
                        new ChannelFee(version, from, perSale, new BigDecimal(percent), most));
    }

    private static long fee(Sale sale) {
        return sale.assessment().lines().stream()
                .filter(line -> line.kind() == Line.Kind.FEE)
                .mapToLong(Line::amount)
                .sum();
    }

    private static long balance() {
        return fixture.desk
                .vending
                .vendors()
                .find(fixture.desk.utility, VENDOR)
                .orElseThrow()
                .balance();
    }

    private static Sale sell(MeterPan meter, String tender) {
        return fixture.sold("fee-" + ++requests, meter, tender);
    }

    private static SaleRequest units(MeterPan meter, String units) {
        return new SaleRequest(
                "fee-" + ++requests,
                meter.drn().digits(),
                new SaleRequest.Units(new BigDecimal(units)),
                PaymentType.CASH,
                Optional.empty(),
                Optional.empty());
    }

    private static Sale kept(Sale sale) {
        return fixture.desk.vending.saleDesk().sale(sale.utility(), sale.id()).orElseThrow();
    }
}
