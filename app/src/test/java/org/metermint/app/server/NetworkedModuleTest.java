package org.metermint.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.metermint.app.CommandFailure;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.network.NetworkSecurityModule;
import org.metermint.secure.network.SecurityModulePool;
import org.metermint.token.BaseDate;

/** From settings to a security module on the network. That it works is shown where one is. */
class NetworkedModuleTest {
    private static final String PIN = "00".repeat(32);
    private static final String KEY = """
            [ { "supply_group" : "600100", "revision" : 2, "type" : 2, "base_date" : 2014, "expiry" : 255,
                "algorithm" : 4, "check_value" : "A1B2C3" } ]
            """;

    @TempDir
    Path directory;

    private Settings settings;

    @BeforeEach
    void complete() throws IOException {
        Path password = Files.writeString(directory.resolve("password"), "not so secret\n");
        settings = Settings.defaults()
                .with(Setting.SECURITY_MODULE, Setting.NETWORK)
                .with(Setting.SECURITY_NETWORK_ADDRESSES, "localhost:1")
                .with(Setting.SECURITY_NETWORK_USER, "vending")
                .with(Setting.SECURITY_NETWORK_PASSWORD_FILE, password.toString())
                .with(Setting.SECURITY_NETWORK_PIN, PIN)
                .with(Setting.SECURITY_NETWORK_TIMEOUT_MILLIS, "2000");
    }

    private CommandFailure refusal(Settings wrong) {
        return assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> NetworkedModule.open(wrong))
                .actual();
    }

    @Test
    void moduleThatIsNotThereYet_isNoReasonNotToStart() {
        try (SecurityModule module = NetworkedModule.open(settings)) {
            assertThat(module).isInstanceOf(NetworkSecurityModule.class);
            assertThat(module.status().ready()).isFalse();
            assertThat(module.status().alerts().getFirst()).contains("localhost:1", "cannot be reached");
        }
    }

    @Test
    void severalAddresses_areAPool() {
        Settings two = settings.with(Setting.SECURITY_NETWORK_ADDRESSES, "localhost:1, localhost:2");
        try (SecurityModule module = NetworkedModule.open(two)) {
            assertThat(module).isInstanceOf(SecurityModulePool.class);
            assertThat(module.status().ready()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Setting.class,
            names = {"SECURITY_NETWORK_ADDRESSES", "SECURITY_NETWORK_USER", "SECURITY_NETWORK_PASSWORD_FILE"})
    void missingSetting_isNamed(Setting setting) {
        assertThat(refusal(settings.with(setting, ""))).hasMessageContaining(setting.key() + " is missing");
    }

    @Test
    void nothingToKnowTheModuleBy_isRefused() {
        CommandFailure refusal = refusal(settings.with(Setting.SECURITY_NETWORK_PIN, ""));
        assertThat(refusal.remedy()).contains("security.network-pin", "security.network-trust-store");
    }

    @Test
    void trustStoreThatIsNone_isRefused() throws IOException {
        Path store = Files.writeString(directory.resolve("trust"), "no trust store");
        assertThat(refusal(settings.with(Setting.SECURITY_NETWORK_TRUST_STORE, store.toString())))
                .hasMessageContaining("cannot be used");
    }

    @Test
    void declaredKeys_areThoseOfTheFile() throws IOException {
        Path file = Files.writeString(directory.resolve("keys.json"), KEY);
        List<VendingKeyInfo> keys = DeclaredKeys.read(file);
        assertThat(keys).hasSize(1);
        VendingKeyInfo key = keys.getFirst();
        assertThat(key.supplyGroup().digits()).isEqualTo("600100");
        assertThat(key.activeFrom()).isEqualTo(BaseDate.BASE_2014.start());
        assertThat(key.algorithm()).isEqualTo(KeyGeneration.DKGA04);
        assertThat(key.keyCheckValue()).isEqualTo("A1B2C3");
        assertThat(key.testOnly()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "revision" : 2        | "revision" : 0           | key 1: key revision number 0
            "revision" : 2        | "revision" : "2"         | key 1: revision is not there as a whole number
            "base_date" : 2014    | "base_date" : 2015       | key 1:
            "expiry" : 255,       | ``                       | key 1: expiry is not there as a whole number
            "expiry" : 255        | "expirey" : 255          | key 1: there is no member expirey
            [ {                   | {                        | cannot be used
            "A1B2C3"              | 12                       | key 1: check_value is not there as a text
            """)
    void declaredKeysWithAFault_areRefusedWithTheKeyAndTheFault(String right, String wrong, String message)
            throws IOException {
        Path file = Files.writeString(directory.resolve("keys.json"), KEY.replace(right, wrong));
        assertThat(refusal(settings.with(Setting.SECURITY_NETWORK_KEYS_FILE, file.toString())))
                .hasMessageContaining(message);
    }
}
