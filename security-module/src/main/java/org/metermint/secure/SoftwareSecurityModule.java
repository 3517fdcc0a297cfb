package org.metermint.secure;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.metermint.secure.internal.Restoration;
import org.metermint.secure.internal.SoftwareModule;
import org.metermint.secure.pkcs11.Pkcs11Token;
import org.metermint.token.cipher.Ea07Tables;

/**
 * A security module in software. Its directory holds the vending keys, encrypted, and the journal of everything it
 * issued, encrypted and chained; one process at a time may open it. Results are on the disk before they are answered,
 * and concurrent callers share one write.
 *
 * <p>It is not a certified module: while it runs, vending keys lie in the memory of its process, and whoever can read
 * that memory, or has the directory and the key-encryption key, has the keys. It serves tests, demonstrations and
 * operators who accept that.
 *
 * <p>Memory grows with what the record must know: 11 to 22 octets for each message whose result is kept, see {@link
 * RecordSettings}, and 16 to 32 for each meter and base date.
 */
public interface SoftwareSecurityModule extends SecurityModule {
    /** Opens a module whose EA07 runs on the sample tables printed in the standard. */
    static SoftwareSecurityModule open(Path directory, KeyEncryptionKeySource source, Clock clock, RandomSource random)
            throws SecurityModuleException {
        return open(directory, source, clock, random, Ea07Tables.sample());
    }

    /**
     * Opens the module in a directory, or makes a new one if the directory is missing or empty.
     *
     * @param source opens the store; that of a new module encrypts it
     * @param clock decides what is active and what has expired
     * @param random gives the RND field of tokens, and nothing else
     * @param ea07Tables of the operator, or the samples
     * @throws SecurityModuleException of kind IN_USE, ACCESS_DENIED (also if its vending keys are in a token),
     *     NEWER_FORMAT, CORRUPT or UNAVAILABLE
     */
    static SoftwareSecurityModule open(
            Path directory, KeyEncryptionKeySource source, Clock clock, RandomSource random, Ea07Tables ea07Tables)
            throws SecurityModuleException {
        return SoftwareModule.open(directory, source, clock, random, ea07Tables);
    }

    /**
     * Opens or makes a module whose vending keys are in a PKCS#11 token, all but those that it held before it had one. The
     * token derives decoder keys, and is asked for each token that is issued; everything else is as in a module without.
     *
     * <p>Only keys of DKGA04 can come in. Decoder keys are in the memory of this process while tokens are made with them.
     *
     * @param source opens the store; may be a key in the same token
     * @param token stays open as long as the module is; the caller closes it after the module
     * @throws SecurityModuleException as {@link #open}, and of kind KEY_ABSENT or CORRUPT if the token lacks a key of the
     *     store or holds another under its label
     */
    static SoftwareSecurityModule openOnToken(
            Path directory,
            KeyEncryptionKeySource source,
            Clock clock,
            RandomSource random,
            Ea07Tables ea07Tables,
            RecordSettings settings,
            Pkcs11Token token)
            throws SecurityModuleException {
        return SoftwareModule.openOnToken(directory, source, clock, random, ea07Tables, settings, token);
    }

    /**
     * Opens a module like {@link #open(Path, KeyEncryptionKeySource, Clock, RandomSource, Ea07Tables)}, with a record that
     * is kept otherwise than {@link RecordSettings#STANDARD} says.
     *
     * @throws SecurityModuleException as that one
     */
    static SoftwareSecurityModule open(
            Path directory,
            KeyEncryptionKeySource source,
            Clock clock,
            RandomSource random,
            Ea07Tables ea07Tables,
            RecordSettings settings)
            throws SecurityModuleException {
        return SoftwareModule.open(directory, source, clock, random, ea07Tables, settings);
    }

    /**
     * Makes a module from the {@linkplain KeyCustody#backup backup} of another, by the clock of the system, for a vending
     * system that still knows which identifiers it reserved.
     *
     * @throws SecurityModuleException as the other {@code restore}
     */
    static RestoreReceipt restore(
            Path backup, char[] passphrase, Path directory, KeyEncryptionKeySource source, String by)
            throws SecurityModuleException {
        return restore(backup, passphrase, directory, source, by, Clock.systemUTC(), Duration.ZERO);
    }

