package org.metermint.app.server;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Hidden;
import org.metermint.app.settings.NetworkAddresses;
import org.metermint.app.settings.NetworkAddresses.Address;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.network.ModuleTrust;
import org.metermint.secure.network.ModuleUser;
import org.metermint.secure.network.NetworkModuleSettings;
import org.metermint.secure.network.NetworkSecurityModule;
import org.metermint.secure.network.PoolSettings;
import org.metermint.secure.network.SecurityModulePool;

/** The security module on another host as the settings describe it; several are one pool. */
final class NetworkedModule {
    private NetworkedModule() {}

    /**
     * A client of the modules, which need not answer yet.
     *
     * @throws CommandFailure saying what the settings lack
     */
    static SecurityModule open(Settings settings) {
        List<Address> addresses = NetworkAddresses.parse(required(settings, Setting.SECURITY_NETWORK_ADDRESSES));
        Duration timeout = Duration.ofMillis(settings.number(Setting.SECURITY_NETWORK_TIMEOUT_MILLIS));
        List<VendingKeyInfo> keys = settings.path(Setting.SECURITY_NETWORK_KEYS_FILE)
                .map(DeclaredKeys::read)
                .orElse(List.of());
        ModuleTrust trust = trust(settings);
        String user = required(settings, Setting.SECURITY_NETWORK_USER);
        char[] password = Hidden.ofFile(
                "password at the security module", Path.of(required(settings, Setting.SECURITY_NETWORK_PASSWORD_FILE)));
        List<SecurityModulePool.Member> members = new ArrayList<>();
        try {
            for (Address address : addresses) {
                NetworkModuleSettings client = NetworkModuleSettings.standard(address.host(), address.port())
                        .withTimeout(timeout)
                        .withKeys(keys);
                members.add(new SecurityModulePool.Member(
                        address.toString(),
                        NetworkSecurityModule.open(client, new ModuleUser(user, password), trust, Clock.systemUTC())));
            }
        } finally {
            Arrays.fill(password, '\0');
        }
        return members.size() == 1
                ? members.getFirst().module()
                : SecurityModulePool.open(members, pool(timeout, keys), Clock.systemUTC());
    }

    private static PoolSettings pool(Duration timeout, List<VendingKeyInfo> keys) {
        PoolSettings standard = PoolSettings.standard();
        return new PoolSettings(
                timeout,
                standard.checkEvery(),
                standard.firstPause(),
                standard.longestPause(),
                standard.failuresToEject(),
                standard.maxInFlight(),
                standard.maxUndecided(),
                keys.stream().collect(Collectors.toMap(VendingKeyInfo::name, VendingKeyInfo::keyCheckValue)));
    }

    private static String required(Settings settings, Setting setting) {
        String value = settings.text(setting);
        if (value.isEmpty()) {
            throw new CommandFailure(
                    Setting.SECURITY_MODULE.key() + " is " + Setting.NETWORK + ", and " + setting.key() + " is missing",
                    "Set it; docs/operating/network-security-module.md explains what a module on another host needs.");
        }
        return value;
    }

    private static ModuleTrust trust(Settings settings) {
        List<String> pins = Arrays.stream(
                        settings.text(Setting.SECURITY_NETWORK_PIN).split(",", -1))
                .map(String::strip)
                .filter(pin -> !pin.isEmpty())
                .toList();
        Optional<Path> store = settings.path(Setting.SECURITY_NETWORK_TRUST_STORE);
        if (store.isEmpty() && pins.isEmpty()) {
            throw new CommandFailure(
                    "nothing says by what the security module on the network is known",
                    "Set " + Setting.SECURITY_NETWORK_PIN.key() + " to the fingerprint that the module shows, or "
                            + Setting.SECURITY_NETWORK_TRUST_STORE.key() + ".");
        }
        char @Nullable [] password = settings.path(Setting.SECURITY_NETWORK_TRUST_STORE_PASSWORD_FILE)
                .map(file -> Hidden.ofFile("password of the trust store", file))
                .orElse(null);
        try {
            if (store.isEmpty()) {
                return ModuleTrust.ofPins(pins);
            }
            return pins.isEmpty()
                    ? ModuleTrust.ofStore(store.get(), password)
                    : ModuleTrust.ofStoreAndPins(store.get(), password, pins);
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandFailure(
                    "the trust store " + store.map(Path::toString).orElse("") + " cannot be used: " + e.getMessage(),
                    "Check " + Setting.SECURITY_NETWORK_TRUST_STORE.key() + " and its password file.",
                    e);
        } finally {
            if (password != null) {
                Arrays.fill(password, '\0');
            }
        }
    }
}
