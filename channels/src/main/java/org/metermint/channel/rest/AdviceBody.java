package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;

/** Which request a client asks about. */
record AdviceBody(
        @Schema(description = "The Idempotency-Key of the sale.", example = "till-7-000123")
        String request) {
    /** The name of the request, if it could be one. */
    String checked() {
        if (!IdempotencyKeys.FORM.matcher(request).matches()) {
            throw new ProblemException(Problem.ofField(
                    "request",
                    Optional.of(request),
                    "it has " + request.length() + " characters; it needs 1 to 64, printable ASCII without spaces"));
        }
        return request;
    }
}
