package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.tariff.Assessment;
import org.metermint.vending.money.Money;
import org.metermint.vending.receipt.Receipt;
import org.metermint.vending.sale.FreeUnits;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleState;
import org.metermint.vending.sale.SaleToken;

/**
 * A sale. Tokens are there once it is completed.
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record SaleResource(
        UUID id,
        SaleState state,

        @Schema(description = "The Idempotency-Key under which it was asked for.")
        String requestId,

        long receiptNumber,
        Instant receivedAt,

        @Schema(description = "When it was completed or refused.")
        Optional<Instant> decidedAt,

        @Schema(description = "PAN of the meter, 18 digits.")
        String meter,

        String account,
        PaymentType payment,

        @Schema(description = "Amount paid, in major units.", example = "100.00")
        String tender,

        @Schema(example = "ZAR") String currency,

        @Schema(
                description =
                        "What the credit token carries; 0.0 if what was due used the payment up, so that there is none.",
                example = "46.3")
        String units,

        @Schema(example = "kWh") String unit,
        String tariff,
        int tariffVersion,
        String supplyGroup,
        int keyRevision,
        String tariffIndex,

        @Schema(description = "Year of the base date that the token identifier counts from; absent without a token.")
        Optional<Integer> baseDate,

        @Schema(description = "Minutes since the base date; absent without a token.")
        Optional<Integer> tokenIdentifier,

        @Schema(description = "Whether a public test key made the tokens: then no real meter takes them.")
        boolean testOnly,

        @Schema(
                description = "In the order in which the customer enters them: a key change set, then free units, then"
                        + " what was paid for.")
        List<Token> tokens,

        @Schema(description = "The free units that came along with the sale.")
        Optional<Free> freeUnits,

        @Schema(description = "What the tender was split into; the amounts sum to it.")
        List<Line> lines,

        @Schema(description = "Why there are no tokens, if the state is REFUSED.")
        Optional<Problem> refusal,

        @Schema(description = "The first receipt, if the request asked for it.")
        Optional<Receipt> receipt,

        @Schema(description = "The receipt as plain text of 42 columns.")
        Optional<String> receiptText) {

    /** One token of 20 digits. */
    @Schema(name = "SaleToken")
    record Token(
            @Schema(description = "Place in the order of entry, from 1.")
            int number,

            @Schema(description = "How many tokens the sale has.")
            int of,

            SaleToken.Kind kind,

            @Schema(description = "20 digits.") String digits,

            @Schema(description = "The digits in groups of four.")
            String grouped) {
        static Token of(SaleToken token) {
            return new Token(
                    token.number(),
                    token.of(),
                    token.kind(),
                    token.token().digits(),
                    token.token().grouped());
        }

        /** Leaves the digits out. */
        @Override
        public String toString() {
            return "Token[" + number + "/" + of + " " + kind + "]";
        }
    }

    /** Free units that came along: a sale of their own, whose receipt can be printed again. */
    @Schema(name = "FreeUnits")
    record Free(
            UUID sale,
            long receiptNumber,
            @Schema(example = "50.0") String units,

            @Schema(description = "As long as it is open, or if it is REFUSED, their token is missing.")
            SaleState state) {
        static Free of(FreeUnits free) {
            return new Free(free.sale(), free.receiptNumber(), free.units().toPlainString(), free.state());
        }
    }

    /** One amount with its name. */
    @Schema(name = "SaleLine")
    record Line(
            @Schema(example = "VAT") String code,
            @Schema(example = "VAT 15 %") String label,
            @Schema(example = "13.04") String amount) {}

    static SaleResource of(Sale sale) {
        return of(sale, Optional.empty(), Optional.empty());
    }

    static SaleResource of(Sale sale, Receipt receipt, String receiptText) {
        return of(sale, Optional.of(receipt), Optional.of(receiptText));
    }

    private static SaleResource of(Sale sale, Optional<Receipt> receipt, Optional<String> receiptText) {
        return new SaleResource(
                sale.id(),
                sale.state(),
                sale.requestId(),
                sale.receiptNumber(),
                sale.receivedAt(),
                sale.decidedAt(),
                sale.meter().digits(),
                sale.account(),
                sale.payment(),
                sale.tender().decimal(),
                sale.tender().currency(),
                sale.credit().amount().toPlainString(),
                sale.credit().unit(sale.assessment().tariff()),
                sale.assessment().tariff().id(),
                sale.assessment().tariff().version(),
                sale.supplyGroup().digits(),
                sale.revision().value(),
                sale.tariffIndex().digits(),
                sale.stamp().map(stamp -> stamp.baseDate().year()),
                sale.stamp().map(stamp -> stamp.identifier().minutes()),
                sale.testOnly(),
                sale.tokens().stream().map(Token::of).toList(),
                sale.free().map(Free::of),
                lines(sale.assessment(), sale.tender()),
                sale.refusal().map(Problem::of),
                receipt,
                receiptText);
    }

    static List<Line> lines(Assessment assessment, Money tender) {
        return assessment.lines().stream()
                .map(line -> new Line(line.code(), line.label(), amount(line.amount(), tender)))
                .toList();
    }

    private static String amount(long minor, Money like) {
        return new Money(minor, like.digits(), like.currency()).decimal();
    }
}
