package org.metermint.channel.rest;

/** The problem for a bare status, when no more is known. */
final class ContainerProblem {
    private ContainerProblem() {}

    static Problem of(int status) {
        return switch (status) {
            case 404 -> Problem.of(Fault.PATH_UNKNOWN, "no resource has this path");
            case 405 -> Problem.of(Fault.METHOD_NOT_ALLOWED, "the method is not allowed here");
            case 413 -> Problem.of(Fault.BODY_TOO_LARGE, "the body is larger than the server reads");
            default ->
                status >= 500
                        ? Problem.of(Fault.INTERNAL, "no reference")
                        : Problem.of(Fault.REQUEST_MALFORMED, "request line or headers cannot be read");
        };
    }
}
