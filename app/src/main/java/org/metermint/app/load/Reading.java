package org.metermint.app.load;

/** What an answer says: what kind it is, under which name it is counted, and the members that a check needs. */
final class Reading {

    /** What an answer means for the request. */
    enum Kind {
        /** There is a sale with a token. */
        SOLD,
        /** There will never be a sale. */
        REFUSED,
        /** No such request is known. */
        ABSENT,
        /** Nothing is decided: ask again. */
        POSTPONED,
        /** It says that it is a sale, and holds none. */
        UNREADABLE
    }

    private final AnswerFields fields = new AnswerFields();
    private final Digest digest = new Digest();
    private Kind kind = Kind.UNREADABLE;
    private String outcome = "";

    /** Reads an answer; what was read before is forgotten. */
    void read(AnswerParser answer) {
        int status = answer.status();
        fields.read(answer.body(), answer.bodyLength());
        digest.read(answer.body(), answer.bodyLength());
        String code = status < 300 ? "" : fields.code();
        kind = kind(status, code);
        outcome = switch (kind) {
            case SOLD -> Tally.SOLD;
            case UNREADABLE -> "UNREADABLE";
            case REFUSED, ABSENT, POSTPONED -> code.isEmpty() ? "STATUS_" + status : code;
        };
    }

    /** As docs/reference/http.md says what each status means. A message that was not understood binds nothing. */
    private Kind kind(int status, String code) {
        return switch (status) {
            case 200, 201 -> fields.isComplete() && fields.isUuid() && fields.hasToken() ? Kind.SOLD : Kind.UNREADABLE;
            case 400, 401, 403, 405, 406, 408, 413, 415, 429, 431 -> Kind.POSTPONED;
            case 404 -> code.equals("NOT_FOUND") ? Kind.ABSENT : code.isEmpty() ? Kind.POSTPONED : Kind.REFUSED;
            default ->
                status < 300
                        ? Kind.UNREADABLE
                        : status >= 400 && status < 500 && !code.isEmpty() ? Kind.REFUSED : Kind.POSTPONED;
        };
    }

    Kind kind() {
        return kind;
    }

    /** {@link Tally#SOLD}, the code of a problem, or the status. */
    String outcome() {
        return outcome;
    }

    AnswerFields fields() {
        return fields;
    }

    Digest digest() {
        return digest;
    }
}
