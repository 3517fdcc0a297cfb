package org.metermint.secure.internal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/**
 * The data key of a store, in clear in memory and wrapped under a key-encryption key at the head of the key file. From
 * it comes one key for each purpose. It stays the same for the life of the store, while the key-encryption key may
 * change: then only the head is another.
 */
final class StoreKey {
    private static final int OCTETS = 32;
    private static final HexFormat HEX = HexFormat.of();

    private final UUID module;
    private final String kind;
    private final Map<String, String> parameters;
    private final byte[] nonce;
    private final byte[] wrapped;
    private final byte[] dataKey;

    private StoreKey(
            UUID module, String kind, Map<String, String> parameters, byte[] nonce, byte[] wrapped, byte[] dataKey) {
        this.module = module;
        this.kind = kind;
        this.parameters = parameters;
        this.nonce = nonce;
        this.wrapped = wrapped;
        this.dataKey = dataKey;
    }

    /** A new module with a new random data key. */
    static StoreKey create(KeyEncryptionKeySource source) throws SecurityModuleException {
        return create(UUID.randomUUID(), source);
    }

    /** A new random data key for something that a module keeps beside its store. */
    static StoreKey create(UUID module, KeyEncryptionKeySource source) throws SecurityModuleException {
        return wrapped(module, Aead.randomOctets(OCTETS), source);
    }

    /** The same data key under another key-encryption key. */
    StoreKey rewrapped(KeyEncryptionKeySource next) throws SecurityModuleException {
        return wrapped(module, dataKey.clone(), next);
    }

    private static StoreKey wrapped(UUID module, byte[] dataKey, KeyEncryptionKeySource source)
            throws SecurityModuleException {
        Map<String, String> parameters = new TreeMap<>(source.newParameters());
        Aead kek = aead(source.key(parameters));
        byte[] nonce = kek.newNonce();
        byte[] wrapped = kek.seal(nonce, associated(module, source.kind(), parameters), dataKey);
        return new StoreKey(module, source.kind(), parameters, nonce, wrapped, dataKey);
    }

    /**
     * Reads the head of a key file.
     *
     * @throws SecurityModuleException of kind ACCESS_DENIED if this source does not open it, CORRUPT if it cannot be read
     */
    static StoreKey open(Path file, StrictJson json, KeyEncryptionKeySource source) throws SecurityModuleException {
        StoreKey locked = read(json, new byte[0]);
        String kind = locked.kind;
        if (!kind.equals(source.kind())) {
            throw new SecurityModuleException(
                    Kind.ACCESS_DENIED,
                    file + " is encrypted under a " + kind + " and was opened with a " + source.kind() + "; give the "
                            + kind);
        }
        byte[] dataKey = aead(source.key(locked.parameters))
                .open(locked.nonce, associated(locked.module, kind, locked.parameters), locked.wrapped);
        if (dataKey == null) {
            throw new SecurityModuleException(
                    Kind.ACCESS_DENIED,
                    "the " + kind + " does not open " + file + ", or the head of the file was edited");
        }
        return read(json, dataKey);
    }

    /**
     * The same data key with the head of another version of the file, whose seal shows whether it is of this store.
     *
     * @throws SecurityModuleException of kind CORRUPT if the head cannot be read
     */
    StoreKey underHeadOf(StrictJson json) throws SecurityModuleException {
        return read(json, dataKey.clone());
    }

    private static StoreKey read(StrictJson json, byte[] dataKey) throws SecurityModuleException {
        StrictJson encryption = json.object("keyEncryption").only("kind", "parameters");
        StrictJson dataKeyJson = json.object("dataKey").only("nonce", "wrapped");
        return new StoreKey(
                json.text("module", UUID::fromString),
                encryption.text("kind"),
                new TreeMap<>(encryption.texts("parameters")),
                dataKeyJson.nonce(),
                dataKeyJson.octets("wrapped"),
                dataKey);
    }

    private static byte[] associated(UUID module, String kind, Map<String, String> parameters) {
        return Canonical.octets(List.of(VendingKeyFile.FORMAT, VendingKeyFile.VERSION, module, kind, parameters));
    }

    UUID module() {
        return module;
    }

    /** The kind of the key-encryption key. */
    String kind() {
        return kind;
    }

    /** The members of the head of the file. */
    Map<String, Object> head() {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("module", module.toString());
        Map<String, Object> encryption = new LinkedHashMap<>();
        encryption.put("kind", kind);
        encryption.put("parameters", parameters);
        head.put("keyEncryption", encryption);
        Map<String, Object> key = new LinkedHashMap<>();
        key.put("nonce", HEX.formatHex(nonce));
        key.put("wrapped", HEX.formatHex(wrapped));
        head.put("dataKey", key);
        return head;
    }

    /** The cipher for one purpose. */
    Aead cipher(String purpose) {
        return aead(subkey(purpose));
    }

    /** The key of HMAC-SHA-256 for one purpose. */
    SecretKeySpec macKey(String purpose) {
        byte[] key = subkey(purpose);
        try {
            return new SecretKeySpec(key, "HmacSHA256");
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private byte[] subkey(String purpose) {
        return Canonical.hmac(
                new SecretKeySpec(dataKey, "HmacSHA256"), ("metermint " + purpose).getBytes(StandardCharsets.US_ASCII));
    }

    /** The cipher under a key, whose octets are wiped. */
    private static Aead aead(byte[] key) {
        try {
            return new Aead(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    void wipe() {
        Arrays.fill(dataKey, (byte) 0);
    }

    /** Names the module; shows nothing of the key. */
    @Override
    public String toString() {
        return "data key of module " + module;
    }
}
