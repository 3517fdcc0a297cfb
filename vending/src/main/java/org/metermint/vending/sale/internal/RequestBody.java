package org.metermint.vending.sale.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.metermint.vending.meter.MeterNumbers;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleRequest;

/** What of a request must be the same in a repetition, as a digest. */
final class RequestBody {
    private RequestBody() {}

    /** SHA-256 over meter, tender, currency and payment; another spelling of the same number is the same body. */
    static byte[] sha256(SaleRequest request) {
        String body = String.join(
                "\n",
                "sale 1",
                meter(request.meterNumber()),
                request.tender().stripTrailingZeros().toString(),
                request.currency(),
                request.payment().name());
        try {
            return MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String meter(String number) {
        try {
            return MeterNumbers.parse(number).digits();
        } catch (RefusedException notANumber) {
            return number;
        }
    }
}
