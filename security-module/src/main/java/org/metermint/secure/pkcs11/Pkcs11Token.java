package org.metermint.secure.pkcs11;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.LoginException;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/**
 * A PKCS#11 token, open and logged in: a hardware security module, a smart card, or SoftHSM. It keeps HMAC keys that
 * cannot be read out (CKA_SENSITIVE, not CKA_EXTRACTABLE) and computes with them inside.
 *
 * <p>What a token computes comes back in clear: a decoder key that is derived in a token is in this process for the moment in
 * which it makes a token for a meter.
 *
 * <p>Thread-safe. PKCS#11 knows one log-in of a process to a token, so one process opens a token once at a time.
 */
public final class Pkcs11Token implements AutoCloseable {
    /** HMAC-SHA-256 works on keys of one block; some libraries refuse a key that is shorter than the code. */
    private static final int HMAC_BLOCK = 64;

    private static final int RANDOM_KEY = 32;
    private static final int CHECK_VALUE_DIGITS = 6;
    private static final Pattern KEY_LABEL = Pattern.compile("[!-~]{1,64}");
    private static final Set<String> OPEN = ConcurrentHashMap.newKeySet();
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String name;
    private final String openName;
    private final AuthProvider provider;
    private final KeyStore store;
    private final Map<String, SecretKey> handles = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private Pkcs11Token(String label, String openName, AuthProvider provider, KeyStore store) {
        this.name = "PKCS#11 token \"" + label + "\"";
        this.openName = openName;
        this.provider = provider;
        this.store = store;
    }

    /**
     * Opens the token with a label and logs in to it as its user.
     *
     * @param library the PKCS#11 library of the token's maker, as {@code /usr/lib/softhsm/libsofthsm2.so}
     * @param tokenLabel as the token was initialised with
     * @param pin of the token's user; copied, and for the caller to wipe. Ignored by a token with a keypad of its own
     * @throws SecurityModuleException of kind UNAVAILABLE if there is no such library or no such token, of kind
     *     ACCESS_DENIED if the PIN is wrong or locked, of kind IN_USE if this process has the token open, of kind
     *     NOT_PERMITTED if two tokens have the label
     */
    public static Pkcs11Token open(Path library, String tokenLabel, char[] pin) throws SecurityModuleException {
        Path real = realPath(library);
        String openName = real + " " + tokenLabel;
        if (!OPEN.add(openName)) {
            throw new SecurityModuleException(
                    Kind.IN_USE,
                    "PKCS#11 token \"" + tokenLabel + "\" is open in this process; share it, or close it first");
        }
        boolean opened = false;
        try {
            AuthProvider provider = find(real, tokenLabel);
            logIn(provider, tokenLabel, pin);
            Pkcs11Token token = new Pkcs11Token(tokenLabel, openName, provider, load(provider, tokenLabel));
            opened = true;
            return token;
        } finally {
            if (!opened) {
                OPEN.remove(openName);
            }
        }
    }

    private static Path realPath(Path library) throws SecurityModuleException {
        try {
            if (Files.isRegularFile(library)) {
                return library.toRealPath();
            }
        } catch (IOException e) {
            // told below, as a file that is missing
        }
        throw new SecurityModuleException(
                Kind.UNAVAILABLE,
                "PKCS#11 library " + library + " does not exist or cannot be read; install the token maker's library"
                        + " and give its path");
    }

