package org.metermint.app.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.metermint.app.CommandFailure;

/**
 * What nobody may see: typed at a terminal without showing, or one line of standard input where there is none, or the
 * first line of a file. The caller wipes what it gets.
 */
public final class Hidden {
    private static final int MAX_OCTETS = 1 << 10;

    private Hidden() {}

    /** Asks for something. */
    public static char[] ask(String what) {
        return Terminal.isAt(Terminal.STANDARD_INPUT) ? typed(what) : line(what, System.in);
    }

    /** Asks for something new: at a terminal twice, so that a slip of the finger does not count. */
    public static char[] askNew(String what) {
        char[] first = ask(what);
        if (Terminal.isAt(Terminal.STANDARD_INPUT)) {
            char[] again = typed(what + " again");
            boolean same = Arrays.equals(first, again);
            Arrays.fill(again, '\0');
            if (!same) {
                Arrays.fill(first, '\0');
                throw new CommandFailure("the two entries of the " + what + " differ", "Enter it again.");
            }
        }
        return first;
    }

    /** Asks for something that may be seen. */
    public static String askOpenly(String what) {
        if (Terminal.isAt(Terminal.STANDARD_INPUT)) {
            return Optional.ofNullable(System.console())
                    .map(console -> console.readLine("%s: ", what))
                    .orElse("")
                    .strip();
        }
        return new String(line(what, System.in)).strip();
    }

    private static char[] typed(String what) {
        return Optional.ofNullable(System.console())
                .map(console -> console.readPassword("%s (not shown): ", what))
                .orElseThrow(() ->
                        new CommandFailure("the " + what + " was not entered", "Enter it, or give it in a file."));
    }

    /** The first line of a file. */
    public static char[] ofFile(String what, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return line(what, in);
        } catch (NoSuchFileException e) {
            throw new CommandFailure("there is no file " + file + " with the " + what, "Check its name.", e);
        } catch (IOException e) {
            throw new CommandFailure(
                    "the " + what + " cannot be read from " + file + ": " + e.getMessage(),
                    "Check its permissions.",
                    e);
        }
    }

    /** One line, octet by octet, so that what follows stays for whoever asks next. */
    private static char[] line(String what, InputStream in) {
        byte[] octets = new byte[MAX_OCTETS];
        int length = 0;
        try {
            for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
                if (length == MAX_OCTETS) {
                    throw new CommandFailure(
                            "the " + what + " is longer than " + MAX_OCTETS + " octets", "It must be one line.");
                }
                octets[length++] = (byte) next;
            }
            if (length > 0 && octets[length - 1] == '\r') {
                length--;
            }
            CharBuffer chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets, 0, length));
            char[] line = new char[chars.remaining()];
            chars.get(line);
            Arrays.fill(chars.array(), '\0');
            if (line.length == 0) {
                throw new CommandFailure(
                        "the " + what + " is missing", "Give it as one line of standard input, or in a file.");
            }
            return line;
        } catch (CharacterCodingException e) {
            throw new CommandFailure("the " + what + " is not text in UTF-8", "Save it as UTF-8.", e);
        } catch (IOException e) {
            throw new CommandFailure("the " + what + " cannot be read: " + e.getMessage(), "Give it in a file.", e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    /**
     * Octets of hexadecimal digits, which may stand in groups with blanks or hyphens between them; both arrays are for
     * the caller to wipe.
     */
    public static byte[] octets(String what, char[] digits) {
        byte[] octets = new byte[digits.length / 2];
        int count = 0;
        for (char c : digits) {
            if (c == ' ' || c == '-') {
                continue;
            }
            int digit = Character.digit(c, 16);
            if (digit < 0 || c > 'f' || count / 2 >= octets.length) {
                Arrays.fill(octets, (byte) 0);
                throw notHexadecimal(what);
            }
            octets[count / 2] |= (byte) (count % 2 == 0 ? digit << 4 : digit);
            count++;
        }
        byte[] exact = Arrays.copyOf(octets, count / 2);
        Arrays.fill(octets, (byte) 0);
        if (count == 0 || count % 2 != 0) {
            Arrays.fill(exact, (byte) 0);
            throw notHexadecimal(what);
        }
        return exact;
    }

    private static CommandFailure notHexadecimal(String what) {
        return new CommandFailure(
                "the " + what + " is not an even number of hexadecimal digits",
                "Copy it from its sheet; blanks and hyphens between groups are allowed.");
    }
}
