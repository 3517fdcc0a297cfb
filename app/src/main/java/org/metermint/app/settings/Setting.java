package org.metermint.app.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.metermint.vending.utility.KeyChangePolicy;
import org.metermint.vending.utility.UtilitySettings;

/**
 * Every setting there is: its name in the file, what it means, what holds without it, and which texts are values. The
 * page docs/reference/configuration.md is printed from this table.
 */
public enum Setting {
    HTTP_ADDRESS(
            "http.address",
            "127.0.0.1",
            "Address that the server listens on. The default answers this machine only; put a reverse proxy with TLS in front of it before you open it."),
    HTTP_PORT("http.port", "8080", "Port that the server listens on; 0 takes a free one."),
    DATABASE_URL(
            "database.url",
            "",
            "JDBC URL of a PostgreSQL of your own, 15 or later, such as `jdbc:postgresql://db.example/metermint`. Empty: the embedded one, in the data directory."),
    DATABASE_USER(
            "database.user",
            "postgres",
            "With `database.url`: a user who may create roles. It creates the two roles of Metermint and is not used for anything else."),
    DATABASE_PASSWORD_FILE("database.password-file", "", "With `database.url`: file that holds that user's password."),
    DATABASE_EVENT_MONTHS(
            "database.event-months",
            "3",
            "How many whole months events are kept once every consumer has read them, 1 to 120; then their partition is dropped. See [retention](../operating/retention.md)."),
    SECURITY_MODULE(
            "security.module",
            "local",
            "Where the security module is. `local`: in this process, its store in the data directory. `network`: one or several others, and this process has no key. See [a security module on another host](../operating/network-security-module.md)."),
    SECURITY_NETWORK_ADDRESSES(
            "security.network-addresses",
            "",
            "With `security.module = network`: host and port of the module, such as `hsm1.example:9443`; several, with commas between, are used as a pool. Without a port: 9443."),
    SECURITY_NETWORK_USER("security.network-user", "", "With `security.module = network`: who signs in at the module."),
    SECURITY_NETWORK_PASSWORD_FILE(
            "security.network-password-file",
            "",
            "With `security.module = network`: file whose first line is that user's password."),
    SECURITY_NETWORK_PIN(
            "security.network-pin",
            "",
            "With `security.module = network`: SHA-256 fingerprint of the module's certificate, 64 hexadecimal digits; for several modules theirs, with commas between."),
    SECURITY_NETWORK_TRUST_STORE(
            "security.network-trust-store",
            "",
            "With `security.module = network`: PKCS#12 or JKS file with the certificates that issue those of modules, which must then be made out to the host's name. With a pin too, both must hold; without either the server does not start."),
    SECURITY_NETWORK_TRUST_STORE_PASSWORD_FILE(
            "security.network-trust-store-password-file",
            "",
            "With `security.network-trust-store`: file whose first line is its password. Empty: it has none."),
    SECURITY_NETWORK_TIMEOUT_MILLIS(
            "security.network-timeout-millis",
            "10000",
            "With `security.module = network`: how long one request may take in all, in milliseconds, before its fate counts as unknown."),
    SECURITY_NETWORK_KEYS_FILE(
            "security.network-keys-file",
            "",
            "With `security.module = network`: file that declares the vending keys of hardware, which does not tell them; a module that tells other check values is not used. Empty: the module tells its keys."),
    SECURITY_PASSPHRASE_FILE(
            "security.passphrase-file",
            "",
            "File that holds the passphrase under which the software security module keeps its keys. Empty: a key file."),
    SECURITY_KEY_FILE(
            "security.key-file",
            "",
            "Without a passphrase file: the key file under which the software security module keeps its keys, made at the first start. Empty: `security-module.key` in the data directory."),
    SECURITY_RETENTION_DAYS(
            "security.retention-days",
            "40",
            "How long the software security module keeps the tokens that it issued, so that the same request gets the same tokens: 1 to 3650 days. The record of what it did stays for ever, without them. Memory grows with the requests of this time, by 11 to 22 octets for each."),
    SECURITY_PKCS11_LIBRARY(
            "security.pkcs11-library",
            "",
            "PKCS#11 library of a hardware security module or another token, such as `/usr/lib/softhsm/libsofthsm2.so`. Empty: no token. See [keys in a PKCS#11 token](../operating/pkcs11.md)."),
    SECURITY_PKCS11_TOKEN(
            "security.pkcs11-token", "", "With `security.pkcs11-library`: label of the token that holds the keys."),
    SECURITY_PKCS11_PIN_FILE(
            "security.pkcs11-pin-file",
            "",
            "With `security.pkcs11-library`: file that holds the PIN of the token's user. Empty: the token has a keypad of its own."),
    SECURITY_PKCS11_HOLDS(
            "security.pkcs11-holds",
            "vending-keys",
            "With `security.pkcs11-library`: what the token holds. `vending-keys`: these, and the key that encrypts the store unless `security.passphrase-file` says otherwise; only keys of DKGA04 can come in. `store-key`: only the key that encrypts the store; vending keys of every kind are in it."),
    UTILITY_CODE(
            "utility.code",
            "demo",
            "Short name of the utility, 1 to 32 of `a-z`, `0-9` and `-`. It stays for ever; the settings below can change."),
    UTILITY_NAME("utility.name", "Demonstration utility (TEST ONLY)", "Name of the utility as receipts print it."),
    UTILITY_CURRENCY("utility.currency", "ZAR", "Currency of the books, three letters as in ISO 4217."),
    UTILITY_MINOR_DIGITS("utility.minor-digits", "2", "Decimals of the currency's minor unit."),
    UTILITY_ZONE(
            "utility.zone",
            "Africa/Johannesburg",
            "Time zone in which calendar months begin and receipts tell the time."),
    UTILITY_KEY_CHANGE(
            "utility.key-change",
            "with-sale",
            "What a sale does for a meter whose key must change first: `with-sale` prints the key change tokens before the credit token, `refuse` sells nothing and says what to do."),
    UTILITY_SMALLEST_TENDER("utility.smallest-tender", "1", "Least amount of a sale, in minor units."),
    UTILITY_LARGEST_TENDER("utility.largest-tender", "100000000", "Greatest amount of a sale, in minor units.");

