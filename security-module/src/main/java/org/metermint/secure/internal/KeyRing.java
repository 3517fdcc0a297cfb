package org.metermint.secure.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.EventKind;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyFacts;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;
import org.metermint.secure.internal.VendingKeyFile.Content;
import org.metermint.secure.internal.VendingKeyFile.Entry;
import org.metermint.secure.internal.record.Journal;

/**
 * The vending keys of a module, in memory and in their file.
 *
 * <p>Every change is one new version of the file, whose seal stands in the record with what was done: see {@link
 * RecordedFile}.
 */
final class KeyRing {
    static final String KEYS = "vending-keys.json";
    static final String RECORD = "record";
    /** The record of a store of an earlier format. */
    private static final String OLD_RECORD = "issued.journal";

    /** The fact of an event that names a version of the file. */
    static final String SEAL = "seal";

    /** A key on its way in. No record, because a record prints what it holds. */
    static final class ClearKey {
        final VendingKeyFacts facts;
        final byte[] octets;

        ClearKey(VendingKeyFacts facts, byte[] octets) {
            this.facts = facts;
            this.octets = octets;
        }
    }

    private static final Set<EventKind> CHANGES = EnumSet.of(
            EventKind.KEY_TAKEN_IN,
            EventKind.KEY_EXPIRED,
            EventKind.KEY_DESTROYED,
            EventKind.KEY_ENCRYPTION_KEY_ROTATED,
            EventKind.CEREMONY_STEP,
            EventKind.RESTORED);

    private final Path path;
    private final RecordedFile versions;
    private final VendingSecrets secrets;

    /** Guarded by this, as what lies on the disk. */
    private VendingKeyFile file;

    private Content content = Content.EMPTY;
    private volatile Map<VendingKeyName, HeldKey> held = Map.of();

    private KeyRing(Path path, VendingKeyFile file, VendingSecrets secrets) {
        this.path = path;
        this.versions = new RecordedFile(path, SEAL, EventKind.KEY_FILE_SEALED, CHANGES, this::seal);
        this.file = file;
        this.secrets = secrets;
    }

    /**
     * Opens the key file of a directory; an empty directory gets one without keys, and an empty record. No key is held
     * before the file is {@linkplain #settle settled}.
     */
    static KeyRing open(Path directory, KeyEncryptionKeySource source, VendingSecrets secrets, Clock clock)
            throws IOException, SecurityModuleException {
        Path keys = directory.resolve(KEYS);
        Path record = directory.resolve(RECORD);
        requirePresentFormat(directory);
        if (Files.exists(keys)) {
            if (!Journal.exists(record)) {
                throw StrictJson.corrupt(
                        keys, "stands without " + RECORD + ", which tells what was issued under its keys");
            }
            return new KeyRing(keys, unlock(directory, source, clock), secrets);
        }
        if (!Journal.isEmpty(record)) {
            throw StrictJson.corrupt(keys, "is missing beside " + RECORD + ", which holds what the module did");
        }
        // The record first: the key file is what makes a store of a directory.
        VendingKeyFile file = new VendingKeyFile(StoreKey.create(source));
        Journal.create(record, file.module(), file.journalCipher(), clock.instant(), null);
        DurableFiles.replace(keys, file.encode(Content.EMPTY));
        return new KeyRing(keys, file, secrets);
    }

    /** Opens the key file of a directory, unless somebody tried passphrases on it and has to wait. */
    static VendingKeyFile unlock(Path directory, KeyEncryptionKeySource source, Clock clock)
            throws IOException, SecurityModuleException {
        PassphraseAttempts.Guarded guarded = new PassphraseAttempts(directory, clock).new Guarded(source);
        try {
            VendingKeyFile opened = openEither(directory.resolve(KEYS), guarded);
            guarded.tell(true);
            return opened;
        } catch (SecurityModuleException e) {
            if (e.kind() == Kind.ACCESS_DENIED) {
                guarded.tell(false);
            }
            throw e;
        }
    }

    /**
     * Opens the key file, or the version beside it: after a crash in a change of the key-encryption key either may be the one
     * that holds, and the data key in both is the same.
     */
    private static VendingKeyFile openEither(Path keys, KeyEncryptionKeySource source)
            throws IOException, SecurityModuleException {
        try {
            return VendingKeyFile.open(keys, source).file();
        } catch (SecurityModuleException e) {
            Path prepared = DurableFiles.prepared(keys);
            if (e.kind() != Kind.ACCESS_DENIED || !Files.exists(prepared)) {
                throw e;
            }
            try {
                return VendingKeyFile.open(prepared, source).file();
            } catch (SecurityModuleException unopened) {
                throw e;
            }
        }
    }

