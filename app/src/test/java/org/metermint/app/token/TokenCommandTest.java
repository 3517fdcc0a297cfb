package org.metermint.app.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.app.command.Failures;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TokenCommandTest {
    private static final String VENDING_KEY = "ABABABABABABABAB949494949494949401234567";
    private static final String GROUP = "--ea 11 --pan 600727000000000009 --sgc 201457 --ti 1 --krn 1 --base-date 2014";

    @TempDir
    private Path directory;

    private String vendingKeyFile = "";

    private record Answer(int status, String out, String err) {
        JsonNode json() {
            return new JsonMapper().readTree(out);
        }
    }

    @BeforeEach
    void keyFile() throws IOException {
        vendingKeyFile = Files.writeString(directory.resolve("group.key"), VENDING_KEY + "\n")
                .toString();
    }

    private static Answer run(String command, String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of(command.split(" +", -1)));
        arguments.addAll(List.of(more));
        int status = new CommandLine(new TokenCommand())
                .setExecutionExceptionHandler(new Failures())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
        return new Answer(status, out.toString(), err.toString());
    }

    private Answer withKey(String command, String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.addAll(List.of("--vending-key-file", vendingKeyFile));
        return run(command + " " + GROUP, all.toArray(String[]::new));
    }

    @Test
    void publishedToken_isIssued() {
        // CTSA01-ea11-1 of vectors/tokens_ea11.json: 0.1 kWh under the public test key
        Answer issued = withKey("issue --units 0.1 --rnd 5 --time 2014-03-01T13:00 --json");
        Answer decoded = withKey("decode --json", issued.json().get("token").stringValue());
        assertThat(decoded.json().get("kind").stringValue()).isEqualTo("TransferCredit");
        assertThat(decoded.json().get("time").stringValue()).isEqualTo("2014-03-01T13:00:00Z");
        assertThat(decoded.json().get("order").stringValue()).isEqualTo("credit of 0.1 kWh of electricity");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --units 25.6 --for gas       | credit of 25.6 m3 of gas
            --money -1 --for water       | credit of -0.99994 currency units for water
            --power-limit 1000           | set the maximum power limit to 1000 W
            --phase-unbalance-limit 500  | set the phase power unbalance limit to 500 W
            --clear-credit all           | clear all credit registers
            --clear-credit water         | clear the credit of water
            --clear-tamper               | clear the tamper condition
            --tariff-rate 7              | set the tariff rate to 0007
            --water-factor 9             | set the water meter factor to 0009
            --set-register 0=123         | set register 0 := 123
            --set-flag 0=1               | set flag 0 (compliance test) := 1
            """)
    void order_survivesIssueAndDecode(String order, String kind) {
        Answer issued = withKey("issue --json " + order);
        assertThat(issued.status()).as(issued.out() + issued.err()).isZero();
        Answer decoded = withKey("decode", issued.json().get("token").stringValue());
        assertThat(decoded.status()).isZero();
        assertThat(decoded.out()).startsWith(kind + System.lineSeparator());
    }

    @Test
    void explain_showsEveryFieldItsTimeAndWhatAMeterDoes() {
        String token = withKey("issue --units 25.6 --rnd 5 --time 2026-11-20T21:05 --json")
                .json()
                .get("token")
                .stringValue();
        Answer explained = withKey("explain", token);
        assertThat(explained.out())
                .contains(
                        "63..60",
                        "SubClass",
                        "RND",
                        "55..32",
                        "TID",
                        "2026-11-20 21:05 UTC",
                        "Amount",
                        "25.6 kWh",
                        "CRC")
                .contains("UsedError", "adds 25.6 kWh");
        assertThat(explained.err()).contains("TEST ONLY");
    }

    @Test
    void explain_withoutAKeySaysWhatCannotBeKnown() {
        Answer explained = run("explain 6539 0098 2220 8439 0289");
        assertThat(explained.status()).isZero();
        assertThat(explained.out()).contains("class    0, credit", "cannot be known");
        assertThat(run("explain 00000000000150997584").out()).contains("test the load switch", "every maker");
    }

    @Test
    void testToken_isTheWellKnownOne() {
        assertThat(run("test-token --test 0").out()).contains("5649 3153 7254 5031 3471", "0230 5843 0050 5295 1967");
        assertThat(run("test-token --register 0").out()).startsWith("0230 5843 0093 4791 4912");
        assertThat(run("test-token").out().lines()).hasSize(2 * 19);
    }

    @Test
    void publishedKeyChangeSet_isIssued() {
        // CTSA05-1-ea11 of vectors/key_change_sets.json
        Answer set = withKey("keychange --to-ti 2 --json");
        assertThat(set.json().get("tokens").toString())
                .isEqualTo("[\"03854447086453451911\",\"02791799436242461152\",\"67118070329353977190\","
                        + "\"19019128690902932218\"]");
        assertThat(set.json().get("rollover").booleanValue()).isFalse();
        assertThat(withKey("keychange --to-krn 5 --to-base-date 2035").out()).contains("forgets its token identifiers");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            issue --units 1 --ea 11 --base-date 2014                         | no key was given
            issue --units 1 --ea 11 --key 0abc12def3456789 --base-date 2014  | needs 32
            issue --units 1 --ea 7 --key 0abc12def345678x --base-date 2014   | --key: decoder key
            issue --units 1 --ea 7 --key 0abc12def3456789                    | --base-date is missing
            issue --units 1 --key 0abc12def3456789 --base-date 2014          | --ea is missing
            issue --units 0.01 --ea 7 --key 0abc12def3456789 --tid 1         | more decimals
            issue --units -1 --ea 7 --key 0abc12def3456789 --tid 1           | outside 0..18201624
            issue --units 1820162.5 --ea 7 --key 0abc12def3456789 --tid 1    | outside 0..18201624
            issue --units 1e99 --ea 7 --key 0abc12def3456789 --tid 1         | more digits
            issue --units 1 --for beer --ea 7 --key 0abc12def3456789 --tid 1 | --for beer
            issue --units 1 --kt 1 --ea 7 --key 0abc12def3456789 --tid 1     | DDTKError
            issue --units 1 --ken 0 --ea 7 --key 0abc12def3456789 --tid 65536 | expired
            issue --units 1 --ea 7 --key 0abc12def3456789 --tid 16777216     | outside 0..16777215
            issue --units 1 --ea 7 --key 0abc12def3456789 --base-date 2014 --time 2013-01-01T00:00 | before the base date
            issue --units 1 --ea 7 --vending-key abababababababab --meter 12345678903 --sgc 123456 --ti 1 --krn 1 --base-date 1993 --time 2020-01-01T00:00 | needs a vending key of 160 bits
            issue --units 1 --ea 7 --vending-key aaababababababab --dkga 2 --meter 12345678903 --sgc 123456 --ti 1 --krn 1 --base-date 1993 --time 2020-01-01T00:00 | even parity
            issue --units 1 --ea 7 --key-file absent.key --tid 1             | absent.key does not exist
            issue --units 1 --ea 7 --ea07-tables absent.json --key 0abc12def3456789 --tid 1 | absent.json
            decode 1234                                                      | token has 4 digits; it needs 20
            decode 6539009822208439028x                                      | at position 20
            decode 73786976294838206464                                      | above 73786976294838206463
            decode 65390098222084390289                                      | encrypted for one meter
            test-token --test 19                                             | outside 0..18
            test-token --maker 123                                           | 2 or 4 digits
            keychange --ea 7 --key 0abc12def3456789 --to-key 0abc12def3456789 --to-krn 1 --to-ti 1 --to-sgc 123456 --roll-over | used tokens work again
            keychange --ea 7 --key 0abc12def3456789 --to-key 0abc12def3456788 --to-krn 1 --to-ti 1 --to-sgc 123456 --tokens 4 | 2 or 3 tokens
            """)
    void wrongInput_isRefusedInPlainWords(String command, String message) {
        Answer answer = run(command);
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err())
                .contains(message)
                .doesNotContain("Exception", "\tat ", "0abc12def", "abababab")
                .satisfies(text -> assertThat(text.lines()).hasSizeGreaterThanOrEqualTo(2));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            issue --units 1 --ea 12      | encryption algorithm 12 is none of 7, 9, 11
            issue --units 1 --sgc 12345  | supply group code has 5 digits; it needs 6
            issue --units 1 --krn 0      | outside 1..9
            issue --units 1 --ti 100     | outside 0..99
            issue --units 1 --base-date 2015 | none of 1993, 2014, 2035
            issue --units 1 --meter 12345678904 | 3 would fit
            issue --units 1 --money 1    | mutually exclusive
            issue                        | --units
            """)
    void wrongOption_isAUsageError(String command, String message) {
        Answer answer = run(command);
        assertThat(answer.status()).isEqualTo(2);
        assertThat(answer.err()).contains(message);
    }
}
