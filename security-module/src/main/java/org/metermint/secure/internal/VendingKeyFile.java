package org.metermint.secure.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

/**
 * The file in which vending keys rest. The key-encryption key, from outside, encrypts a random data key; from the data
 * key come one key that encrypts vending keys, one that seals the file as a whole, and one for the journal.
 *
 * <p>Supply group, expiry number and the other facts of a vending key stand in clear, for people to read, and are the
 * associated data of its encryption: with a fact edited the key does not open, and the error names the entry. The seal
 * over everything catches entries that were left out, added from elsewhere, or put in another order. That the whole
 * file was exchanged for an older one, no file can tell.
 */
final class VendingKeyFile {
    /** A vending key as it lies in the file: its facts, and nonce and ciphertext in hexadecimal digits. */
    record Entry(VendingKeyInfo info, String nonce, String wrapped) {}

    private static final String FORMAT = "metermint vending keys";
    private static final int VERSION = 1;
    private static final int DATA_KEY = 32;
    private static final long MAX_SIZE = 16 << 20;
    private static final HexFormat HEX = HexFormat.of();

    private final Path file;
    private final UUID module;
    private final Map<String, Object> head;
    private final Aead keyCipher;
    private final SecretKeySpec sealKey;
    private final SecretKeySpec policyKey;
    private final Aead journalCipher;

    private VendingKeyFile(Path file, UUID module, Map<String, Object> head, byte[] dataKey) {
        this.file = file;
        this.module = module;
        this.head = head;
        this.keyCipher = aead(subkey(dataKey, "vending keys"));
        this.sealKey = new SecretKeySpec(subkey(dataKey, "seal"), "HmacSHA256");
        this.policyKey = new SecretKeySpec(subkey(dataKey, "policy"), "HmacSHA256");
        this.journalCipher = aead(subkey(dataKey, "journal"));
        Arrays.fill(dataKey, (byte) 0);
    }

    /** A new file, which is not on the disk until {@link #write}. */
    static VendingKeyFile create(Path file, KeyEncryptionKeySource source) throws SecurityModuleException {
        UUID module = UUID.randomUUID();
        Map<String, String> parameters = new TreeMap<>(source.newParameters());
        byte[] dataKey = Aead.randomOctets(DATA_KEY);
        Aead kek = keyEncryption(source, parameters);
        byte[] nonce = kek.newNonce();
        byte[] wrapped = kek.seal(nonce, headOctets(module, source.kind(), parameters), dataKey);
        return new VendingKeyFile(file, module, head(module, source.kind(), parameters, nonce, wrapped), dataKey);
    }

    /**
     * Opens a file and reads its entries, every one of them verified.
     *
     * @throws SecurityModuleException of kind ACCESS_DENIED, CORRUPT or NEWER_FORMAT
     */
    static VendingKeyFile open(Path file, KeyEncryptionKeySource source, List<Entry> entries)
            throws IOException, SecurityModuleException {
        if (Files.size(file) > MAX_SIZE) {
            throw StrictJson.corrupt(file, "is larger than " + MAX_SIZE + " octets");
        }
        StrictJson json = StrictJson.parse(file, Files.readAllBytes(file));
        requireFormat(file, json);
        json.only("format", "version", "module", "keyEncryption", "dataKey", "keys", "seal");
        UUID module = json.text("module", UUID::fromString);
        StrictJson encryption = json.object("keyEncryption").only("kind", "parameters");
        String kind = encryption.text("kind");
        Map<String, String> parameters = new TreeMap<>(encryption.texts("parameters"));
        StrictJson dataKeyJson = json.object("dataKey").only("nonce", "wrapped");
        byte[] nonce = nonce(file, dataKeyJson);
        byte[] wrapped = dataKeyJson.octets("wrapped");
        if (!kind.equals(source.kind())) {
            throw new SecurityModuleException(
                    Kind.ACCESS_DENIED,
                    file + " is encrypted under a " + kind + " and was opened with a " + source.kind() + "; give the "
                            + kind);
        }
        byte[] dataKey = keyEncryption(source, parameters).open(nonce, headOctets(module, kind, parameters), wrapped);
        if (dataKey == null) {
            throw new SecurityModuleException(
                    Kind.ACCESS_DENIED,
                    "the " + kind + " does not open " + file + ", or the head of the file was edited");
        }
        VendingKeyFile keys = new VendingKeyFile(file, module, head(module, kind, parameters, nonce, wrapped), dataKey);
        for (StrictJson entry : json.objects("keys")) {
            entries.add(readEntry(file, entry));
        }
        for (Entry entry : entries) {
            Arrays.fill(keys.unwrap(entry), (byte) 0); // an edited entry is named before the seal only says "edited"
        }
        if (!MessageDigest.isEqual(keys.seal(entries), json.octets("seal"))) {
            throw StrictJson.corrupt(file, "was edited: its seal does not fit the keys in it");
        }
        return keys;
    }

    private static void requireFormat(Path file, StrictJson json) throws SecurityModuleException {
        if (!json.text("format").equals(FORMAT)) {
            throw StrictJson.corrupt(file, "has a member format that is not \"" + FORMAT + "\"");
        }
        int version = json.number("version");
        if (version > VERSION) {
            throw new SecurityModuleException(
                    Kind.NEWER_FORMAT,
                    file + " has format version " + version + ", this program knows " + VERSION
                            + "; run the version of the program that wrote it, or a later one");
        }
        if (version < 1) {
            throw StrictJson.corrupt(file, "has a member version of " + version + ", below 1");
        }
    }

    private static Aead keyEncryption(KeyEncryptionKeySource source, Map<String, String> parameters)
            throws SecurityModuleException {
        return aead(source.key(parameters));
    }

