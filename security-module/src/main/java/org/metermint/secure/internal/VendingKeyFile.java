package org.metermint.secure.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyInfo;

/**
 * The file in which vending keys rest. The key-encryption key, from outside, encrypts a random data key ({@link
 * StoreKey}); from the data key come one key that encrypts vending keys, one for the components of ceremonies, one that
 * seals the file as a whole, and one for the journal.
 *
 * <p>Supply group, expiry number and the other facts of a vending key stand in clear, for people to read, and are the
 * associated data of its encryption: with a fact edited the key does not open, and the error names the entry. A
 * destroyed key has an entry of the same form, without its octets. The seal over everything catches entries
 * that were left out, added from elsewhere, or put in another order. That the whole file was exchanged for an older one
 * shows because every seal stands in the record of what the module did.
 */
final class VendingKeyFile {
    static final String FORMAT = "metermint vending keys";
    static final int VERSION = 2;

    private static final long MAX_SIZE = 16 << 20;
    private static final HexFormat HEX = HexFormat.of();

    /** A vending key as it lies in the file: its facts, and the key encrypted; of a destroyed key, no octets. */
    record Entry(VendingKeyInfo info, SealedOctets key) {}

    /** What the file holds. */
    record Content(List<Entry> keys, List<CeremonyEntry> ceremonies) {
        static final Content EMPTY = new Content(List.of(), List.of());

        Content {
            keys = List.copyOf(keys);
            ceremonies = List.copyOf(ceremonies);
        }
    }

    /** A file that was opened and verified. */
    record Opened(VendingKeyFile file, Content content, String seal) {}

    private final StoreKey storeKey;
    private final Aead keyCipher;
    private final Aead componentCipher;
    private final SecretKeySpec sealKey;
    private final SecretKeySpec policyKey;

    VendingKeyFile(StoreKey storeKey) {
        this.storeKey = storeKey;
        this.keyCipher = storeKey.cipher("vending keys");
        this.componentCipher = storeKey.cipher("ceremonies");
        this.sealKey = storeKey.macKey("seal");
        this.policyKey = storeKey.macKey("policy");
    }

    /**
     * Opens a file and verifies everything in it.
     *
     * @throws SecurityModuleException of kind ACCESS_DENIED, CORRUPT or NEWER_FORMAT
     */
    static Opened open(Path file, KeyEncryptionKeySource source) throws IOException, SecurityModuleException {
        StrictJson json = parse(file);
        VendingKeyFile keys = new VendingKeyFile(StoreKey.open(file, json, source));
        return keys.read(file, json);
    }

    /** Opens another version of this file, under the data key at hand, whatever key-encryption key it is under. */
    Opened reopen(Path file) throws IOException, SecurityModuleException {
        StrictJson json = parse(file);
        VendingKeyFile version = new VendingKeyFile(storeKey.underHeadOf(json));
        try {
            return version.read(file, json);
        } catch (SecurityModuleException | RuntimeException e) {
            version.wipe();
            throw e;
        }
    }

    /** Reads a file out of a backup, whose data key it is under. */
    static Opened read(Path backup, byte[] content, StoreKey storeKey) throws SecurityModuleException {
        return new VendingKeyFile(storeKey).read(backup, parse(backup, content));
    }

    private static StrictJson parse(Path file) throws IOException, SecurityModuleException {
        if (Files.size(file) > MAX_SIZE) {
            throw StrictJson.corrupt(file, "is larger than " + MAX_SIZE + " octets");
        }
        return parse(file, Files.readAllBytes(file));
    }

    private static StrictJson parse(Path file, byte[] content) throws SecurityModuleException {
        StrictJson json = StrictJson.parse(file, content);
        requireFormat(file, json);
        return json.only("format", "version", "module", "keyEncryption", "dataKey", "keys", "ceremonies", "seal");
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
        if (version < VERSION) {
            throw new SecurityModuleException(
                    Kind.CORRUPT,
                    file + " has format version " + version + ", and this program reads " + VERSION
                            + " only; put its keys into a new directory from where they came");
        }
    }

    private Opened read(Path file, StrictJson json) throws SecurityModuleException {
        List<Entry> keys = new ArrayList<>();
        for (StrictJson entry : json.objects("keys")) {
            keys.add(readEntry(entry));
        }
        List<CeremonyEntry> ceremonies = new ArrayList<>();
        for (StrictJson entry : json.objects("ceremonies")) {
            ceremonies.add(CeremonyEntry.read(entry));
        }
        Content content = new Content(keys, ceremonies);
        for (Entry entry : keys) {
            Arrays.fill(unwrap(file, entry), (byte) 0); // an edited entry is named before the seal only says "edited"
        }
        byte[] seal = json.octets("seal");
        if (!MessageDigest.isEqual(sealOctets(content), seal)) {
            throw StrictJson.corrupt(file, "was edited: its seal does not fit what is in it");
        }
        return new Opened(this, content, HEX.formatHex(seal));
    }

