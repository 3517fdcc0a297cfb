package org.metermint.meter;

import java.nio.file.Path;

/** A process that enters one token after another, says so after each, and waits to be killed. */
final class TokenEntry {
    private TokenEntry() {}

    /** The amount of each token tells it apart. */
    static long tenths(int token) {
        return 1L + token % 97;
    }

    static String digits(int token) {
        return TestMeters.kwhTenths(1 + token, tenths(token));
    }

    /** Arguments: the meter's file, and the first token to enter. */
    public static void main(String[] arguments) throws MeterFileException {
        try (VirtualMeter meter = TestMeters.reopen(Path.of(arguments[0]))) {
            for (int token = Integer.parseInt(arguments[1]); ; token++) {
                Answer answer = meter.enter(digits(token));
                if (!answer.accepted()) {
                    throw new IllegalStateException("token " + token + " was answered " + answer.result());
                }
                System.out.println(token);
            }
        }
    }
}
