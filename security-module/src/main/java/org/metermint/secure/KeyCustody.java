package org.metermint.secure;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the people who answer for the keys of a module do to them. Every step stands in the record of what the module
 * did, with who did it; who somebody is, the caller has made sure of. Names have 1 to 64 characters and reasons 1 to
 * 200, on one line.
 *
 * <p>All of it goes on beside issuing. When a method returns, what it did is on the disk; when it throws, nothing was
 * done, unless the exception is of kind UNAVAILABLE and says that a restart decides.
 */
public interface KeyCustody {
    /**
     * Ends the life of a key before its expiry number does: once this returns no token is issued under it, and it is
     * good only as the old key of a key change. There is no way back.
     *
     * @throws SecurityModuleException of kind KEY_ABSENT if there is no such key, NOT_PERMITTED if it is expired by hand
     *     already, UNAVAILABLE if it could not be stored
     */
    VendingKeyInfo expire(VendingKeyName name, String by, String reason) throws SecurityModuleException;

    /**
     * Destroys a key: its octets leave the memory and the file of the module, and what is known of it remains. Copies
     * and backups of the file, and what a disk keeps of an older version, still hold it. A key of the same check value
     * may come back under the name.
     *
     * @param confirmedBy another person than {@code by}
     * @throws SecurityModuleException of kind KEY_ABSENT if there is no such key, NOT_PERMITTED if both are one person,
     *     UNAVAILABLE if it could not be stored
     */
    VendingKeyInfo destroy(VendingKeyName name, String by, String confirmedBy, String reason)
            throws SecurityModuleException;

    /**
     * Puts the store under another key-encryption key. Only the data key is encrypted anew; the old passphrase or key
     * file still opens older copies of the key file, and so what they hold.
     *
     * @throws SecurityModuleException as {@link KeyEncryptionKeySource#key}, or UNAVAILABLE if it could not be stored;
     *     then the old one holds
     */
    void rotateKeyEncryptionKey(KeyEncryptionKeySource next, String by) throws SecurityModuleException;

    /** The ceremonies of this module, open ones and others, in the order in which they began. */
    List<KeyCeremony> ceremonies() throws SecurityModuleException;

    /**
     * Begins a ceremony, in which a vending key comes in by components.
     *
     * @param custodians 2 or 3
     * @param expectedCheckValue of the combined key, six hexadecimal digits, if its issuer stated it
     * @throws SecurityModuleException of kind KEY_PRESENT if a key of that name is there, NOT_PERMITTED if a ceremony for
     *     one is open, UNAVAILABLE if it could not be stored
     */
    KeyCeremony beginCeremony(VendingKeyFacts facts, int custodians, @Nullable String expectedCheckValue, String by)
            throws SecurityModuleException;

    /**
     * Takes in the component of one custodian. It lies encrypted in the store until the last one is in; then the exclusive
     * or of all is taken in as the vending key, and the components are wiped from memory and file. A key of DKGA02 whose
     * octets all have even parity, as two components of odd parity make it, gets odd parity.
     *
     * @param component as long as the key; copied, and for the caller to wipe
     * @param checkValue as it stands on the custodian's sheet: computed as that of a vending key of the same length
     * @throws SecurityModuleException of kind NOT_PERMITTED if the component does not have the check value, if this person
     *     entered one before, if the same component came before, or if the whole key is none that may be used; then the
     *     ceremony waits for a better one. KEY_PRESENT if another key came in under the name meanwhile; UNAVAILABLE if it
     *     could not be stored
     */
    KeyCeremony enterComponent(String ceremony, String custodian, byte[] component, String checkValue)
            throws SecurityModuleException;

    /**
     * Gives a ceremony up; its components are wiped.
     *
     * @throws SecurityModuleException of kind NOT_PERMITTED if it is not open, UNAVAILABLE if it could not be stored
     */
    KeyCeremony abandonCeremony(String ceremony, String by, String reason) throws SecurityModuleException;

    /**
     * What happened in a ceremony, open or not, signed by the module; {@link CeremonyTranscript#verify} needs no secret.
     *
     * @throws SecurityModuleException of kind NOT_PERMITTED if there is no such ceremony
     */
    CeremonyTranscript transcript(String ceremony) throws SecurityModuleException;

    /**
     * Writes all that a module is made of into one file, encrypted under a passphrase of its own: keys, open ceremonies,
     * policy, the last identifier of every meter and the totals of the limits; not the record, and no tokens. {@link
     * SoftwareSecurityModule#restore} makes a module of it. Whoever has the file and the passphrase has the keys, also
     * those that are destroyed later.
     *
     * @param target must not exist; gets mode 0600
     * @param passphrase of at least 12 characters; copied, and for the caller to wipe
     * @throws SecurityModuleException of kind NOT_PERMITTED if the target exists or the passphrase is too short, UNAVAILABLE
     *     if it could not be written
     */
    BackupReceipt backup(Path target, char[] passphrase, String by) throws SecurityModuleException;
}