    /** Values of {@link #SECURITY_MODULE}. */
    public static final String LOCAL = "local";

    public static final String NETWORK = "network";

    /** Values of {@link #SECURITY_PKCS11_HOLDS}. */
    public static final String VENDING_KEYS = "vending-keys";

    public static final String STORE_KEY = "store-key";

    private final String key;
    private final String byDefault;
    private final String meaning;

    Setting(String key, String byDefault, String meaning) {
        this.key = key;
        this.byDefault = byDefault;
        this.meaning = meaning;
    }

    /** The name in the file. */
    public String key() {
        return key;
    }

    /** The value without the file. */
    public String byDefault() {
        return byDefault;
    }

    /** What it means, in Markdown. */
    public String meaning() {
        return meaning;
    }

    /** What is wrong with {@code text} as a value of this setting, as the end of a sentence; empty if nothing is. */
    Optional<String> fault(String text) {
        return switch (this) {
            case HTTP_ADDRESS -> address(text);
            case HTTP_PORT -> within(0, 65_535, text);
            case DATABASE_URL -> postgresUrl(text);
            case DATABASE_USER, UTILITY_NAME -> text(text);
            case DATABASE_PASSWORD_FILE,
                    SECURITY_PASSPHRASE_FILE,
                    SECURITY_KEY_FILE,
                    SECURITY_PKCS11_LIBRARY,
                    SECURITY_PKCS11_PIN_FILE -> path(text);
            case SECURITY_NETWORK_PASSWORD_FILE,
                    SECURITY_NETWORK_TRUST_STORE,
                    SECURITY_NETWORK_TRUST_STORE_PASSWORD_FILE,
                    SECURITY_NETWORK_KEYS_FILE -> path(text);
            case SECURITY_MODULE ->
                text.equals(LOCAL) || text.equals(NETWORK)
                        ? Optional.empty()
                        : Optional.of("is neither " + LOCAL + " nor " + NETWORK);
            case SECURITY_NETWORK_ADDRESSES -> NetworkAddresses.fault(text);
            case SECURITY_NETWORK_PIN -> pins(text);
            case DATABASE_EVENT_MONTHS -> within(1, 120, text);
            case SECURITY_RETENTION_DAYS -> within(1, 3_650, text);
            case SECURITY_NETWORK_TIMEOUT_MILLIS -> within(100, 600_000, text);
            case SECURITY_NETWORK_USER, SECURITY_PKCS11_TOKEN -> Optional.empty();
            case SECURITY_PKCS11_HOLDS ->
                text.equals(VENDING_KEYS) || text.equals(STORE_KEY)
                        ? Optional.empty()
                        : Optional.of("is neither " + VENDING_KEYS + " nor " + STORE_KEY);
            case UTILITY_CODE -> utilityCode(text);
            case UTILITY_CURRENCY -> currency(text);
            case UTILITY_MINOR_DIGITS -> within(0, 4, text);
            case UTILITY_ZONE -> zone(text);
            case UTILITY_KEY_CHANGE -> keyChange(text);
            case UTILITY_SMALLEST_TENDER, UTILITY_LARGEST_TENDER -> within(1, UtilitySettings.MAX_TENDER, text);
        };
    }

