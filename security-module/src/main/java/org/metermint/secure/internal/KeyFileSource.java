package org.metermint.secure.internal;

import static java.util.Objects.requireNonNull;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/** A key of 64 hexadecimal digits in a file that belongs to the user of this process and to nobody else. */
public final class KeyFileSource implements KeyEncryptionKeySource {
    private static final int DIGITS = KEY_OCTETS * 2;
    private static final int TYPE_BITS = 0170000;
    private static final int REGULAR = 0100000;

    private final Path file;

    public KeyFileSource(Path file) {
        this.file = file;
    }

    /** Writes a new random key; the file must not exist. */
    public static void create(Path file) throws IOException {
        byte[] key = Aead.randomOctets(KEY_OCTETS);
        byte[] content = new byte[DIGITS + 1];
        for (int i = 0; i < KEY_OCTETS; i++) {
            content[2 * i] = (byte) HexFormat.of().toHighHexDigit(key[i]);
            content[2 * i + 1] = (byte) HexFormat.of().toLowHexDigit(key[i]);
        }
        content[DIGITS] = '\n';
        try {
            DurableFiles.create(file, content);
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(content, (byte) 0);
        }
    }

    @Override
    public String kind() {
        return "key file";
    }

    @Override
    public Map<String, String> newParameters() {
        return Map.of();
    }

    @Override
    public byte[] key(Map<String, String> parameters) throws SecurityModuleException {
        byte[] content = {};
        try {
            refuseUnlessPrivate();
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                content = in.readNBytes(DIGITS + 2);
            }
            return parse(content);
        } catch (NoSuchFileException e) {
            throw denied("does not exist; give the path of the key file, or make one for a new store", e);
        } catch (IOException e) {
            throw denied("cannot be read (" + e.getClass().getSimpleName() + "); make it readable for its owner", e);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private void refuseUnlessPrivate() throws IOException, SecurityModuleException {
        Map<String, Object> facts = Files.readAttributes(file, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
        int mode = (Integer) requireNonNull(facts.get("mode"));
        if ((mode & TYPE_BITS) != REGULAR) {
            throw denied("is not a plain file; give the path of the file itself, no link to it", null);
        }
        int owner = (Integer) requireNonNull(facts.get("uid"));
        long user = new UnixSystem().getUid();
        if (owner != user) {
            throw denied(
                    "belongs to user " + owner + " and this process runs as user " + user
                            + "; make that user its owner",
                    null);
        }
        int permissions = mode & 07777;
        if (permissions != 0600 && permissions != 0400) {
            throw denied(
                    String.format("has mode %04o, and others may use it; set it with: chmod 600 %s", permissions, file),
                    null);
        }
    }

    private byte[] parse(byte[] content) throws SecurityModuleException {
        int length = content.length;
        if (length == DIGITS + 1 && content[DIGITS] == '\n') {
            length = DIGITS;
        }
        byte[] key = new byte[KEY_OCTETS];
        for (int i = 0; i < length && length == DIGITS; i++) {
            int digit = Character.digit(content[i], 16);
            if (digit < 0) {
                length = -1;
            } else {
                key[i / 2] |= (byte) (i % 2 == 0 ? digit << 4 : digit);
            }
        }
        if (length != DIGITS) {
            throw denied("does not hold " + DIGITS + " hexadecimal digits; restore it from its copy", null);
        }
        return key;
    }

    private SecurityModuleException denied(String what, @Nullable Throwable cause) {
        return new SecurityModuleException(Kind.ACCESS_DENIED, "key file " + file + " " + what, cause);
    }

    /** Tells where the file is, not what is in it. */
    @Override
    public String toString() {
        return "key file " + file;
    }
}
