package org.metermint.channel.rest;

/** Ends a request with a problem. */
final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.code() + ": " + problem.detail(), null, false, false); // expected: no stack trace is kept
        this.problem = problem;
    }

    ProblemException(Fault fault, String detail) {
        this(Problem.of(fault, detail));
    }

    Problem problem() {
        return problem;
    }
}