    /**
     * Makes sure that the key file is the version that the record names last, and holds its keys.
     *
     * @throws SecurityModuleException of kind CORRUPT if it is another version; ACCESS_DENIED if the key-encryption key is
     *     that of a version which never came to hold, or a key is in a token that is not given
     */
    synchronized void settle(Trail record) throws IOException, SecurityModuleException {
        versions.settle(record);
        VendingKeyFile.Opened present = file.reopen(path);
        VendingKeyFile opened = file;
        file = present.file();
        opened.wipe();
        if (!opened.storeKey().head().equals(file.storeKey().head())) {
            throw new SecurityModuleException(
                    Kind.ACCESS_DENIED,
                    "a change of the key-encryption key of " + path
                            + " was interrupted, and what was given is not the one"
                            + " that holds; give the other of the two, a "
                            + file.storeKey().kind());
        }
        content = present.content();
        held = hold(content.keys());
    }

    private synchronized String seal(Path version) throws IOException, SecurityModuleException {
        VendingKeyFile.Opened opened = file.reopen(version);
        opened.file().wipe();
        return opened.seal();
    }

    private static void requirePresentFormat(Path directory) throws SecurityModuleException {
        if (Files.exists(directory.resolve(OLD_RECORD))) {
            throw new SecurityModuleException(
                    Kind.CORRUPT,
                    directory + " was written by an earlier version of this program, and this one does not read its "
                            + OLD_RECORD + ": run that version to look up what it issued, and begin a new store with"
                            + " this one");
        }
    }

    private Map<VendingKeyName, HeldKey> hold(List<Entry> entries) throws SecurityModuleException {
        Map<VendingKeyName, HeldKey> keys = new LinkedHashMap<>();
        for (Entry entry : entries) {
            byte[] octets = file.unwrap(path, entry);
            try {
                VendingSecret secret = secrets.read(entry.info(), octets);
                keys.put(entry.info().name(), new HeldKey(entry.info(), secret));
            } finally {
                Arrays.fill(octets, (byte) 0);
            }
        }
        return keys;
    }

    /** Takes in keys, all or none, and returns what may be known of them. */
    synchronized List<VendingKeyInfo> add(List<ClearKey> clear, String by) throws SecurityModuleException {
        return add(clear, null, new AuditEvent(EventKind.KEY_TAKEN_IN, by, Map.of()));
    }

    /** Takes in keys, and with them what a ceremony is once its key is in. */
    synchronized List<VendingKeyInfo> add(List<ClearKey> clear, @Nullable CeremonyEntry ceremony, AuditEvent event)
            throws SecurityModuleException {
        Map<VendingKeyName, HeldKey> next = new LinkedHashMap<>(held);
        Map<VendingKeyName, Entry> entries = entries();
        List<VendingKeyInfo> known = new ArrayList<>();
        Map<String, String> taken = new TreeMap<>();
        for (ClearKey key : clear) {
            VendingKeyInfo info = accepted(next, key);
            known.add(info);
            HeldKey present = next.get(info.name());
            if (present == null || !present.info().equals(info)) {
                byte[] kept = secrets.keep(file.module(), info, key.octets);
                try {
                    entries.put(info.name(), file.wrap(info, kept));
                    next.put(info.name(), new HeldKey(info, secrets.read(info, kept)));
                } finally {
                    Arrays.fill(kept, (byte) 0);
                }
                taken.put("key" + (taken.size() + 1), info.name() + ", check value " + info.keyCheckValue());
            }
        }
        if (!taken.isEmpty() || ceremony != null) {
            List<CeremonyEntry> ceremonies = ceremony == null ? content.ceremonies() : ceremoniesWith(ceremony);
            taken.putAll(event.facts());
            commit(
                    file,
                    new Content(List.copyOf(entries.values()), ceremonies),
                    new AuditEvent(event.kind(), event.who(), taken));
            held = next;
        }
        return known;
    }

    /** What stands under the name of a key once it has come: what came, or the same key that was there. */
    private static VendingKeyInfo accepted(Map<VendingKeyName, HeldKey> keys, ClearKey key)
            throws SecurityModuleException {
        HeldKey candidate = HeldKey.of(key.facts, key.octets);
        VendingKeyInfo info = candidate.info();
        candidate.wipe();
        HeldKey present = keys.get(info.name());
        if (present == null) {
            return info;
        }
        VendingKeyInfo old = present.info();
        boolean sameFacts =
                KeyFactsJson.facts(old).equals(key.facts) && old.keyCheckValue().equals(info.keyCheckValue());
        if (sameFacts && old.destroyedAt() != null) { // the key itself is gone: its check value has to do
            return KeyFactsJson.info(key.facts, info.keyCheckValue(), info.testOnly(), old.expiredAt(), null);
        }
        if (sameFacts && present.secret().is(key.octets)) {
            return old;
        }
        throw new SecurityModuleException(
                Kind.KEY_PRESENT,
                "another key of " + info.name() + (old.destroyedAt() == null ? " is" : " was")
                        + " there, with check value " + old.keyCheckValue() + ", base date "
                        + old.baseDate().year() + " and expiry number " + old.expiry()
                        + (old.destroyedAt() == null ? "" : ", destroyed at " + old.destroyedAt())
                        + "; a new key needs a new revision");
    }

