package org.metermint.secure.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.ClientName;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedRecord;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.KeyCustody;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.ModuleStatus;
import org.metermint.secure.RandomSource;
import org.metermint.secure.RecordSettings;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.TokenVerification;
import org.metermint.secure.VendingKeyFacts;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.internal.ModuleAlerts.Gravity;
import org.metermint.secure.internal.record.JournalFile;
import org.metermint.secure.pkcs11.Pkcs11Token;
import org.metermint.token.TokenNumber;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.key.KeyDerivation;
import org.metermint.token.key.TestOnlyVendingKeys;

/** Puts the parts together: what is asked goes through {@link Mint} to {@link IssueRegister}, and out. */
public final class SoftwareModule implements SoftwareSecurityModule {
    /** How the record is kept, and on what. */
    record Storage(RecordSettings settings, JournalFile.Opener opener) {
        static final Storage STANDARD = new Storage(RecordSettings.STANDARD, JournalFile::open);
    }

    private final DirectoryLock lock;
    private final KeyRing keys;
    private final PolicyFile policy;
    private final IssueRegister register;
    private final RecordUpkeep upkeep;
    private final Mint mint;
    private final Clock clock;
    private final Ea07Tables tables;
    private final Custody custody;

    /** Every call reads, closing writes: nothing is closed under a call. */
    private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();

    private boolean closed;

    private SoftwareModule(
            DirectoryLock lock,
            KeyRing keys,
            PolicyFile policy,
            IssueRegister register,
            RecordUpkeep upkeep,
            Clock clock,
            RandomSource random,
            Ea07Tables tables) {
        this.lock = lock;
        this.keys = keys;
        this.policy = policy;
        this.register = register;
        this.upkeep = upkeep;
        this.mint = new Mint(keys, clock, random, tables);
        this.clock = clock;
        this.tables = tables;
        this.custody = new Custody(keys, policy, register, clock, new CustodyGate());
    }

    /** See {@link SoftwareSecurityModule#open}. */
    public static SoftwareModule open(
            Path directory, KeyEncryptionKeySource source, Clock clock, RandomSource random, Ea07Tables tables)
            throws SecurityModuleException {
        return open(directory, source, clock, random, tables, new VendingSecrets(null), Storage.STANDARD);
    }

    /** See {@link SoftwareSecurityModule#open}. */
    public static SoftwareModule open(
            Path directory,
            KeyEncryptionKeySource source,
            Clock clock,
            RandomSource random,
            Ea07Tables tables,
            RecordSettings settings)
            throws SecurityModuleException {
        return open(directory, source, clock, random, tables, new Storage(settings, JournalFile::open));
    }

    /** See {@link SoftwareSecurityModule#openOnToken}. */
    public static SoftwareModule openOnToken(
            Path directory,
            KeyEncryptionKeySource source,
            Clock clock,
            RandomSource random,
            Ea07Tables tables,
            RecordSettings settings,
            Pkcs11Token token)
            throws SecurityModuleException {
        Storage storage = new Storage(settings, JournalFile::open);
        return open(directory, source, clock, random, tables, new VendingSecrets(token), storage);
    }

    static SoftwareModule open(
            Path directory,
            KeyEncryptionKeySource source,
            Clock clock,
            RandomSource random,
            Ea07Tables tables,
            Storage storage)
            throws SecurityModuleException {
        return open(directory, source, clock, random, tables, new VendingSecrets(null), storage);
    }

