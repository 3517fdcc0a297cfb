package org.metermint.vending.sale.internal;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.metermint.vending.meter.MeterNumbers;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleRequest;

/** What of a request must be the same in a repetition, as a digest. */
final class RequestBody {
    private RequestBody() {}

    /** SHA-256 in hexadecimal over meter, amount, payment and operator; another spelling of the same number is the same body. */
    static String sha256(SaleRequest request) {
        String body = String.join(
                        "\n",
                        "sale 1",
                        meter(request.meterNumber()),
                        amount(request.amount()),
                        request.payment().name())
                + request.operator().map(code -> "\noperator " + code).orElse("")
                + request.terminal().map(code -> "\nterminal " + code).orElse("");
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String amount(SaleRequest.Amount amount) {
        return switch (amount) {
            case SaleRequest.Tender(BigDecimal tender, String currency) ->
                tender.stripTrailingZeros() + "\n" + currency;
            case SaleRequest.Units(BigDecimal units) -> units.stripTrailingZeros() + "\nunits";
            case SaleRequest.FreeUnits free -> "free units";
        };
    }

    private static String meter(String number) {
        try {
            return MeterNumbers.parse(number).digits();
        } catch (RefusedException notANumber) {
            return number;
        }
    }
}