    private static Entry readEntry(StrictJson json) throws SecurityModuleException {
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
                "expiredAt",
                "destroyedAt",
                "nonce",
                "wrapped");
        return new Entry(KeyFactsJson.info(json), SealedOctets.read(json));
    }

    /** The content of the file that holds this. */
    byte[] encode(Content content) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", FORMAT);
        json.put("version", VERSION);
        json.putAll(storeKey.head());
        List<Map<String, Object>> keys = new ArrayList<>();
        for (Entry entry : content.keys) {
            Map<String, Object> key = KeyFactsJson.json(entry.info);
            key.putAll(entry.key.json());
            keys.add(key);
        }
        json.put("keys", keys);
        json.put(
                "ceremonies",
                content.ceremonies.stream().map(CeremonyEntry::json).toList());
        json.put("seal", seal(content));
        return StrictJson.write(json);
    }

    /** What authenticates the whole file, in hexadecimal digits. */
    String seal(Content content) {
        return HEX.formatHex(sealOctets(content));
    }

    private byte[] sealOctets(Content content) {
        List<Object> keys = new ArrayList<>();
        for (Entry entry : content.keys) {
            keys.add(List.of(KeyFactsJson.json(entry.info), entry.key.json()));
        }
        List<Object> ceremonies = new ArrayList<>();
        content.ceremonies.forEach(ceremony -> ceremonies.add(ceremony.json()));
        return Canonical.hmac(sealKey, Canonical.octets(List.of(FORMAT, VERSION, storeKey.head(), keys, ceremonies)));
    }

    /** Encrypts a vending key together with its facts. The caller wipes the key. */
    Entry wrap(VendingKeyInfo info, byte[] key) {
        return new Entry(info, SealedOctets.seal(keyCipher, associated(info), key));
    }

    /** The clear key, which the caller wipes; what {@link VendingSecrets#remains} of it if it is destroyed. */
    byte[] unwrap(Path file, Entry entry) throws SecurityModuleException {
        byte[] key = entry.key.open(keyCipher, associated(entry.info));
        if (key == null) {
            throw StrictJson.corrupt(
                    file,
                    "has an entry that was edited or damaged, now of " + entry.info.name()
                            + ": one of its facts (supply group, revision, type, base date, expiry number, activation,"
                            + " algorithm, check value, label, expired, destroyed) is not what its key was sealed with");
        }
        return key;
    }

    private byte[] associated(VendingKeyInfo info) {
        return Canonical.octets(List.of(FORMAT, VERSION, storeKey.module(), KeyFactsJson.json(info)));
    }

    /** Encrypts a component of a ceremony. The caller wipes it. */
    SealedOctets wrapComponent(String ceremony, int number, byte[] component) {
        return SealedOctets.seal(componentCipher, componentAssociated(ceremony, number), component);
    }

    /** The clear component, which the caller wipes. */
    byte[] unwrapComponent(Path file, String ceremony, int number, SealedOctets sealed) throws SecurityModuleException {
        byte[] component = sealed.open(componentCipher, componentAssociated(ceremony, number));
        if (component == null) {
            throw StrictJson.corrupt(file, "has a component of ceremony " + ceremony + " that does not open");
        }
        return component;
    }

    private byte[] componentAssociated(String ceremony, int number) {
        return Canonical.octets(List.of(FORMAT, VERSION, storeKey.module(), ceremony, number));
    }

    /** What is in this file, encrypted for another one. */
    Content contentFor(Path path, Content content, VendingKeyFile other) throws SecurityModuleException {
        List<Entry> keys = new ArrayList<>();
        for (Entry entry : content.keys) {
            byte[] key = unwrap(path, entry);
            try {
                keys.add(other.wrap(entry.info, key));
            } finally {
                Arrays.fill(key, (byte) 0);
            }
        }
        List<CeremonyEntry> ceremonies = new ArrayList<>();
        for (CeremonyEntry entry : content.ceremonies) {
            String id = entry.ceremony().id();
            List<SealedOctets> components = new ArrayList<>();
            for (int i = 0; i < entry.components().size(); i++) {
                byte[] component =
                        unwrapComponent(path, id, i, entry.components().get(i));
                try {
                    components.add(other.wrapComponent(id, i, component));
                } finally {
                    Arrays.fill(component, (byte) 0);
                }
            }
            ceremonies.add(new CeremonyEntry(entry.ceremony(), components));
        }
        return new Content(keys, ceremonies);
    }

    UUID module() {
        return storeKey.module();
    }

    /** The same file under another key-encryption key. */
    VendingKeyFile rewrapped(KeyEncryptionKeySource next) throws SecurityModuleException {
        return new VendingKeyFile(storeKey.rewrapped(next));
    }

    /** Seals what lies beside the keys and only this module may change. */
    byte[] policySeal(byte[] policy) {
        return Canonical.hmac(policyKey, policy);
    }

    Aead journalCipher() {
        return storeKey.cipher("journal");
    }

    StoreKey storeKey() {
        return storeKey;
    }

    void wipe() {
        storeKey.wipe();
    }
}
