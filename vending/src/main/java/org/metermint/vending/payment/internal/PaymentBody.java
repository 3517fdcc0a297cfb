package org.metermint.vending.payment.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.metermint.vending.payment.PaymentRequest;

/** What of a request must be the same in a repetition, as a digest. */
final class PaymentBody {
    private PaymentBody() {}

    /** SHA-256 in hexadecimal; another spelling of the same amount is the same body. */
    static String sha256(PaymentRequest request) {
        String body = String.join(
                        "\n",
                        "payment 1",
                        request.account(),
                        request.amount().stripTrailingZeros().toString(),
                        request.currency(),
                        request.payment().name())
                + request.debt().map(reference -> "\ndebt " + reference).orElse("")
                + request.operator().map(code -> "\noperator " + code).orElse("")
                + request.terminal().map(code -> "\nterminal " + code).orElse("");
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