    private static SoftwareModule open(
            Path directory,
            KeyEncryptionKeySource source,
            Clock clock,
            RandomSource random,
            Ea07Tables tables,
            VendingSecrets secrets,
            Storage storage)
            throws SecurityModuleException {
        try {
            DurableFiles.createDirectory(directory);
            DirectoryLock lock = DirectoryLock.take(directory);
            try {
                KeyRing keys = KeyRing.open(directory, source, secrets, clock);
                try {
                    PolicyFile policy = PolicyFile.open(directory, keys.module(), keys::policySeal);
                    IssueRegister register = IssueRegister.open(
                            directory.resolve(KeyRing.RECORD),
                            storage.opener,
                            new IssueRegister.Parts(
                                    keys.journalCipher(), keys.module(), clock, policy::current, storage.settings));
                    settle(register, keys, policy);
                    RecordUpkeep upkeep = new RecordUpkeep(directory, register);
                    upkeep.start();
                    return new SoftwareModule(lock, keys, policy, register, upkeep, clock, random, tables);
                } catch (IOException | SecurityModuleException | RuntimeException e) {
                    keys.wipe();
                    throw e;
                }
            } catch (IOException | SecurityModuleException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    "key store " + directory + " cannot be opened ("
                            + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "); look at its disk and its permissions",
                    e);
        }
    }

    /** Holds what lies beside the record against it: an older copy of a file is refused. */
    private static void settle(IssueRegister register, KeyRing keys, PolicyFile policy)
            throws IOException, SecurityModuleException {
        try {
            keys.settle(register);
            policy.settle(register);
        } catch (IOException | SecurityModuleException | RuntimeException e) {
            register.close();
            throw e;
        }
    }

    @Override
    public SecurityModule as(ClientName client) {
        return new ClientView(this, client);
    }

    @Override
    public IssuedTokens issue(IssueRequest request) throws SecurityModuleException {
        return issue(ClientName.LOCAL, request);
    }

    IssuedTokens issue(ClientName client, IssueRequest request) throws SecurityModuleException {
        return switch (issueAll(client, List.of(request)).getFirst()) {
            case IssueOutcome.Issued issued -> issued.tokens();
            case IssueOutcome.Refused refused -> throw refused.reason();
        };
    }

    @Override
    public List<IssueOutcome> issueAll(List<IssueRequest> requests) {
        return issueAll(ClientName.LOCAL, requests);
    }

    List<IssueOutcome> issueAll(ClientName client, List<IssueRequest> requests) {
        open.readLock().lock();
        try {
            List<IssueOutcome> answers = new ArrayList<>(answer(client, requests));
            // An identifier that the module chose may have gone to a neighbour; each round gives at least one away.
            List<Integer> again = outrun(requests, answers);
            while (!again.isEmpty()) {
                List<IssueOutcome> round =
                        answer(client, again.stream().map(requests::get).toList());
                for (int i = 0; i < round.size(); i++) {
                    answers.set(again.get(i), round.get(i));
                }
                again = outrun(requests, answers);
            }
            return answers;
        } finally {
            open.readLock().unlock();
        }
    }

