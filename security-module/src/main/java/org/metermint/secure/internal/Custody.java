package org.metermint.secure.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.BackupReceipt;
import org.metermint.secure.CeremonyTranscript;
import org.metermint.secure.EventKind;
import org.metermint.secure.KeyCeremony;
import org.metermint.secure.KeyCustody;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyFacts;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;

/** What people do to the keys of a software module: checks who and what, and lets {@link KeyRing} do it durably. */
final class Custody implements KeyCustody {
    private final KeyRing keys;
    private final IssueRegister register;
    private final Backups backups;
    private final Clock clock;
    private final Gate gate;
    private final Ceremonies ceremonies;

    /** What the module lets happen to it while its keys change. */
    interface Gate {
        /** Refuses while the module is closed. */
        void requireOpen() throws SecurityModuleException;

        /** Returns when every call that began before has ended. */
        void awaitCalls();
    }

    Custody(KeyRing keys, PolicyFile policy, IssueRegister register, Clock clock, Gate gate) {
        this.register = register;
        this.backups = new Backups(keys, policy, register, clock);
        this.keys = keys;
        this.clock = clock;
        this.gate = gate;
        this.ceremonies = new Ceremonies(keys, clock);
    }

    @Override
    public synchronized VendingKeyInfo expire(VendingKeyName name, String by, String reason)
            throws SecurityModuleException {
        Map<String, String> facts = facts(name, reason);
        String person = People.require("person who expires a key", by);
        VendingKeyInfo info = held(name);
        if (info.expiredAt() != null) {
            throw Policy.notPermitted("the key of " + name + " was expired by hand at " + info.expiredAt()
                    + " already; destroy it once no meter is left under it");
        }
        Instant now = now();
        VendingKeyInfo expired = keys.change(
                name,
                key -> KeyFactsJson.info(
                        KeyFactsJson.facts(key), key.keyCheckValue(), key.testOnly(), now, key.destroyedAt()),
                new AuditEvent(EventKind.KEY_EXPIRED, person, facts));
        gate.awaitCalls();
        return expired;
    }

    @Override
    public synchronized VendingKeyInfo destroy(VendingKeyName name, String by, String confirmedBy, String reason)
            throws SecurityModuleException {
        Map<String, String> facts = facts(name, reason);
        String person = People.require("person who destroys a key", by);
        String second = People.require("person who confirms it", confirmedBy);
        if (People.same(person, second)) {
            throw Policy.notPermitted("a key is destroyed by two people, and " + person
                    + " was given as both; let another person confirm it");
        }
        facts.put("confirmedBy", second);
        held(name);
        Instant now = now();
        HeldKey key = keys.find(name).orElseThrow();
        VendingKeyInfo destroyed = keys.change(
                name,
                info -> KeyFactsJson.info(
                        KeyFactsJson.facts(info), info.keyCheckValue(), info.testOnly(), info.expiredAt(), now),
                new AuditEvent(EventKind.KEY_DESTROYED, person, facts));
        gate.awaitCalls();
        key.secret().destroy();
        return destroyed;
    }

    @Override
    public synchronized void rotateKeyEncryptionKey(KeyEncryptionKeySource next, String by)
            throws SecurityModuleException {
        String person = People.require("person who rotates the key-encryption key", by);
        gate.requireOpen();
        keys.rewrap(next, new AuditEvent(EventKind.KEY_ENCRYPTION_KEY_ROTATED, person, Map.of("to", next.kind())));
    }

    @Override
    public List<KeyCeremony> ceremonies() throws SecurityModuleException {
        gate.requireOpen();
        return ceremonies.all();
    }

    @Override
    public synchronized KeyCeremony beginCeremony(
            VendingKeyFacts facts, int custodians, @Nullable String expectedCheckValue, String by)
            throws SecurityModuleException {
        gate.requireOpen();
        return ceremonies.begin(facts, custodians, expectedCheckValue, by);
    }

    @Override
    public synchronized KeyCeremony enterComponent(
            String ceremony, String custodian, byte[] component, String checkValue) throws SecurityModuleException {
        gate.requireOpen();
        return ceremonies.enter(ceremony, custodian, component, checkValue);
    }

    @Override
    public synchronized KeyCeremony abandonCeremony(String ceremony, String by, String reason)
            throws SecurityModuleException {
        gate.requireOpen();
        return ceremonies.abandon(ceremony, by, reason);
    }

    @Override
    public synchronized CeremonyTranscript transcript(String ceremony) throws SecurityModuleException {
        gate.requireOpen();
        return ceremonies.transcript(ceremony, register);
    }

    @Override
    public synchronized BackupReceipt backup(Path target, char[] passphrase, String by) throws SecurityModuleException {
        String person = People.require("person who makes a backup", by);
        gate.requireOpen();
        return backups.make(target, KeyEncryptionKeySource.passphrase(passphrase), person);
    }

    private VendingKeyInfo held(VendingKeyName name) throws SecurityModuleException {
        gate.requireOpen();
        HeldKey key = keys.find(name)
                .orElseThrow(() -> new SecurityModuleException(
                        Kind.KEY_ABSENT,
                        "there is no vending key of " + name + "; the list of keys shows those there are"));
        Policy.requirePresent(key.info());
        return key.info();
    }

    private static Map<String, String> facts(VendingKeyName name, String reason) throws SecurityModuleException {
        Map<String, String> facts = new TreeMap<>();
        facts.put("key", name.toString());
        facts.put("reason", People.requireReason(reason));
        return facts;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