    /**
     * Makes a module from the {@linkplain KeyCustody#backup backup} of another, which must not issue any more. It has the
     * keys, ceremonies and policy of the other, and an id and a record of its own. Vending keys that were in a PKCS#11 token
     * are there still, and the new module is to be opened with it.
     *
     * <p>What the other issued after the backup is not known. So no meter gets an identifier of a time before the
     * restoration, however it is asked for, and none that is not after the last one in the backup. Results of the other are
     * not found; the same message id with an identifier from before is refused.
     *
     * <p>All of the backup is verified before anything is written, and the directory appears whole or not at all.
     *
     * @param passphrase of the backup; copied, and for the caller to wipe
     * @param directory missing or empty
     * @param source encrypts the new store
     * @param by who restores, for the record
     * @param ahead how far ahead of its clock the other may have given identifiers after the backup, if nobody else knows:
     *     so much after the restoration lie the first identifiers of the new module. 0 to 366 days; the {@linkplain
     *     IssuePolicy#maxAhead policy} of the other was the most that it gave
     * @throws SecurityModuleException of kind ACCESS_DENIED if the passphrase does not open the backup or the source cannot
     *     be used, CORRUPT or NEWER_FORMAT if the backup cannot be read, NOT_PERMITTED if the directory is not empty or the
     *     clock shows a time before the backup, UNAVAILABLE if the store could not be written
     */
    static RestoreReceipt restore(
            Path backup,
            char[] passphrase,
            Path directory,
            KeyEncryptionKeySource source,
            String by,
            Clock clock,
            Duration ahead)
            throws SecurityModuleException {
        return Restoration.restore(backup, passphrase, directory, source, by, clock, ahead);
    }

    /**
     * The module as one client sees it: with that client's permissions and message ids. Closing the view leaves the
     * module open. A client that the policy does not name is refused whatever it asks.
     */
    SecurityModule as(ClientName client);

    /**
     * The request and the tokens of a client's message id; empty if it was never issued.
     *
     * @throws SecurityModuleException as {@link #find}
     */
    Optional<IssuedRecord> record(ClientName client, MessageId messageId) throws SecurityModuleException;

    /**
     * Writes the records of a day (UTC) into a file of the directory {@code exports}, signed, without secrets and without the
     * digits of tokens; {@link IssuedExport} reads it. The module does so by itself for every day that has ended. The
     * file of a day that has not is marked as partial.
     *
     * @param by who asks for it, for the record
     * @return the file, or empty if nothing was recorded on that day
     * @throws SecurityModuleException of kind UNAVAILABLE if it could not be written, CORRUPT if the record is damaged
     */
    Optional<Path> exportDay(LocalDate day, String by) throws SecurityModuleException;

    /** What may be issued at present, and to whom. */
    IssuePolicy policy();

    /**
     * Changes what may be issued; when this returns, the change is on the disk and in the record of what the module did.
     *
     * @param by who changed it, for the record
     * @throws SecurityModuleException of kind UNAVAILABLE if it could not be stored; then the old policy holds
     */
    void setPolicy(IssuePolicy policy, String by) throws SecurityModuleException;

    /**
     * Takes in a vending key; when this returns it is on the disk. The same key with the same facts may come twice. A key
     * whose value is one of the public test keys is labelled so, whatever it comes as.
     *
     * @param clearKey 8 octets with odd parity for DKGA02, 20 for DKGA04; copied, and for the caller to wipe
     * @return what may be known of it; compare the check value with the one that came with the key
     * @throws SecurityModuleException of kind NOT_PERMITTED if the key does not fit its algorithm, KEY_PRESENT if another
     *     key or other facts stand under its supply group, revision and type, UNAVAILABLE if it could not be stored
     */
    VendingKeyInfo importVendingKey(VendingKeyFacts facts, byte[] clearKey) throws SecurityModuleException;

    /**
     * Takes in the public test keys of the standard's compliance tests, which everybody knows, labelled TEST ONLY. May be
     * called again. A module on a token takes in those of DKGA04.
     *
     * @return what may be known of them
     * @throws SecurityModuleException as {@link #importVendingKey}; then none is taken in
     */
    List<VendingKeyInfo> loadTestOnlyVendingKeys() throws SecurityModuleException;

    /** What is done to the keys by the people who answer for them. */
    KeyCustody custody();
}