    /** Replaces what is known of a key by what a change makes of it; the octets go if the change destroys it. */
    synchronized VendingKeyInfo change(VendingKeyName name, UnaryOperator<VendingKeyInfo> change, AuditEvent event)
            throws SecurityModuleException {
        Map<VendingKeyName, Entry> entries = entries();
        Entry entry = Objects.requireNonNull(entries.get(name), "asked for before");
        VendingKeyInfo info = change.apply(entry.info());
        byte[] octets = file.unwrap(path, entry);
        try {
            entries.put(name, file.wrap(info, info.destroyedAt() == null ? octets : VendingSecrets.remains(octets)));
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
        commit(file, new Content(List.copyOf(entries.values()), content.ceremonies()), event);
        Map<VendingKeyName, HeldKey> next = new LinkedHashMap<>(held);
        HeldKey before = Objects.requireNonNull(next.get(name));
        next.put(name, new HeldKey(info, info.destroyedAt() == null ? before.secret() : new VendingSecret.Gone(info)));
        held = next;
        return info;
    }

    /** What there is of ceremonies, open ones and others. */
    synchronized List<CeremonyEntry> ceremonies() {
        return content.ceremonies();
    }

    /** Puts a ceremony in the place of the one with its id, or after all others. */
    synchronized void put(CeremonyEntry ceremony, AuditEvent event) throws SecurityModuleException {
        commit(file, new Content(content.keys(), ceremoniesWith(ceremony)), event);
    }

    private List<CeremonyEntry> ceremoniesWith(CeremonyEntry ceremony) {
        Map<String, CeremonyEntry> ceremonies = new LinkedHashMap<>();
        content.ceremonies().forEach(entry -> ceremonies.put(entry.ceremony().id(), entry));
        ceremonies.put(ceremony.ceremony().id(), ceremony);
        return List.copyOf(ceremonies.values());
    }

    /** Encrypts a component for the file. */
    synchronized SealedOctets sealComponent(String ceremony, int number, byte[] component) {
        return file.wrapComponent(ceremony, number, component);
    }

    /** A component out of the file, for the caller to wipe. */
    synchronized byte[] component(String ceremony, int number, SealedOctets sealed) throws SecurityModuleException {
        return file.unwrapComponent(path, ceremony, number, sealed);
    }

    /** All that is in the file, encrypted for another one. */
    synchronized Content contentFor(VendingKeyFile other) throws SecurityModuleException {
        return file.contentFor(path, content, other);
    }

    private Map<VendingKeyName, Entry> entries() {
        Map<VendingKeyName, Entry> entries = new LinkedHashMap<>();
        content.keys().forEach(entry -> entries.put(entry.info().name(), entry));
        return entries;
    }

    /** Puts the data key under another key-encryption key. */
    synchronized void rewrap(KeyEncryptionKeySource next, AuditEvent event) throws SecurityModuleException {
        VendingKeyFile rewrapped = file.rewrapped(next);
        commit(rewrapped, content, event);
        file.wipe();
        file = rewrapped;
    }

    /** Makes a new version of the file the one that holds; if this throws, the old one does. */
    private void commit(VendingKeyFile nextFile, Content next, AuditEvent event) throws SecurityModuleException {
        versions.replace(nextFile.encode(next), nextFile.seal(next), event);
        content = next;
    }

    Optional<HeldKey> find(VendingKeyName name) {
        return Optional.ofNullable(held.get(name));
    }

    /** What is known of every key, also of those that were destroyed. */
    List<VendingKeyInfo> infos() {
        return new TreeMap<>(held).values().stream().map(HeldKey::info).toList();
    }

    /** Whether new keys go into a token. */
    boolean areInToken() {
        return secrets.areInToken();
    }

    /** Why the token does not compute at present; empty if it does, or if no key is in one. */
    Optional<SecurityModuleException> tokenFailure() {
        for (HeldKey key : held.values()) {
            if (key.secret() instanceof VendingSecret.InToken secret) {
                try {
                    secret.checkValue();
                    return Optional.empty();
                } catch (SecurityModuleException e) {
                    return Optional.of(e);
                }
            }
        }
        return Optional.empty();
    }

    UUID module() {
        return file.module();
    }

    byte[] policySeal(byte[] content) {
        return file.policySeal(content);
    }

    Aead journalCipher() {
        return file.journalCipher();
    }

    synchronized void wipe() {
        held.values().forEach(HeldKey::wipe);
        file.wipe();
    }
}
