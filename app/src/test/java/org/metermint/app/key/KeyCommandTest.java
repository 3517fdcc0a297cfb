package org.metermint.app.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.metermint.token.key.VendingKey;
import tools.jackson.databind.JsonNode;

/** The commands on keys as a person or a program meets them, once on a store that nobody has open. */
class KeyCommandTest {
    // components of no key that is used anywhere, with their check values
    private static final String FIRST = "00112233445566778899AABBCCDDEEFF00112233";
    private static final String SECOND = "FF112233 445566778899 AABBCCDDEEFF-00112234";
    private static final String FIRST_CHECK = checkValue(FIRST);

    @TempDir
    Path directory;

    @BeforeEach
    void init() {
        Ran made = on("", "init");
        assertThat(made.status()).as(made.err()).isZero();
    }

    /** Runs a command on the store of the test. */
    private Ran on(String input, String command, String... more) {
        return Ran.key(
                input,
                command + " --store " + directory.resolve("store") + " --key-file " + directory.resolve("kek"),
                more);
    }

    private Ran json(String input, String command, String... more) {
        return on(input, command + " --json", more);
    }

    @Test
    void init_makesAKeyFileThatOnlyItsOwnerReads_andNoSecondStore() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("kek"))))
                .isEqualTo("rw-------");
        Ran again = json("", "init");
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.message()).contains("already");
    }

    @Test
    void list_ofNothing_andOfTestKeys() {
        assertThat(on("", "list").out()).contains("There are no vending keys.");
        Ran taken = on("", "test-keys");
        assertThat(taken.out())
                .contains("201457/1/2", "DKGA04", "TEST ONLY", "ACTIVE")
                .contains("! TEST ONLY: 15 of 15");
        Ran list = json("", "list");
        assertThat(list.json().path("keys").size()).isEqualTo(15);
        assertThat(list.json().path("module").stringValue()).hasSize(36);
        JsonNode shown = json("", "show 123456/1/2").json();
        assertThat(shown.path("algorithm").stringValue()).isEqualTo("DKGA02");
        assertThat(shown.path("test_only").booleanValue()).isTrue();
        assertThat(on("", "show 123456/1/2").out()).contains("supply group", "123456", "TEST ONLY: everybody knows");
        assertThat(json("", "show 123456/2/2").message()).contains("no vending key 123456/2/2");
    }

    @Test
    void ceremony_fromBeginToKey() {
        Ran begun = json(
                "",
                "ceremony begin 400000/1/2 --custodians 2 --base-date 2014 --ken 200 --by Margaret"
                        + " --active-from 2020-01-01T00:00:00Z");
        assertThat(begun.status()).as(begun.out()).isZero();
        String id = begun.json().path("ceremony").stringValue();
        assertThat(begun.json().path("missing").intValue()).isEqualTo(2);

        Ran wrong = json(FIRST + "\n", "ceremony enter " + id + " --custodian Ada --check-value 000000");
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.message())
                .contains("does not have the check value 000000")
                .doesNotContain(FIRST.substring(0, 8));

        Ran entered = json(FIRST + "\n" + FIRST_CHECK + "\n", "ceremony enter " + id + " --custodian Ada");
        assertThat(entered.status()).as(entered.out()).isZero();
        assertThat(entered.json().path("missing").intValue()).isEqualTo(1);
        assertThat(entered.out()).doesNotContainIgnoringCase(FIRST.substring(0, 10));

        Ran same = json(FIRST + "\n", "ceremony enter " + id + " --custodian ada --check-value " + FIRST_CHECK);
        assertThat(same.message()).contains("is for another person");

        assertThat(on("", "ceremony show " + id).out()).contains("OPEN", "component 1", "by Ada", "1 of 2 components");

        Ran complete =
                json(SECOND + "\n", "ceremony enter " + id + " --custodian Grace --check-value " + checkValue(SECOND));
        assertThat(complete.json().path("state").stringValue()).isEqualTo("COMPLETE");
        JsonNode key = json("", "show 400000/1/2").json();
        assertThat(key.path("check_value")).isEqualTo(complete.json().path("check_value"));
        assertThat(key.path("expiry").intValue()).isEqualTo(200);
        assertThat(key.path("active_from").stringValue()).isEqualTo("2020-01-01T00:00:00Z");
        assertThat(on("", "ceremony show").out()).contains("COMPLETE", "taken in");
    }

    private static String checkValue(String component) {
        return VendingKey.parseHex(component.replaceAll("[ -]", "")).checkValue();
    }

    @Test
    void ceremony_abandoned_isOver() {
        String id = json("", "ceremony begin 400000/1/2 --base-date 2014 --by Margaret")
                .json()
                .path("ceremony")
                .stringValue();
        Ran abandoned = on("", "ceremony abandon " + id + " --by Margaret", "--reason", "sheet lost");
        assertThat(abandoned.out()).contains("ABANDONED");
        assertThat(json(FIRST + "\n", "ceremony enter " + id + " --custodian Ada --check-value " + FIRST_CHECK)
                        .message())
                .contains("is abandoned since");
        assertThat(json("", "ceremony show 00000000").message()).contains("no ceremony 00000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0011223", "001122zz", "00112233:44"})
    void ceremony_componentThatIsNoHexadecimal_isToldWithoutShowingIt(String component) {
        String id = json("", "ceremony begin 400000/1/2 --base-date 2014 --by Margaret")
                .json()
                .path("ceremony")
                .stringValue();
        Ran refused = json(component + "\n", "ceremony enter " + id + " --custodian Ada --check-value 000000");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.message()).contains("component").doesNotContain("0011");
    }

    @Test
    void expireAndDestroy_showInTheList() {
        on("", "test-keys");
        Ran expired = on("", "expire 201457/1/2 --by Ada", "--reason", "end of test");
        assertThat(expired.out()).contains("Expired", "EXPIRED", "expired by hand at");
        assertThat(json("", "expire 201457/1/2 --by Ada --reason again").message())
                .contains("already");
        String check = json("", "show 201457/1/2").json().path("check_value").stringValue();
        Ran alone = json("", "destroy 201457/1/2 --by Ada --confirmed-by ADA --reason over --check-value " + check);
        assertThat(alone.message()).contains("two people");
        Ran mistaken = json("000000\n", "destroy 201457/1/2 --by Ada --confirmed-by Grace --reason over");
        assertThat(mistaken.message()).contains("does not have the check value");
        Ran destroyed = on(check + "\n", "destroy 201457/1/2 --by Ada --confirmed-by Grace --reason over");
        assertThat(destroyed.out()).contains("DESTROYED", "Copies and backups");
        assertThat(on("", "list").out()).containsPattern("201457/1/2 .* DESTROYED");
    }

    @Test
    void rotateKek_ofAKeyFile_putsANewOneInItsPlace() throws IOException {
        String before = Files.readString(directory.resolve("kek"));
        assertThat(on("", "rotate-kek --by Ada").out()).contains("under a new key file");
        assertThat(Files.readString(directory.resolve("kek"))).isNotEqualTo(before);
        assertThat(directory.resolve("kek.next")).doesNotExist();
        assertThat(on("", "list").status()).isZero();
        Files.writeString(directory.resolve("kek"), before);
        Ran denied = json("", "list");
        assertThat(denied.status()).isEqualTo(1);
        assertThat(denied.message()).contains("does not open");
    }

    /** What a crash leaves between the rotation and the renaming of the key file. */
    @Test
    void rotateKek_crashedBeforeTheRename_isFinishedByTheNextCommand() throws IOException {
        Path next = directory.resolve("kek.next");
        assertThat(on("", "rotate-kek --by Ada --new-key-file " + next).status())
                .isZero();
        assertThat(next).exists();
        assertThat(on("", "list").status()).isZero();
        assertThat(next).doesNotExist();
        assertThat(on("", "list").status()).isZero();
    }

    @Test
    void rotateKek_toAPassphrase_waitsAfterAWrongOne() {
        assertThat(on("correct horse battery\n", "rotate-kek --by Ada --new-passphrase")
                        .status())
                .isZero();
        String store = " --store " + directory.resolve("store");
        assertThat(Ran.key("correct horse battery\n", "list" + store).status()).isZero();
        Ran wrong = Ran.key("correct horse buttery\n", "list --json" + store);
        assertThat(wrong.message()).contains("the passphrase does not open");
        assertThat(Ran.key("correct horse battery\n", "list --json" + store).message())
                .contains("1 wrong passphrases were tried", "may be tried in");
    }

    @Test
    void policy_shownEditedAndSet() throws IOException {
        Ran shown = on("", "policy show");
        Path file = Files.writeString(
                directory.resolve("policy.json"),
                shown.out().replace("\"inhibitFrom\" : null", "\"inhibitFrom\" : \"2030-01-01T00:00:00Z\""));
        assertThat(on("", "policy set " + file + " --by Ada").out()).contains("holds from now on");
        assertThat(json("", "policy show").json().path("inhibitFrom").stringValue())
                .isEqualTo("2030-01-01T00:00:00Z");
        Files.writeString(file, shown.out().replace("\"inhibitFrom\"", "\"inhibitForm\""));
        assertThat(json("", "policy set " + file).message()).contains("inhibitForm");
        Files.writeString(file, "{");
        assertThat(json("", "policy set " + file).message()).contains("cannot be read as JSON");
    }

    @Test
    void users_fromAddToRemove() {
        Ran added = on(
                "a long password\n",
                "users add till-9 --kind credit,meter_test --supply-group 201457 --rate 50 --by Ada");
        assertThat(added.status()).as(added.err()).isZero();
        Ran list = on("", "users list");
        assertThat(list.out()).containsPattern("till-9 +password +201457 +50 tokens/s +CREDIT METER_TEST");
        assertThat(json("", "users list").out()).doesNotContain("argon2id");
        assertThat(json("another password\n", "users add till-9").message()).contains("already");
        assertThat(json("short\n", "users set-password till-9").message()).contains("shorter than 12");
        String before = json("", "policy show").out();
        assertThat(on("another password\n", "users set-password till-9").status())
                .isZero();
        assertThat(json("", "policy show").out()).isNotEqualTo(before);
        assertThat(on("", "users remove till-9").status()).isZero();
        assertThat(on("", "users list").out()).doesNotContain("till-9");
        assertThat(json("", "users remove till-9").message()).contains("no user till-9");
        assertThat(json("a long password\n", "users add Till!").message()).contains("name");
    }

    @ParameterizedTest
    @CsvSource({
        "show 20145/1/2, 2",
        "show 201457/0/2, 2",
        "show 201457/1/4, 2",
        "expire 201457/1/2, 2",
        "destroy 201457/1/2 --reason x, 2",
        "ceremony begin 400000/1/2, 2",
        "ceremony begin 400000/1/2 --base-date 2015, 1",
        "ceremony begin 400000/1/2 --base-date 2014 --dkga 3, 1",
        "ceremony begin 400000/1/2 --base-date 2014 --custodians 4, 1",
        "ceremony begin 400000/1/2 --base-date 2014 --ken 256, 1",
        "ceremony begin 400000/1/2 --base-date 2014 --check-value 12345, 1",
        "expire 201457/1/2 --reason x, 1",
    })
    void whatMakesNoSense_isRefusedWithARemedy(String command, int status) {
        Ran refused = json("", command);
        assertThat(refused.status()).as(refused.out()).isEqualTo(status);
        assertThat(refused.json().path("error").path("remedy").stringValue()).isNotBlank();
        assertThat(refused.err()).isEmpty();
    }

    @Test
    void store_thatIsNone_isToldHowToMakeOne() {
        Ran refused = Ran.key("", "list --json --data " + directory.resolve("nowhere"));
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.message()).contains("no key store in").contains("metermint key init");
        assertThat(directory.resolve("nowhere")).doesNotExist();
    }
}
