package org.metermint.secure.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyFacts;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;

/** The vending keys of a module, in memory and in their file. */
final class KeyRing {
    static final String KEYS = "vending-keys.json";
    static final String JOURNAL = "issued.journal";

    /** A key on its way in. No record, because a record prints what it holds. */
    static final class ClearKey {
        final VendingKeyFacts facts;
        final byte[] octets;

        ClearKey(VendingKeyFacts facts, byte[] octets) {
            this.facts = facts;
            this.octets = octets;
        }
    }

    private final VendingKeyFile file;
    private final VendingSecrets secrets;
    private List<VendingKeyFile.Entry> entries;
    private volatile Map<VendingKeyName, HeldKey> held;

    private KeyRing(VendingKeyFile file, VendingSecrets secrets, List<VendingKeyFile.Entry> entries)
            throws SecurityModuleException {
        this.file = file;
        this.secrets = secrets;
        this.entries = List.copyOf(entries);
        this.held = hold(entries);
    }

    /** Opens the keys of a directory; an empty directory gets a key file without keys and an empty journal. */
    static KeyRing open(Path directory, KeyEncryptionKeySource source, VendingSecrets secrets)
            throws IOException, SecurityModuleException {
        Path keys = directory.resolve(KEYS);
        Path journal = directory.resolve(JOURNAL);
        if (Files.exists(keys)) {
            if (!Files.exists(journal)) {
                throw StrictJson.corrupt(
                        keys, "stands without " + JOURNAL + ", which tells what was issued under its keys");
            }
            List<VendingKeyFile.Entry> entries = new ArrayList<>();
            VendingKeyFile file = VendingKeyFile.open(keys, source, entries);
            return new KeyRing(file, secrets, entries);
        }
        if (Files.exists(journal) && Files.size(journal) > Journal.HEADER) {
            throw StrictJson.corrupt(keys, "is missing beside " + JOURNAL + ", which holds issued tokens");
        }
        // The journal first: the key file is what makes a store of a directory.
        VendingKeyFile file = VendingKeyFile.create(keys, source);
        Files.deleteIfExists(journal);
        Journal.create(journal, file.module());
        file.write(List.of());
        return new KeyRing(file, secrets, List.of());
    }

    private Map<VendingKeyName, HeldKey> hold(List<VendingKeyFile.Entry> entries) throws SecurityModuleException {
        Map<VendingKeyName, HeldKey> keys = new LinkedHashMap<>();
        for (VendingKeyFile.Entry entry : entries) {
            byte[] octets = file.unwrap(entry);
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
    synchronized List<VendingKeyInfo> add(List<ClearKey> clear) throws SecurityModuleException {
        Map<VendingKeyName, HeldKey> next = new LinkedHashMap<>(held);
        List<VendingKeyFile.Entry> nextEntries = new ArrayList<>(entries);
        List<VendingKeyInfo> added = new ArrayList<>();
        Map<HeldKey, ClearKey> fresh = new LinkedHashMap<>();
        for (ClearKey key : clear) {
            HeldKey candidate = HeldKey.of(key.facts, key.octets);
            VendingKeyInfo info = candidate.info();
            HeldKey present = next.putIfAbsent(info.name(), candidate);
            if (present == null) {
                fresh.put(candidate, key);
            } else if (!present.info().equals(info) || !present.secret().is(key.octets)) {
                throw new SecurityModuleException(
                        Kind.KEY_PRESENT,
                        "another key of " + info.name() + " is there, with check value "
                                + present.info().keyCheckValue() + ", base date "
                                + present.info().baseDate().year() + " and expiry number "
                                + present.info().expiry() + "; a new key needs a new revision");
            }
            added.add(info);
        }
        for (Map.Entry<HeldKey, ClearKey> candidate : fresh.entrySet()) {
            VendingKeyInfo info = candidate.getKey().info();
            byte[] kept = secrets.keep(file.module(), info, candidate.getValue().octets);
            try {
                nextEntries.add(file.wrap(info, kept));
                next.put(info.name(), new HeldKey(info, secrets.read(info, kept)));
            } finally {
                Arrays.fill(kept, (byte) 0);
                candidate.getKey().wipe();
            }
        }
        if (nextEntries.size() > entries.size()) {
            try {
                file.write(nextEntries);
            } catch (IOException e) {
                throw new SecurityModuleException(
                        Kind.UNAVAILABLE, "the key file could not be replaced; the keys in it are as they were", e);
            }
            entries = List.copyOf(nextEntries);
            held = next;
        }
        return added;
    }

    Optional<HeldKey> find(VendingKeyName name) {
        return Optional.ofNullable(held.get(name));
    }

    List<VendingKeyInfo> infos() {
        return held.values().stream()
                .map(HeldKey::info)
                .sorted(Comparator.comparing(
                                (VendingKeyInfo info) -> info.supplyGroup().value())
                        .thenComparing(info -> info.revision().value())
                        .thenComparing(VendingKeyInfo::type))
                .toList();
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

    void wipe() {
        held.values().forEach(HeldKey::wipe);
    }
}
