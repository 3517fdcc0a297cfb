package org.metermint.app.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.metermint.app.CommandFailure;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.Luhn;
import org.metermint.token.MeterPan;

/** The meters that a run sells to, their numbers packed: a million of them take eleven megabytes. */
final class MeterList {

    private static final Pattern RANGE = Pattern.compile("([0-9]{2,9}):([0-9]{1,9})");
    private static final int SERIAL_DIGITS = 10;
    private static final int LONGEST = 18;

    private final byte[] digits;
    private final int[] ends;

    private MeterList(byte[] digits, int[] ends) {
        this.digits = digits;
        this.ends = ends;
    }

    /**
     * The meters of a file, one number a line (11, 13 or 18 digits), or of a range PREFIX:COUNT: eleven digits that
     * begin with the prefix and count from zero, the last being the check digit.
     *
     * @throws CommandFailure if the text is neither, or a number is wrong
     */
    static MeterList of(String text) {
        Matcher range = RANGE.matcher(text);
        if (range.matches()) {
            return range(range.group(1), Integer.parseInt(range.group(2)));
        }
        try {
            return of(Files.readAllLines(Path.of(text)), text);
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot read the meters of " + text + ": " + e.getMessage(),
                    "Name a file with one meter number a line, or a range as 07:1000000.",
                    e);
        }
    }

    /** The number at a place in a range, from 0. */
    static DecoderReferenceNumber number(String prefix, int place) {
        String serial = Integer.toString(place);
        String body = prefix + "0".repeat(SERIAL_DIGITS - prefix.length() - serial.length()) + serial;
        return new DecoderReferenceNumber(body + Luhn.checkDigit(body));
    }

    /** How many numbers a range with a prefix can have. */
    static long room(String prefix) {
        long room = 1;
        for (int i = prefix.length(); i < SERIAL_DIGITS; i++) {
            room *= 10;
        }
        return room;
    }

    private static MeterList range(String prefix, int count) {
        if (count < 1 || count > room(prefix)) {
            throw new CommandFailure(
                    "a range of " + count + " meters that begin with " + prefix + " is outside 1.." + room(prefix),
                    "Take a shorter prefix, or fewer meters.");
        }
        byte[] digits = new byte[11 * count];
        int[] ends = new int[count];
        for (int i = 0; i < count; i++) {
            put(number(prefix, i).digits(), digits, 11 * i);
            ends[i] = 11 * (i + 1);
        }
        return new MeterList(digits, ends);
    }

    private static MeterList of(List<String> lines, String file) {
        byte[] digits = new byte[LONGEST * lines.size()];
        int[] ends = new int[lines.size()];
        int count = 0;
        int end = 0;
        for (int i = 0; i < lines.size(); i++) {
            String number = lines.get(i).strip();
            if (number.isEmpty()) {
                continue;
            }
            require(number, file, i + 1);
            put(number, digits, end);
            end += number.length();
            ends[count++] = end;
        }
        if (count == 0) {
            throw new CommandFailure(file + " holds no meter", "Write one meter number a line.");
        }
        return new MeterList(digits, Arrays.copyOf(ends, count));
    }

    private static void require(String number, String file, int line) {
        try {
            MeterPan unused =
                    number.length() == LONGEST ? new MeterPan(number) : MeterPan.of(new DecoderReferenceNumber(number));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    file + ", line " + line + ": " + e.getMessage(), "Write one meter number a line.", e);
        }
    }

    private static void put(String number, byte[] into, int at) {
        byte[] octets = number.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(octets, 0, into, at, octets.length);
    }

    int size() {
        return ends.length;
    }

    /** How many digits the meter at a place has. */
    int length(int place) {
        return ends[place] - start(place);
    }

    /** Copies the digits of the meter at a place. */
    void copy(int place, byte[] into, int at) {
        System.arraycopy(digits, start(place), into, at, length(place));
    }

    private int start(int place) {
        return place == 0 ? 0 : ends[place - 1];
    }
}