    private static AuthProvider find(Path library, String tokenLabel) throws SecurityModuleException {
        List<String> labels = new ArrayList<>();
        List<AuthProvider> found = new ArrayList<>();
        int slots = 1;
        for (int index = 0; index < slots; index++) {
            TokenSlot slot = TokenSlot.look(library, index);
            slots = slot.slots();
            slot.label().ifPresent(labels::add);
            if (slot.provider() != null && slot.label().orElse("").equals(tokenLabel)) {
                found.add(slot.provider());
            }
        }
        if (found.size() > 1) {
            throw new SecurityModuleException(
                    Kind.NOT_PERMITTED,
                    found.size() + " tokens of " + library + " have the label \"" + tokenLabel
                            + "\"; give the one with your keys a label of its own");
        }
        if (found.isEmpty()) {
            String there = labels.isEmpty() ? "no token" : "\"" + String.join("\", \"", labels) + "\"";
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    "no token of " + library + " has the label \"" + tokenLabel + "\"; there is " + there
                            + ". Plug the token in, or correct the label");
        }
        return found.getFirst();
    }

    private static void logIn(AuthProvider provider, String tokenLabel, char[] pin) throws SecurityModuleException {
        try {
            provider.login(null, callbacks -> {
                for (Callback callback : callbacks) {
                    if (!(callback instanceof PasswordCallback password)) {
                        throw new UnsupportedCallbackException(callback);
                    }
                    password.setPassword(pin);
                }
            });
        } catch (LoginException e) {
            String reason = Failures.reason(e);
            String what = "PKCS#11 token \"" + tokenLabel + "\" refused the PIN (" + reason + "); ";
            throw switch (reason) {
                case "CKR_PIN_LOCKED" ->
                    denied(what + "it was wrong too often, and the token's security officer must set a new one", e);
                case "CKR_USER_PIN_NOT_INITIALIZED", "CKR_PIN_EXPIRED" ->
                    denied(what + "the token's security officer must set one", e);
                case "CKR_PIN_INCORRECT", "CKR_PIN_INVALID", "CKR_PIN_LEN_RANGE" ->
                    denied(what + "give the right one, and mind that tokens lock after a few wrong ones", e);
                default ->
                    new SecurityModuleException(
                            Kind.UNAVAILABLE,
                            "PKCS#11 token \"" + tokenLabel + "\" did not let us log in (" + reason
                                    + "); see that it is plugged in",
                            e);
            };
        }
    }

    private static SecurityModuleException denied(String message, LoginException cause) {
        return new SecurityModuleException(Kind.ACCESS_DENIED, message, cause);
    }

    private static KeyStore load(AuthProvider provider, String tokenLabel) throws SecurityModuleException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS11", provider);
            store.load(null, null);
            return store;
        } catch (GeneralSecurityException | IOException | ProviderException e) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    "the objects in PKCS#11 token \"" + tokenLabel + "\" cannot be listed (" + Failures.reason(e)
                            + "); two secret keys under one label are one cause",
                    e);
        }
    }

    /**
     * Puts a vending key of DKGA04 into the token. When this returns, the token keeps it, and has shown that it computes
     * with that key and no other.
     *
     * @param label of the key: 1 to 64 printable ASCII characters without blanks
     * @param clearKey 20 octets; copied, and for the caller to wipe
     * @throws SecurityModuleException of kind NOT_PERMITTED if the key has another length or the label another form, or if
     *     the token would let the key be read; KEY_PRESENT if a key has the label; UNAVAILABLE if the token failed
     */
    public void store(String label, byte[] clearKey) throws SecurityModuleException {
        if (clearKey.length == KeyGeneration.DKGA02.keyOctets()) {
            throw new SecurityModuleException(
                    Kind.NOT_PERMITTED,
                    "a vending key of DKGA02 (64 bits) cannot live in a PKCS#11 token: a decoder key is DES(vending key,"
                            + " data) xor data xor vending key, and no token does the last step inside; keep it in a"
                            + " software module whose key-encryption key is in the token");
        }
        if (clearKey.length != KeyGeneration.DKGA04.keyOctets()) {
            throw new SecurityModuleException(
                    Kind.NOT_PERMITTED,
                    "vending key has " + clearKey.length + " octets; a key of DKGA04 has "
                            + KeyGeneration.DKGA04.keyOctets());
        }
        put(label, clearKey);
    }

    /**
     * Makes a random key of 32 octets in the token, which nobody will know.
     *
     * @throws SecurityModuleException as {@link #store}
     */
    public void storeRandom(String label) throws SecurityModuleException {
        byte[] octets = new byte[RANDOM_KEY];
        RANDOM.nextBytes(octets);
        try {
            put(label, octets);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    private synchronized void put(String label, byte[] clearKey) throws SecurityModuleException {
        if (!KEY_LABEL.matcher(label).matches()) {
            throw new SecurityModuleException(
                    Kind.NOT_PERMITTED,
                    "key label of " + label.length() + " characters is not 1 to 64 printable ASCII characters without"
                            + " blanks");
        }
        if (contains(label)) {
            throw new SecurityModuleException(
                    Kind.KEY_PRESENT,
                    name + " holds a key labelled " + label + " already; delete it first, or take another label");
        }
        HmacKey key = new HmacKey(clearKey, HMAC_BLOCK);
        try {
            store.setKeyEntry(label, key, null, null);
        } catch (GeneralSecurityException | ProviderException e) {
            throw failed("did not take the key labelled " + label, e);
        } finally {
            key.destroy();
        }
        if (!holds(label, clearKey)) {
            delete(label);
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    name + " took the key labelled " + label + " and computes with another; it was deleted again: look"
                            + " whether the token supports CKM_SHA256_HMAC with generic secret keys of 64 octets");
        }
    }

    /** Whether the token holds a secret key with this label, one that another process put there included. */
    public synchronized boolean contains(String label) throws SecurityModuleException {
        requireOpen();
        try {
            store.load(null, null);
            return store.isKeyEntry(label);
        } catch (GeneralSecurityException | IOException | ProviderException e) {
            throw failed("cannot be searched", e);
        }
    }

    /**
     * Deletes a key for ever. There need not be one.
     *
     * @throws SecurityModuleException of kind UNAVAILABLE if the token failed
     */
    public synchronized void delete(String label) throws SecurityModuleException {
        handles.remove(label);
        if (!contains(label)) {
            return;
        }
        try {
            store.deleteEntry(label);
        } catch (GeneralSecurityException | ProviderException e) {
            throw failed("did not delete the key labelled " + label, e);
        }
    }

    /** Whether the key with this label makes of a random message what these octets make of it. */
    public boolean holds(String label, byte[] clearKey) throws SecurityModuleException {
        byte[] message = new byte[RANDOM_KEY];
        RANDOM.nextBytes(message);
        HmacKey key = new HmacKey(clearKey, HMAC_BLOCK);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return MessageDigest.isEqual(mac.doFinal(message), hmacSha256(label, message));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        } finally {
            key.destroy();
        }
    }

    /**
     * The check value of a key, computed by the token: six hexadecimal digits in upper case, the first octets of the
     * HMAC-SHA-256 of an empty message. A vending key in software has the same.
     *
     * @throws SecurityModuleException as {@link #hmacSha256}
     */
    public String checkValue(String label) throws SecurityModuleException {
        byte[] code = hmacSha256(label, new byte[0]);
        return HexFormat.of().withUpperCase().formatHex(code).substring(0, CHECK_VALUE_DIGITS);
    }

    /**
     * HMAC-SHA-256 of a message under a key in the token.
     *
     * @return 32 octets, which may be a key: the caller wipes them
     * @throws SecurityModuleException of kind KEY_ABSENT if the token has no key with this label, of kind NOT_PERMITTED if
     *     the key could be read out of the token, of kind UNAVAILABLE if the token failed or is gone
     */
    public byte[] hmacSha256(String label, byte[] message) throws SecurityModuleException {
        requireOpen();
        SecretKey handle = handles.get(label);
        if (handle == null) {
            handle = find(label);
            handles.put(label, handle);
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256", provider);
            mac.init(handle);
            return mac.doFinal(message);
        } catch (GeneralSecurityException | ProviderException e) {
            throw failed("did not compute with the key labelled " + label, e);
        }
    }

    private SecretKey find(String label) throws SecurityModuleException {
        if (!listed(label) && !contains(label)) {
            throw new SecurityModuleException(
                    Kind.KEY_ABSENT,
                    name + " holds no key labelled " + label
                            + "; give the token that it was put into, or put it in again");
        }
        SecretKey key;
        try {
            key = Objects.requireNonNull((SecretKey) store.getKey(label, null), "the key went between two calls");
        } catch (GeneralSecurityException | ProviderException | NullPointerException | ClassCastException e) {
            throw failed("does not give the key labelled " + label, e);
        }
        byte @Nullable [] octets = key.getEncoded();
        if (octets != null) {
            Arrays.fill(octets, (byte) 0);
            throw new SecurityModuleException(
                    Kind.NOT_PERMITTED,
                    name + " lets the key labelled " + label + " be read, so it is no secret of the token; put it in"
                            + " again under another label, as sensitive and not extractable");
        }
        return key;
    }

    /** Whether the key was there when the token's objects were listed last; listing them takes a token long. */
    private boolean listed(String label) throws SecurityModuleException {
        try {
            return store.isKeyEntry(label);
        } catch (GeneralSecurityException | ProviderException e) {
            throw failed("cannot be searched", e);
        }
    }

    private SecurityModuleException failed(String what, Exception cause) {
        return new SecurityModuleException(
                Kind.UNAVAILABLE,
                name + " " + what + " (" + Failures.reason(cause)
                        + "); see that it is plugged in and that its keys are there, then open it again",
                cause);
    }

    private void requireOpen() throws SecurityModuleException {
        if (closed) {
            throw new SecurityModuleException(Kind.UNAVAILABLE, name + " is closed");
        }
    }

    /** Logs out. Nothing of the token can be used after that until it is opened again. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        handles.clear();
        try {
            provider.logout();
        } catch (LoginException | ProviderException e) {
            // the token is gone, and our log-in with it
        } finally {
            OPEN.remove(openName);
        }
    }

    /** Names the token; nothing of its keys. */
    @Override
    public String toString() {
        return name;
    }
}