    /** The cipher under a key, whose octets are wiped. */
    private static Aead aead(byte[] key) {
        try {
            return new Aead(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] nonce(Path file, StrictJson json) throws SecurityModuleException {
        byte[] nonce = json.octets("nonce");
        if (nonce.length != Aead.NONCE) {
            throw StrictJson.corrupt(file, "has a nonce of " + nonce.length + " octets that must have " + Aead.NONCE);
        }
        return nonce;
    }

    private static Entry readEntry(Path file, StrictJson json) throws SecurityModuleException {
        json.only(
                "supplyGroup",
                "revision",
                "type",
                "baseDate",
                "expiry",
                "activeFrom",
                "algorithm",
                "keyCheckValue",
                "testOnly",
                "nonce",
                "wrapped");
        VendingKeyInfo info = new VendingKeyInfo(
                json.text("supplyGroup", SupplyGroupCode::parse),
                json.number("revision", KeyRevisionNumber::new),
                json.number("type", KeyType::ofNumber),
                json.number("baseDate", BaseDate::ofYear),
                json.number("expiry", KeyExpiryNumber::new),
                json.text("activeFrom", Instant::parse),
                json.text("algorithm", StrictJson.oneOf(KeyGeneration.class)),
                json.text("keyCheckValue"),
                json.flag("testOnly"));
        return new Entry(info, HEX.formatHex(nonce(file, json)), HEX.formatHex(json.octets("wrapped")));
    }

    /** Replaces the file by one that holds these entries; when this returns, it lies on the disk. */
    void write(List<Entry> entries) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>(head);
        List<Map<String, Object>> keys = new ArrayList<>();
        for (Entry entry : entries) {
            Map<String, Object> key = facts(entry.info);
            key.put("nonce", entry.nonce);
            key.put("wrapped", entry.wrapped);
            keys.add(key);
        }
        json.put("keys", keys);
        json.put("seal", HEX.formatHex(seal(entries)));
        DurableFiles.replace(file, StrictJson.write(json));
    }

    /** Encrypts a vending key together with its facts. The caller wipes the key. */
    Entry wrap(VendingKeyInfo info, byte[] key) {
        byte[] nonce = keyCipher.newNonce();
        byte[] wrapped = keyCipher.seal(nonce, entryOctets(info), key);
        return new Entry(info, HEX.formatHex(nonce), HEX.formatHex(wrapped));
    }

    /** The clear key, which the caller wipes. */
    byte[] unwrap(Entry entry) throws SecurityModuleException {
        byte[] key = keyCipher.open(HEX.parseHex(entry.nonce), entryOctets(entry.info), HEX.parseHex(entry.wrapped));
        if (key == null) {
            throw StrictJson.corrupt(
                    file,
                    "has an entry that was edited or damaged, now of " + entry.info.name()
                            + ": one of its facts (supply group, revision, type, base date, expiry number, activation,"
                            + " algorithm, check value, label) is not what its key was sealed with");
        }
        return key;
    }

    UUID module() {
        return module;
    }

    /** Seals what lies beside the keys and only this module may change. */
    byte[] policySeal(byte[] content) {
        return hmac(policyKey, content);
    }

    Aead journalCipher() {
        return journalCipher;
    }

    private static Map<String, Object> head(
            UUID module, String kind, Map<String, String> parameters, byte[] nonce, byte[] wrapped) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("format", FORMAT);
        head.put("version", VERSION);
        head.put("module", module.toString());
        Map<String, Object> encryption = new LinkedHashMap<>();
        encryption.put("kind", kind);
        encryption.put("parameters", parameters);
        head.put("keyEncryption", encryption);
        Map<String, Object> dataKey = new LinkedHashMap<>();
        dataKey.put("nonce", HEX.formatHex(nonce));
        dataKey.put("wrapped", HEX.formatHex(wrapped));
        head.put("dataKey", dataKey);
        return head;
    }

    private static Map<String, Object> facts(VendingKeyInfo info) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("supplyGroup", info.supplyGroup().digits());
        facts.put("revision", info.revision().value());
        facts.put("type", info.type().number());
        facts.put("baseDate", info.baseDate().year());
        facts.put("expiry", info.expiry().value());
        facts.put("activeFrom", info.activeFrom().toString());
        facts.put("algorithm", info.algorithm().name());
        facts.put("keyCheckValue", info.keyCheckValue());
        facts.put("testOnly", info.testOnly());
        return facts;
    }

    private static byte[] headOctets(UUID module, String kind, Map<String, String> parameters) {
        return octets(List.of(FORMAT, VERSION, module, kind, parameters));
    }

    private byte[] entryOctets(VendingKeyInfo info) {
        return octets(List.of(FORMAT, VERSION, module, facts(info)));
    }

    private byte[] seal(List<Entry> entries) {
        List<Object> parts = new ArrayList<>(List.of(head));
        for (Entry entry : entries) {
            parts.addAll(List.of(facts(entry.info), entry.nonce, entry.wrapped));
        }
        return hmac(sealKey, octets(parts));
    }

    /** One sequence of octets for a list of parts, every text and every map after its length so that nothing runs together. */
    private static byte[] octets(List<?> parts) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (Object part : parts) {
            byte[] content;
            if (part instanceof Map<?, ?> map) {
                List<Object> members = new ArrayList<>();
                map.forEach((name, value) -> members.addAll(List.of(name, value)));
                content = octets(members);
            } else {
                content = part.toString().getBytes(StandardCharsets.UTF_8);
            }
            octets.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
            octets.writeBytes(content);
        }
        return octets.toByteArray();
    }

    private static byte[] subkey(byte[] dataKey, String purpose) {
        return hmac(
                new SecretKeySpec(dataKey, "HmacSHA256"), ("metermint " + purpose).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] hmac(SecretKeySpec key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
