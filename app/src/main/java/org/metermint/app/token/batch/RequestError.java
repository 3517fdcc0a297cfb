package org.metermint.app.token.batch;

/**
 * Why a request is not served: a code for programs, and a text that names the member, its value and its bound. It is an
 * answer and no fault of the program, so it carries no stack trace.
 */
final class RequestError extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What kind of error it is; the reply begins with it. */
    enum Code {
        LINE_TOO_LONG("line-too-long"),
        NOT_JSON("not-json"),
        UNKNOWN_OP("unknown-op"),
        UNKNOWN_MEMBER("unknown-member"),
        DUPLICATE_MEMBER("duplicate-member"),
        MISSING_MEMBER("missing-member"),
        WRONG_TYPE("wrong-type"),
        OUT_OF_RANGE("out-of-range"),
        BAD_VALUE("bad-value"),
        CONFLICT("conflict"),
        /** A fault of this program, which the next line must not suffer from. */
        INTERNAL("internal");

        private final String text;

        Code(String text) {
            this.text = text;
        }
    }

    RequestError(Code code, String text) {
        super(code.text + ": " + text, null, false, false);
    }

    /** What the reply says: code and text. */
    String reply() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