    /** The places of requests that left the identifier to the module and did not get the one that it chose. */
    private static List<Integer> outrun(List<IssueRequest> requests, List<IssueOutcome> answers) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            if (IssuedMessage.identifier(requests.get(i)) == null
                    && answers.get(i) instanceof IssueOutcome.Refused refused
                    && refused.reason().kind() == Kind.TID_NOT_RISING) {
                places.add(i);
            }
        }
        return places;
    }

    private List<IssueOutcome> answer(ClientName client, List<IssueRequest> requests) {
        List<@Nullable IssueOutcome> outcomes = new ArrayList<>();
        List<IssuedMessage> made = new ArrayList<>();
        long looked = register.size();
        for (IssueRequest request : requests) {
            outcomes.add(answerOrMake(client, request, made));
        }
        List<IssueOutcome> bound = made.isEmpty() ? List.of() : register.bind(made, looked);
        List<IssueOutcome> answers = new ArrayList<>(outcomes.size());
        int next = 0;
        for (@Nullable IssueOutcome outcome : outcomes) {
            answers.add(outcome == null ? bound.get(next++) : outcome);
        }
        return answers;
    }

    /** The answer that needs no new tokens, or null after making some. */
    private @Nullable IssueOutcome answerOrMake(ClientName client, IssueRequest request, List<IssuedMessage> made) {
        try {
            requireOpen();
            ClientRules.requireKnown(policy.current(), client);
            Optional<IssuedMessage> bound = register.find(new MessageKey(client, request.messageId()));
            if (bound.isPresent()) {
                return Answers.repeat(bound.get(), request);
            }
            made.add(mint.make(new Mint.Asker(client, policy.current(), register::lastIdentifier), request));
            return null;
        } catch (SecurityModuleException e) {
            return new IssueOutcome.Refused(request.messageId(), e);
        }
    }

    @Override
    public Optional<IssuedTokens> find(MessageId messageId) throws SecurityModuleException {
        return record(ClientName.LOCAL, messageId).map(IssuedRecord::tokens);
    }

    @Override
    public Optional<IssuedRecord> record(ClientName client, MessageId messageId) throws SecurityModuleException {
        open.readLock().lock();
        try {
            requireOpen();
            if (!client.equals(ClientName.LOCAL)) {
                ClientRules.requireKnown(policy.current(), client);
            }
            return register.find(new MessageKey(client, messageId))
                    .map(message -> new IssuedRecord(message.request(), message.result()));
        } finally {
            open.readLock().unlock();
        }
    }

    @Override
    public TokenVerification verify(MeterKeyState meter, TokenNumber token) throws SecurityModuleException {
        return verify(ClientName.LOCAL, meter, token);
    }

    TokenVerification verify(ClientName client, MeterKeyState meter, TokenNumber token) throws SecurityModuleException {
        open.readLock().lock();
        try {
            requireOpen();
            ClientRules.requireCovered(policy.current(), client, meter.supplyGroup());
            return mint.verify(meter, token);
        } finally {
            open.readLock().unlock();
        }
    }

    @Override
    public IssuePolicy policy() {
        return policy.current();
    }

    @Override
    public void setPolicy(IssuePolicy next, String by) throws SecurityModuleException {
        open.readLock().lock();
        try {
            requireOpen();
            policy.replace(next, People.require("person who changes the policy", by));
        } finally {
            open.readLock().unlock();
        }
    }

    @Override
    public Optional<Path> exportDay(LocalDate day, String by) throws SecurityModuleException {
        open.readLock().lock();
        try {
            requireOpen();
            return upkeep.export(day, by);
        } finally {
            open.readLock().unlock();
        }
    }

    @Override
    public List<VendingKeyInfo> vendingKeys() throws SecurityModuleException {
        open.readLock().lock();
        try {
            requireOpen();
            return keys.infos();
        } finally {
            open.readLock().unlock();
        }
    }

    @Override
    public VendingKeyInfo importVendingKey(VendingKeyFacts facts, byte[] clearKey) throws SecurityModuleException {
        open.readLock().lock();
        try {
            requireOpen();
            return keys.add(List.of(new KeyRing.ClearKey(facts, clearKey)), ClientName.LOCAL.text())
                    .getFirst();
        } finally {
            open.readLock().unlock();
        }
    }

    @Override
    public List<VendingKeyInfo> loadTestOnlyVendingKeys() throws SecurityModuleException {
        open.readLock().lock();
        try {
            requireOpen();
            return keys.add(
                    TestOnlyVendingKeys.entries().stream()
                            .filter(entry -> !keys.areInToken() || entry.derivation() == KeyDerivation.DKGA04)
                            .map(SoftwareModule::testOnlyVendingKey)
                            .toList(),
                    ClientName.LOCAL.text());
        } finally {
            open.readLock().unlock();
        }
    }

    private static KeyRing.ClearKey testOnlyVendingKey(TestOnlyVendingKeys.Entry entry) {
        return new KeyRing.ClearKey(
                new VendingKeyFacts(
                        entry.supplyGroup(),
                        entry.revision(),
                        entry.type(),
                        entry.baseDate(),
                        entry.expiry(),
                        entry.baseDate().start(),
                        KeyGeneration.ofNumber(entry.derivation().number())),
                entry.key().clearOctets());
    }

    @Override
    public KeyCustody custody() {
        return custody;
    }

    private final class CustodyGate implements Custody.Gate {
        @Override
        public void requireOpen() throws SecurityModuleException {
            open.readLock().lock();
            try {
                SoftwareModule.this.requireOpen();
            } finally {
                open.readLock().unlock();
            }
        }

        @Override
        public void awaitCalls() {
            open.writeLock().lock();
            try {
                // nothing: every call reads, so none that began before is under way now
            } finally {
                open.writeLock().unlock();
            }
        }
    }

    private void requireOpen() throws SecurityModuleException {
        if (closed) {
            throw new SecurityModuleException(Kind.UNAVAILABLE, "the security module is closed");
        }
    }

    @Override
    public ModuleStatus status() {
        open.readLock().lock();
        try {
            Instant now = clock.instant();
            List<VendingKeyInfo> infos = keys.infos().stream()
                    .filter(key -> key.destroyedAt() == null)
                    .toList();
            int testOnly = (int) infos.stream().filter(VendingKeyInfo::testOnly).count();
            Optional<SecurityModuleException> tokenFailure = closed ? Optional.empty() : keys.tokenFailure();
            return new ModuleStatus(
                    keys.module().toString(),
                    now,
                    !closed && !register.failed() && tokenFailure.isEmpty(),
                    register.size(),
                    infos.size(),
                    testOnly,
                    tables.isSample(),
                    alerts(now, infos, testOnly, tokenFailure));
        } finally {
            open.readLock().unlock();
        }
    }

    private List<String> alerts(
            Instant now, List<VendingKeyInfo> infos, int testOnly, Optional<SecurityModuleException> tokenFailure) {
        ModuleAlerts alerts = new ModuleAlerts();
        if (closed) {
            alerts.add(Gravity.STOPPED, "closed");
        }
        Instant inhibitFrom = policy.current().inhibitFrom();
        if (inhibitFrom != null && !now.isBefore(inhibitFrom)) {
            alerts.add(Gravity.STOPPED, "inhibited: nothing is issued from " + inhibitFrom + " on, as the policy says");
        }
        if (register.failed()) {
            alerts.add(Gravity.STOPPED, "the journal of issued tokens failed; look at its disk, then restart");
        }
        tokenFailure.ifPresent(failure -> alerts.add(Gravity.STOPPED, String.valueOf(failure.getMessage())));
        Instant behindUntil = register.clockBehindUntil();
        if (behindUntil != null) {
            alerts.add(
                    Gravity.URGENT,
                    "the clock shows " + now + " and the last record is of " + behindUntil
                            + "; records keep that time until the clock has passed it: set the clock right");
        }
        if (testOnly > 0) {
            alerts.add(
                    Gravity.TEST_ONLY,
                    "TEST ONLY: " + testOnly + " of " + infos.size()
                            + " vending keys are public test keys; tokens under them are worth nothing");
        }
        if (tables.isSample()) {
            alerts.add(
                    Gravity.TEST_ONLY,
                    "EA07 runs on the sample tables of the standard; meters in the field do not accept its tokens");
        }
        infos.forEach(key -> alerts.addExpiry(key, now));
        String problem = upkeep.problem();
        if (problem != null) {
            alerts.add(Gravity.URGENT, problem);
        }
        if (register.tailCut()) {
            alerts.add(
                    Gravity.NOTICE,
                    "a write that a crash had torn was cut off the journal when it was opened; it was never answered");
        }
        return alerts.texts();
    }

    @Override
    public void close() {
        synchronized (custody) { // which waits for calls while it changes a key
            closeOnce();
        }
    }

    private void closeOnce() {
        open.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            keys.wipe();
            upkeep.close();
            register.close();
        } catch (IOException e) {
            throw new UncheckedIOException("journal of issued tokens was not closed", e);
        } finally {
            lock.close();
            open.writeLock().unlock();
        }
    }

    /** Names the module and says that it is one in software; nothing of its keys. */
    @Override
    public String toString() {
        return "software security module " + keys.module();
    }
}
