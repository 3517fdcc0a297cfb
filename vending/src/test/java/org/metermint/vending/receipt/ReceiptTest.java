package org.metermint.vending.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.tariff.PublishedTariffs;

class ReceiptTest {
    private static SaleFixture desk;

    @BeforeAll
    static void open() {
        desk = new SaleFixture();
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    @Test
    void receipt_sumsToTheTender_andShowsTheToken() {
        Sale sale = ((Sold) desk.sell("plain", desk.meter(), "200")).sale();
        Receipt receipt = desk.vending.receipts().of(sale);
        assertThat(receipt.lines().stream()
                        .map(line -> new BigDecimal(line.amount()))
                        .reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualTo(new BigDecimal(receipt.tendered()));
        assertThat(receipt.units()).hasValue("58.4");
        assertThat(receipt.issuedAt()).hasToString("2026-03-10T12:00:30+02:00[Africa/Johannesburg]");
        String digits = sale.tokens().getLast().token().digits();
        assertThat(receipt.tokens().getFirst().digits()).isEqualTo(digits);
        String text = desk.vending.receipts().text(receipt, Paper.MM_80);
        assertThat(text)
                .contains(
                        "TEST ONLY",
                        "Thandi Dlamini",
                        "58.4 kWh",
                        "VAT 15 % (included)",
                        sale.tokens().getLast().token().grouped())
                .doesNotContain("COPY");
        assertThat(text.lines().mapToInt(String::length).max().orElseThrow()).isLessThanOrEqualTo(42);
        assertThat(receipt.toString()).doesNotContain(digits);
    }

    @Test
    void reprint_isTheSame_markedCopy() {
        Sale sale = ((Sold) desk.sell("copied", desk.meter(), "50")).sale();
        Receipt first = desk.vending.receipts().of(sale);
        Receipt copy = desk.vending.receipts().reprint(desk.utility, sale.id()).orElseThrow();
        assertThat(copy.copy()).isTrue();
        assertThat(copy.tokens()).isEqualTo(first.tokens());
        assertThat(copy.lines()).isEqualTo(first.lines());
        assertThat(desk.vending.receipts().text(copy, Paper.MM_80)).contains("*** COPY ***");
    }

    @Test
    void keyChangeTokens_standFirst_andNumbered() {
        Sale sale = ((Sold) desk.sell("kct", desk.meter(SaleFixture.ROLLED_OVER, 1, PublishedTariffs.INCLINING), "50"))
                .sale();
        String text = desk.vending.receipts().text(desk.vending.receipts().of(sale), Paper.MM_80);
        assertThat(text)
                .containsSubsequence(
                        "Enter all 5 tokens, in this order:",
                        "1 of 5  Key change",
                        sale.tokens().get(0).token().grouped(),
                        "4 of 5  Key change",
                        sale.tokens().get(3).token().grouped(),
                        "5 of 5  Credit",
                        sale.tokens().get(4).token().grouped());
    }
}
