package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * Why there is no other answer: problem details as in RFC 9457. It holds nothing that differs between two answers to
 * the same request, so that a refusal is repeated byte for byte.
 *
 * @param code one of {@link RefusalCode} or {@link Fault}; the stable part, for programs
 * @param retryable whether the same request may be sent again unchanged; the header Retry-After says when
 * @param field where in the body, such as {@code debts[1].balance}, or which header or parameter
 * @param value what stood there, shortened; left out if it may be personal
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record Problem(
        @Schema(example = "urn:metermint:problem:METER_BLOCKED")
        String type,

        @Schema(example = "The meter is blocked") String title,
        @Schema(example = "422") int status,

        @Schema(description = "What was wrong with this very request.")
        String detail,

        @Schema(description = "The path of the sale, if there is one.")
        Optional<String> instance,

        @Schema(description = "Stable name of the reason; see docs/reference/problems.md.", example = "METER_BLOCKED")
        String code,

        @Schema(description = "What to do about it.") String remedy,

        @Schema(description = "Whether the same request may be sent again unchanged, after the time in Retry-After.")
        boolean retryable,

        @Schema(description = "Where: path in the body, header or parameter.", example = "debts[1].balance")
        Optional<String> field,

        @Schema(description = "What stood there, shortened.")
        Optional<String> value) {
    static final MediaType MEDIA_TYPE = MediaType.APPLICATION_PROBLEM_JSON;

    private static final String TYPE_PREFIX = "urn:metermint:problem:";
    private static final int LONGEST_VALUE = 64;

    static Problem of(Fault fault, String detail) {
        return of(fault, detail, Optional.empty(), Optional.empty());
    }

    static Problem of(Fault fault, String detail, Optional<String> field, Optional<String> value) {
        return new Problem(
                TYPE_PREFIX + fault.name(),
                fault.title(),
                fault.status().value(),
                detail,
                Optional.empty(),
                fault.name(),
                fault.remedy(),
                fault == Fault.INTERNAL,
                field,
                value.map(Problem::shortened));
    }

    static Problem of(Refusal refusal) {
        return of(refusal, Optional.empty(), Optional.empty(), Optional.empty());
    }

    static Problem of(Refusal refusal, Optional<UUID> sale) {
        return of(refusal, sale.map(id -> "/v1/sales/" + id), Optional.empty(), Optional.empty());
    }

    /** A refusal by the form of one field. */
    static Problem ofField(String field, Optional<String> value, String detail) {
        Refusal refusal = new Refusal(RefusalCode.FIELD_INVALID, detail);
        return of(refusal, Optional.empty(), Optional.of(field), value.map(Problem::shortened));
    }

    private static Problem of(
            Refusal refusal, Optional<String> instance, Optional<String> field, Optional<String> value) {
        RefusalCode code = refusal.code();
        return new Problem(
                TYPE_PREFIX + code.name(),
                code.title(),
                status(code).value(),
                refusal.detail(),
                instance,
                code.name(),
                code.remedy(),
                code.retryable(),
                field,
                value);
    }

    /** The one table of what a refusal is in HTTP. */
    static HttpStatus status(RefusalCode code) {
        return switch (code.kind()) {
            case INVALID, REFUSED -> HttpStatus.UNPROCESSABLE_CONTENT;
            case DENIED -> HttpStatus.UNAUTHORIZED;
            case FORBIDDEN -> HttpStatus.FORBIDDEN;
            case MISSING -> HttpStatus.NOT_FOUND;
            case CONFLICT -> HttpStatus.CONFLICT;
            case UNAVAILABLE, OVERLOADED -> HttpStatus.SERVICE_UNAVAILABLE;
        };
    }

    /** Seconds after which to try again, if that may help. */
    @JsonIgnore
    Optional<Integer> retryAfterSeconds() {
        return retryable ? Optional.of(code.equals(RefusalCode.OVERLOADED.name()) ? 1 : 2) : Optional.empty();
    }

    private static String shortened(String value) {
        int end = value.offsetByCodePoints(0, Math.min(LONGEST_VALUE, value.codePointCount(0, value.length())));
        return end == value.length() ? value : value.substring(0, end) + "…";
    }
}