    /** The setting of a name, if there is one. */
    static Optional<Setting> ofKey(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst();
    }

    private static Optional<String> text(String text) {
        return text.isBlank() ? Optional.of("is empty") : Optional.empty();
    }

    private static Optional<String> within(long least, long greatest, String text) {
        if (text.matches("[0-9]{1,18}") && Long.parseLong(text) >= least && Long.parseLong(text) <= greatest) {
            return Optional.empty();
        }
        return Optional.of("is not a whole number within " + least + ".." + greatest);
    }

    private static Optional<String> address(String text) {
        try {
            InetAddress.getByName(text);
            return text.isBlank() ? Optional.of("is empty") : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.of("is not an address of this machine");
        }
    }

    private static Optional<String> postgresUrl(String text) {
        return text.isEmpty() || text.startsWith("jdbc:postgresql://")
                ? Optional.empty()
                : Optional.of("does not begin with jdbc:postgresql://");
    }

    private static Optional<String> path(String text) {
        return text.indexOf('\0') < 0 ? Optional.empty() : Optional.of("is not a path");
    }

    private static Optional<String> pins(String text) {
        boolean all = text.isEmpty()
                || Arrays.stream(text.split(",", -1))
                        .allMatch(pin -> pin.strip().replace(":", "").matches("[0-9a-fA-F]{64}"));
        return all ? Optional.empty() : Optional.of("is not 64 hexadecimal digits, or several such with commas");
    }

    private static Optional<String> utilityCode(String text) {
        return text.matches("[a-z0-9-]{1,32}")
                ? Optional.empty()
                : Optional.of("is not 1 to 32 characters of a-z, 0-9 and '-'");
    }

    private static Optional<String> currency(String text) {
        return text.matches("[A-Z]{3}") ? Optional.empty() : Optional.of("is not three letters A-Z as in ISO 4217");
    }

    private static Optional<String> zone(String text) {
        return ZoneId.getAvailableZoneIds().contains(text)
                ? Optional.empty()
                : Optional.of("is not a time zone such as Africa/Nairobi");
    }

    private static Optional<String> keyChange(String text) {
        return Arrays.stream(KeyChangePolicy.values())
                        .anyMatch(policy -> word(policy).equals(text))
                ? Optional.empty()
                : Optional.of("is none of "
                        + Arrays.stream(KeyChangePolicy.values())
                                .map(Setting::word)
                                .collect(Collectors.joining(", ")));
    }

    /** How a constant is written in the file. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
