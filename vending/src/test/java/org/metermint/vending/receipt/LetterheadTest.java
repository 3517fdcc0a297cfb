package org.metermint.vending.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer.Sold;

@Tag("database")
class LetterheadTest {
    private static final Letterhead INVOICE = new Letterhead(
            Optional.of("Test Power Ltd"),
            List.of("1 Weir Road", "4001 Riverside"),
            Optional.of("4012345678"),
            Optional.of("0800 123 456"),
            Optional.of("TAX INVOICE"),
            Optional.of("Thank you"),
            CustomerDetails.NAME_AND_ADDRESS);

    private static SaleFixture desk;
    private static Letterheads letterheads;

    @BeforeAll
    static void open() {
        desk = new SaleFixture();
        letterheads = desk.vending.letterheads();
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    /** A utility without a letterhead, and nothing else. */
    private static UtilityId utility(String code) {
        return desk.vending.utilities().register(code, SaleFixture.SETTINGS).id();
    }

    @Test
    void receipt_isATaxInvoice_onceTheLetterheadSaysSo() {
        desk.clock.advance(Duration.ofMinutes(1));
        letterheads.add(desk.utility, INVOICE, Optional.empty());
        Receipt receipt = desk.vending.receipts().of(sell("invoice"));
        assertThat(receipt.utility()).isEqualTo("Test Power Ltd");
        assertThat(receipt.issuer().address()).containsExactly("1 Weir Road", "4001 Riverside");
        assertThat(receipt.customerAddress()).hasValue("12 Mopane St");
        assertThat(receipt.invoice()).hasValue(new Receipt.Invoice("TAX INVOICE", "173.91", "26.09", "200.00"));
        assertThat(receipt.lines().getLast().rate()).hasValue("15");
        assertThat(receipt.lines().getLast().taxable()).hasValue("173.91");
        assertThat(receipt.roundedUp()).hasValue("0.005839");
        assertThat(desk.vending.receipts().text(receipt, Paper.MM_58))
                .contains("TAX INVOICE", "Tax number 4012345678", "12 Mopane St", "15 % of 173.91", "Thank you");
    }

    @Test
    void copy_ofASale_saysWhatTheReceiptSaid() {
        desk.clock.advance(Duration.ofMinutes(1));
        letterheads.add(desk.utility, named("First Name", CustomerDetails.NAME), Optional.empty());
        Sale before = sell("before");
        Receipt first = desk.vending.receipts().of(before);
        desk.clock.advance(Duration.ofMinutes(1));
        letterheads.add(desk.utility, INVOICE, Optional.empty());
        Sale between = sell("between");
        desk.clock.advance(Duration.ofMinutes(1));
        letterheads.add(desk.utility, named("Another Name", CustomerDetails.MASKED), Optional.empty());

        assertThat(desk.vending.receipts().reprint(desk.utility, before.id()).orElseThrow())
                .returns("First Name", Receipt::utility)
                .returns(first.issuer(), Receipt::issuer)
                .returns(Optional.empty(), Receipt::invoice)
                .returns(Optional.of("Thandi Dlamini"), Receipt::customer);
        assertThat(desk.vending.receipts().reprint(desk.utility, between.id()).orElseThrow())
                .returns("Test Power Ltd", Receipt::utility)
                .returns(
                        "TAX INVOICE",
                        receipt -> receipt.invoice().orElseThrow().title());
        assertThat(desk.vending.receipts().of(sell("after")))
                .returns("Another Name", Receipt::utility)
                .returns(Optional.of("T. D***i"), Receipt::customer)
                .returns(Optional.empty(), Receipt::customerAddress);
    }

    @Test
    void version_ofALaterTime_holdsFromThenOn() {
        UtilityId utility = utility("later");
        Instant start = desk.clock.instant().plus(Duration.ofHours(1));
        letterheads.add(utility, INVOICE, Optional.of(start));
        assertThat(letterheads.at(utility, start.minusMillis(1))).isEqualTo(Letterhead.PLAIN);
        assertThat(letterheads.at(utility, start)).isEqualTo(INVOICE);
        assertThatThrownBy(() -> letterheads.add(utility, Letterhead.PLAIN, Optional.empty()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is not after that of the version added last");
    }

    @Test
    void version_addedAgain_changesNothing_andNoneBeginsInThePast() {
        UtilityId utility = utility("again");
        Letterhead.Version first = letterheads.add(utility, INVOICE, Optional.empty());
        desk.clock.advance(Duration.ofSeconds(1));
        assertThat(letterheads.add(utility, INVOICE, Optional.empty())).isEqualTo(first);
        assertThat(letterheads.add(utility, INVOICE, Optional.of(first.effectiveFrom())))
                .isEqualTo(first);
        assertThat(letterheads.versions(utility)).containsExactly(first);
        assertThatThrownBy(() -> letterheads.add(
                        utility,
                        Letterhead.PLAIN,
                        Optional.of(desk.clock.instant().minusMillis(1))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is before now")
                .hasMessageContaining("Give a later time");
    }

    @Test
    void texts_outsideTheirBounds_areRefusedByName() {
        assertThatThrownBy(() -> named("x".repeat(121), CustomerDetails.NAME)).hasMessageContaining("name of 121");
        assertThatThrownBy(() -> named("Power\u001B@", CustomerDetails.NAME)).hasMessageContaining("control character");
        assertThatThrownBy(() -> new Letterhead(
                        Optional.empty(),
                        List.of("1", "2", "3", "4", "5"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        CustomerDetails.NAME))
                .hasMessageContaining("address of 5 lines");
        assertThatThrownBy(() -> new Letterhead(
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("TAX INVOICE"),
                        Optional.empty(),
                        CustomerDetails.NAME))
                .hasMessageContaining("invoice_title is given without tax_number");
    }

    private static Letterhead named(String name, CustomerDetails customer) {
        return new Letterhead(
                Optional.of(name),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                customer);
    }

    private Sale sell(String id) {
        return ((Sold) desk.sell(id, desk.meter(), "200")).sale();
    }
}
