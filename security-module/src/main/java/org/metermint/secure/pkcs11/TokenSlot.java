package org.metermint.secure.pkcs11;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/**
 * One slot of a PKCS#11 library, as the JDK's provider sees it.
 *
 * <p>The provider is told of a slot by its place in the library's list and has no call that names the token in it: it
 * only prints what it finds, to {@link System#out}, if its configuration says {@code showInfo}. So it is configured for
 * each slot in turn, and what this thread prints meanwhile is read instead of shown; other threads print as ever.
 *
 * @param slots how many slots the library has, with and without a token
 * @param label of the token, without the blanks that fill it up to 32 octets; empty if no token is there that could be used
 * @param provider of the token; null if there is none
 */
record TokenSlot(
        int slots, Optional<String> label, @Nullable AuthProvider provider) {
    private static final Pattern ALL_SLOTS = Pattern.compile("(?m)^All slots: (.*)$");
    private static final Pattern LABEL = Pattern.compile("(?m)^ *label: (.*)$");
    private static final Object STANDARD_OUTPUT = new Object();

    /**
     * Looks into a slot.
     *
     * @param index 0 .. {@link #slots} - 1; a library has at least slot 0, or none
     * @throws SecurityModuleException of kind UNAVAILABLE if the library is none of PKCS#11 or does not start
     */
    static TokenSlot look(Path library, int index) throws SecurityModuleException {
        Provider base = Security.getProvider("SunPKCS11");
        if (base == null) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    "this Java platform has no provider SunPKCS11; run on one with the module jdk.crypto.cryptoki");
        }
        StringBuilder printed = new StringBuilder();
        AuthProvider provider = null;
        RuntimeException failure = null;
        synchronized (STANDARD_OUTPUT) {
            PrintStream out = System.out;
            System.setOut(new Overhearing(out, printed));
            try {
                provider = (AuthProvider) base.configure(configuration(library, index));
            } catch (ProviderException | UnsupportedOperationException | IllegalArgumentException e) {
                failure = e;
            } finally {
                System.setOut(out);
            }
        }
        Matcher slots = ALL_SLOTS.matcher(printed);
        if (!slots.find()) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    "PKCS#11 library " + library + " does not start (" + Failures.reason(failure)
                            + "); give the library of the token's maker, and see that it finds its configuration",
                    failure);
        }
        int count = slots.group(1).equals("(none)") ? 0 : slots.group(1).split(",", -1).length;
        Matcher label = LABEL.matcher(printed);
        if (provider == null || !label.find()) {
            return new TokenSlot(count, Optional.empty(), null);
        }
        return new TokenSlot(count, Optional.of(decoded(label.group(1))), provider);
    }

    /**
     * Keys put in sign (compute an HMAC) and do nothing else: none can be wrapped out, and no other key derived that
     * could. What a key may do cannot be changed after it was stored.
     */
    private static String configuration(Path library, int index) {
        String quoted = library.toString().replace("\\", "\\\\").replace("\"", "\\\"");
        return """
                --name = metermint
                library = "%s"
                slotListIndex = %d
                showInfo = true
                destroyTokenAfterLogout = true
                attributes(*, CKO_SECRET_KEY, CKK_GENERIC_SECRET) = {
                  CKA_SENSITIVE = true
                  CKA_EXTRACTABLE = false
                  CKA_MODIFIABLE = false
                  CKA_SIGN = true
                  CKA_VERIFY = false
                  CKA_ENCRYPT = false
                  CKA_DECRYPT = false
                  CKA_DERIVE = false
                  CKA_WRAP = false
                  CKA_UNWRAP = false
                }
                """.formatted(quoted, index);
    }

    /** A label is UTF-8, and the provider makes a character of every octet. */
    private static String decoded(String octets) {
        return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).strip();
    }

    /** Keeps what one thread prints, and lets the others print. */
    private static final class Overhearing extends PrintStream {
        private final Thread thread = Thread.currentThread();
        private final StringBuilder printed;

        Overhearing(PrintStream out, StringBuilder printed) {
            super(out, true, out.charset());
            this.printed = printed;
        }

        @Override
        public void println(@Nullable Object line) {
            println(String.valueOf(line));
        }

        @Override
        public void println(@Nullable String line) {
            if (Thread.currentThread() == thread) {
                printed.append(line).append('\n');
            } else {
                super.println(line);
            }
        }
    }
}
