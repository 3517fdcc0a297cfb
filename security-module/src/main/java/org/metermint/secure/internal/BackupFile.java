package org.metermint.secure.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.internal.VendingKeyFile.Content;

/**
 * A backup of a module in one file.
 *
 * <pre>
 * backup  = "metermint backup\\n" octets of the head(4) head payload, encrypted
 * head    = JSON: format, version, id of the module, a data key under the passphrase, nonce of the payload
 * payload = facts keys policy state, each after its octets(4)
 * </pre>
 *
 * The data key is drawn for this file, and encrypted under Argon2id of the passphrase as that of a store is. All that
 * stands before the payload is the associated data of its encryption (AES-256-GCM), so that no octet can be changed, left
 * out or added. The keys are a {@link VendingKeyFile} under the same data key, and so encrypted twice: what is taken out of
 * the payload shows no key.
 */
final class BackupFile {
    private static final byte[] MAGIC = "metermint backup\n".getBytes(StandardCharsets.US_ASCII);
    private static final String FORMAT = "metermint module backup";
    private static final int VERSION = 1;
    private static final int MAX_HEAD = 1 << 14;
    private static final long MAX_SIZE = 1 << 30;

    /**
     * What a backup says of itself.
     *
     * @param module whose backup it is
     * @param lastRecord that it knows
     * @param chainHash of that record
     */
    record Facts(UUID module, Instant time, long lastRecord, String chainHash) {}

    /** What is in a backup. */
    static final class Opened {
        final Facts facts;
        /** A file under the data key of the backup. */
        final VendingKeyFile keys;

        final Content content;
        final IssuePolicy policy;
        /** Of the record, as a checkpoint. */
        final byte[] state;

        Opened(Facts facts, VendingKeyFile keys, Content content, IssuePolicy policy, byte[] state) {
            this.facts = facts;
            this.keys = keys;
            this.content = content;
            this.policy = policy;
            this.state = state;
        }
    }

    private BackupFile() {}

    /**
     * The octets of a backup.
     *
     * @param keys a file under the data key of the backup
     */
    static byte[] encode(Facts facts, VendingKeyFile keys, Content content, IssuePolicy policy, byte[] state) {
        byte[] payload = payload(StrictJson.write(json(facts)), keys.encode(content), PolicyJson.write(policy), state);
        Aead cipher = keys.storeKey().cipher("backup");
        byte[] nonce = cipher.newNonce();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", FORMAT);
        json.put("version", VERSION);
        json.putAll(keys.storeKey().head());
        json.put("nonce", HexFormat.of().formatHex(nonce));
        byte[] head = StrictJson.write(json);
        byte[] clear = ByteBuffer.allocate(MAGIC.length + 4 + head.length)
                .put(MAGIC)
                .putInt(head.length)
                .put(head)
                .array();
        byte[] sealed = cipher.seal(nonce, clear, payload);
        return ByteBuffer.allocate(clear.length + sealed.length)
                .put(clear)
                .put(sealed)
                .array();
    }

    private static Map<String, Object> json(Facts facts) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("module", facts.module.toString());
        json.put("time", facts.time.toString());
        json.put("lastRecord", facts.lastRecord);
        json.put("chainHash", facts.chainHash);
        return json;
    }

    private static byte[] payload(byte[]... parts) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(octets)) {
            for (byte[] part : parts) {
                out.writeInt(part.length);
                out.write(part);
            }
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
        return octets.toByteArray();
    }

    /**
     * Opens a backup and verifies everything in it.
     *
     * @throws SecurityModuleException of kind ACCESS_DENIED if the passphrase does not open it, CORRUPT or NEWER_FORMAT
     */
    static Opened open(Path file, KeyEncryptionKeySource passphrase) throws IOException, SecurityModuleException {
        if (Files.size(file) > MAX_SIZE) {
            throw damaged(file, "is larger than " + MAX_SIZE + " octets");
        }
        byte[] octets = Files.readAllBytes(file);
        byte[] headOctets = head(file, octets);
        StrictJson head = StrictJson.parse(file, headOctets);
        requireFormat(file, head);
        head.only("format", "version", "module", "keyEncryption", "dataKey", "nonce");
        StoreKey key = StoreKey.open(file, head, passphrase);
        int start = MAGIC.length + 4 + headOctets.length;
        byte[] payload = key.cipher("backup")
                .open(head.nonce(), Arrays.copyOf(octets, start), Arrays.copyOfRange(octets, start, octets.length));
        if (payload == null) {
            key.wipe();
            throw damaged(file, "was cut short or edited after its head: the passphrase is right, its content is not");
        }
        return read(file, key, payload);
    }

    private static byte[] head(Path file, byte[] octets) throws SecurityModuleException {
        int start = MAGIC.length + 4;
        if (octets.length < start || !Arrays.equals(octets, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw damaged(file, "does not begin as a backup does");
        }
        int length = ByteBuffer.wrap(octets).getInt(MAGIC.length);
        if (length < 0 || length > Math.min(MAX_HEAD, octets.length - start)) {
            throw damaged(file, "is cut short within its head, or edited there");
        }
        return Arrays.copyOfRange(octets, start, start + length);
    }

    private static void requireFormat(Path file, StrictJson head) throws SecurityModuleException {
        if (!head.text("format").equals(FORMAT)) {
            throw damaged(file, "has a member format that is not \"" + FORMAT + "\"");
        }
        int version = head.number("version");
        if (version > VERSION) {
            throw new SecurityModuleException(
                    Kind.NEWER_FORMAT,
                    file + " has format version " + version + ", this program knows " + VERSION
                            + "; restore it with the version of the program that wrote it, or a later one");
        }
        if (version < 1) {
            throw damaged(file, "has a member version of " + version + ", below 1");
        }
    }

    private static Opened read(Path file, StoreKey key, byte[] payload) throws IOException, SecurityModuleException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
            StrictJson json = StrictJson.parse(file, in.readNBytes(in.readInt()))
                    .only("module", "time", "lastRecord", "chainHash");
            Facts facts = new Facts(
                    json.text("module", UUID::fromString),
                    json.text("time", Instant::parse),
                    json.longNumber("lastRecord"),
                    json.text("chainHash"));
            VendingKeyFile.Opened keys = VendingKeyFile.read(file, in.readNBytes(in.readInt()), key);
            IssuePolicy policy = PolicyJson.read(StrictJson.parse(file, in.readNBytes(in.readInt())));
            byte[] state = in.readNBytes(in.readInt());
            new RegisterState().decode(state);
            return new Opened(facts, keys.file(), keys.content(), policy, state);
        } catch (IllegalArgumentException e) {
            throw new SecurityModuleException(
                    Kind.CORRUPT, file + " is authentic and cannot be read; report this as a bug", e);
        }
    }

    private static SecurityModuleException damaged(Path file, String what) {
        return new SecurityModuleException(
                Kind.CORRUPT, file + " " + what + "; compare its SHA-256 with the receipt, and take another copy");
    }
}
