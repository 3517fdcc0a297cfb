package org.metermint.channel.rest;

import org.springframework.http.HttpStatus;

/**
 * What can be wrong with a message before vending hears of it. These codes stand beside those of
 * {@link org.metermint.vending.refusal.RefusalCode}; none of them binds a request id.
 */
enum Fault {
    PATH_UNKNOWN(HttpStatus.NOT_FOUND, "There is nothing at this path", "See the paths in /v1/openapi.json."),
    METHOD_NOT_ALLOWED(
            HttpStatus.METHOD_NOT_ALLOWED,
            "The path does not take this method",
            "Use one of the methods that the header Allow names."),
    MEDIA_TYPE_UNSUPPORTED(
            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
            "The body is of the wrong kind",
            "Send JSON in UTF-8 with the header Content-Type: application/json."),
    NOT_ACCEPTABLE(
            HttpStatus.NOT_ACCEPTABLE,
            "The answer does not come in that form",
            "Ask with Accept: application/json, or leave the header out."),
    BODY_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The body is too large", "Send less; one request is one record."),
    IDEMPOTENCY_KEY_MISSING(
            HttpStatus.BAD_REQUEST,
            "The header Idempotency-Key is missing",
            "Name the request by 1 to 64 printable ASCII characters without spaces, and keep the name when you repeat it."),
    PARAMETER_INVALID(
            HttpStatus.BAD_REQUEST, "A parameter of the query is not valid", "Correct the parameter that field names."),
    JSON_MALFORMED(
            HttpStatus.BAD_REQUEST, "The body is not JSON", "Correct it at the line and column that the detail names."),
    MEMBER_UNKNOWN(
            HttpStatus.BAD_REQUEST,
            "A member is not known",
            "Remove it, or correct its name to one that the detail lists."),
    MEMBER_DUPLICATE(HttpStatus.BAD_REQUEST, "A member stands twice", "Send every member once."),
    MEMBER_MISSING(HttpStatus.BAD_REQUEST, "A member is missing", "Send the member that field names."),
    MEMBER_TYPE(
            HttpStatus.BAD_REQUEST,
            "A member is of the wrong type",
            "Send the type that the detail names; amounts and units are strings such as \"100.00\"."),
    REQUEST_MALFORMED(HttpStatus.BAD_REQUEST, "The request is not proper HTTP", "Correct request line and headers."),
    INTERNAL(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "A fault of the server",
            "Send the same request again, unchanged; if the fault stays, report it with the reference in the detail.");

    private final HttpStatus status;
    private final String title;
    private final String remedy;

    Fault(HttpStatus status, String title, String remedy) {
        this.status = status;
        this.title = title;
        this.remedy = remedy;
    }

    HttpStatus status() {
        return status;
    }

    String title() {
        return title;
    }

    String remedy() {
        return remedy;
    }
}
