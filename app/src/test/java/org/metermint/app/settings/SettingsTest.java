package org.metermint.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.metermint.app.CommandFailure;
import org.metermint.vending.utility.KeyChangePolicy;

class SettingsTest {

    @TempDir
    Path directory;

    @Test
    void file_withCommentsAndSpaces_isRead() throws IOException {
        Path file = Files.writeString(directory.resolve("metermint.conf"), """
                # the till network
                http.port =  9090

                utility.name=Kisumu Power & Light
                utility.key-change = refuse
                """);
        Settings settings = Settings.read(file);
        assertThat(settings.number(Setting.HTTP_PORT)).isEqualTo(9090);
        assertThat(settings.utility().name()).isEqualTo("Kisumu Power & Light");
        assertThat(settings.utility().keyChange()).isEqualTo(KeyChangePolicy.REFUSE);
        assertThat(settings.text(Setting.HTTP_ADDRESS)).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @EnumSource
    void default_ofEverySetting_isAValueOfIt(Setting setting) {
        assertThat(setting.fault(setting.byDefault())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            http.prot = 1                   | there is no setting 'http.prot'
            http.port                       | there is no '='
            http.port = 65536               | '65536' for http.port is not a whole number within 0..65535
            http.port = -1                  | '-1' for http.port is not a whole number within 0..65535
            http.port = eighty              | 'eighty' for http.port is not a whole number
            http.address = no.such.invalid  | 'no.such.invalid' for http.address is not an address
            database.url = mysql://db       | the value for database.url does not begin with jdbc:postgresql://
            security.module = elsewhere     | 'elsewhere' for security.module is neither local nor network
            security.network-addresses = a:b | 'a:b' for security.network-addresses is not a list such as
            security.network-addresses = a,  | 'a,' for security.network-addresses is not a list such as
            security.network-addresses = a:0 | 'a:0' for security.network-addresses names port 0
            security.network-addresses = a, a:9443 | names a:9443 twice
            security.network-pin = AB:CD    | 'AB:CD' for security.network-pin is not 64 hexadecimal digits
            security.retention-days = 0 | is not a whole number within 1..3650
            security.network-timeout-millis = 99 | is not a whole number within 100..600000
            utility.code = Big City         | 'Big City' for utility.code is not 1 to 32 characters
            utility.currency = rand         | 'rand' for utility.currency is not three letters
            utility.zone = Mars/Olympus     | 'Mars/Olympus' for utility.zone is not a time zone
            utility.key-change = perhaps    | 'perhaps' for utility.key-change is none of with-sale, refuse
            utility.smallest-tender = 0     | '0' for utility.smallest-tender is not a whole number within 1..
            """)
    void file_withAWrongLine_isRefusedWithTheLine(String line, String message) {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> Settings.parse("metermint.conf", List.of("# one", line)))
                .withMessageStartingWith("metermint.conf, line 2: ")
                .withMessageContaining(message);
    }

    @Test
    void addresses_withAndWithoutPort_areRead() {
        assertThat(NetworkAddresses.parse("hsm1.example, 10.0.0.7:9000,[2001:db8::7]:9444"))
                .containsExactly(
                        new NetworkAddresses.Address("hsm1.example", 9443),
                        new NetworkAddresses.Address("10.0.0.7", 9000),
                        new NetworkAddresses.Address("2001:db8::7", 9444));
    }

    @Test
    void unknownSetting_hasItsNearestAsRemedy() {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> Settings.parse("f", List.of("http.prot = 1")))
                .satisfies(failure -> assertThat(failure.remedy()).startsWith("Did you mean http.port?"));
    }

    @Test
    void setting_twice_isRefused() {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> Settings.parse("f", List.of("http.port = 1", "http.port = 1")))
                .withMessage("f, line 2: http.port stands there a second time");
    }

    @Test
    void file_absent_isRefused() {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> Settings.read(directory.resolve("absent")))
                .withMessageContaining("there is no configuration file");
    }

    @Test
    void file_notText_isRefused() throws IOException {
        Path file = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> Settings.read(file))
                .withMessageContaining("is not text in UTF-8");
    }

    @Test
    void page_isPrintedFromTheTable() throws IOException {
        Path page = Path.of(System.getProperty("metermint.root"), "docs/reference/configuration.md");
        if (Boolean.getBoolean("metermint.write-docs")) {
            Files.writeString(page, ConfigurationPage.text());
        }
        assertThat(page).hasContent(ConfigurationPage.text());
    }
}
