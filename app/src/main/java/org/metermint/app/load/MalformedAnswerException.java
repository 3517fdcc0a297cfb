package org.metermint.app.load;

/** What came from the wire is no answer in HTTP/1.1, or a longer one than any server of ours sends. */
final class MalformedAnswerException extends Exception {

    private static final long serialVersionUID = 1;

    MalformedAnswerException(String message) {
        super(message);
    }
}
