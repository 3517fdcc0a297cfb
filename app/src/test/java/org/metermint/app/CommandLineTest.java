package org.metermint.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.database.DataDirectory;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands as a person or a program meets them: what they print, and what they exit with. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandLineTest {

    private static final String METER = "01000000016";

    /** One installation for all: making one takes seconds. */
    @TempDir
    static Path parent;

    private record Outcome(int exitCode, String out, String err) {
        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    private static Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Metermint.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exitCode = command.execute(arguments);
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    private static String data() {
        return parent.resolve("data").toString();
    }

    @Test
    @Order(1)
    void demo_once_showsReceiptTokenAndBothAnswers() {
        Outcome demo = run("demo", "--once", "--data", data());
        assertThat(demo.exitCode()).as(demo.err()).isZero();
        assertThat(demo.out())
                .contains("TEST ONLY", "RECEIPT", "58.4 kWh", "VAT 15 %")
                .containsPattern("([0-9]{4} ){4}[0-9]{4}  ACCEPT")
                .contains("The credit arrived, and the second entry was refused as used.");
    }

    @Test
    @Order(2)
    void demo_againOnTheSameData_sellsAgain() {
        Outcome demo = run("demo", "--once", "--json", "--data", data());
        assertThat(demo.exitCode()).as(demo.err()).isZero();
        assertThat(demo.json().path("credit_arrived").asBoolean()).isTrue();
        assertThat(demo.json().path("second_refused_as_used").asBoolean()).isTrue();
        assertThat(demo.json().path("units").asString()).isEqualTo("55.9"); // the second block has begun
    }

    @Test
    @Order(3)
    void ledger_afterTwoSales_isProved() {
        Outcome verify = run("ledger", "verify", "--json", "--data", data());
        assertThat(verify.exitCode()).as(verify.err()).isZero();
        assertThat(verify.json().path("sales").asInt()).isEqualTo(2);
        assertThat(verify.json().path("faults").size()).isZero();
        assertThat(run("ledger", "balances", "--data", data()).out()).contains("tax/VAT");
    }

    @Test
    @Order(4)
    void import_badRowInTheMiddle_isReportedAndTheRestImported() throws IOException {
        Path customers = Files.writeString(parent.resolve("customers.csv"), """
                number,name,phone
                2001,Amina,+254700000001
                ,Nobody,
                2003,Juma,not a phone
                2004,Wanjiru,
                """);
        Outcome dry = run("import", "--dry-run", "--data", data(), customers.toString());
        assertThat(dry.exitCode()).isEqualTo(3);
        assertThat(dry.out())
                .contains("line 3: column number is empty", "2 would be created, 0 there already, 2 refused");

        Outcome first = run("import", "--data", data(), customers.toString());
        assertThat(first.exitCode()).isEqualTo(3);
        assertThat(first.out()).contains("line 4: ", "2 created, 0 there already, 2 refused");

        Outcome again = run("import", "--data", data(), customers.toString());
        assertThat(again.out()).contains("0 created, 2 there already, 2 refused");
    }

    @Test
    @Order(5)
    void import_metersAndAccounts_continueWhereTheUtilityWas() throws IOException {
        Path meters = Files.writeString(parent.resolve("meters.csv"), """
                meter,algorithm,supply_group,key_revision,tariff_index,base_date,last_tid
                07000000013,7,123457,4,01,2014,5000000
                07000000016,7,123457,4,01,2014,5000000
                """);
        Path accounts = Files.writeString(parent.resolve("accounts.csv"), """
                number,customer,meter,tariff,units_bought,debt
                2001,2001,07000000013,za-tshwane-2025-26,120.5,30.00
                """);
        Outcome imported = run("import", "--data", data(), accounts.toString(), meters.toString());
        assertThat(imported.out()).contains("line 3: ", "meters.csv: 1 created", "accounts.csv: 1 created");
        assertThat(imported.exitCode()).isEqualTo(3);
    }

    @Test
    @Order(6)
    void meter_remembersWhatItTook() {
        Outcome show = run("meter", "show", METER, "--json", "--data", data());
        assertThat(show.json().path("balance").asString()).isEqualTo("114.300");

        Outcome drawn = run("meter", "consume", METER, "14.3", "--json", "--data", data());
        assertThat(drawn.json().path("balance").asString()).isEqualTo("100.000");

        Outcome wrong = run("meter", "enter", METER, "12345678901234567890", "--json", "--data", data());
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.json().path("accepted").asBoolean()).isFalse();
    }

    @Test
    @Order(7)
    void meter_wrongCheckDigit_isToldWhichFits() {
        Outcome made = run("meter", "new", "01000000017", "--data", data());
        assertThat(made.exitCode()).isEqualTo(1);
        assertThat(made.err()).contains("metermint: ").contains("6");
    }

    @Test
    @Order(7)
    void meter_unknown_saysHowToMakeIt() {
        Outcome shown = run("meter", "show", "07000000013", "--json", "--data", data());
        assertThat(shown.exitCode()).isEqualTo(1);
        assertThat(shown.json().path("error").path("remedy").asString()).contains("metermint meter new");
    }

    @Test
    @Order(8)
    void sale_noServer_saysHowToRepeatIt() {
        Outcome sale = run(
                "sale",
                "sell",
                "--meter",
                METER,
                "--tender",
                "10.00",
                "--request",
                "r-1",
                "--server",
                "http://127.0.0.1:1",
                "--data",
                data());
        assertThat(sale.exitCode()).isEqualTo(1);
        assertThat(sale.err()).contains("Repeat it with --request r-1: no second token can result.");
    }

    @Test
    @Order(9)
    void start_dataInUse_isRefusedInWords() {
        try (DataDirectory used = DataDirectory.open(Path.of(data()))) {
            Outcome start = run("start", "--port", "0", "--data", used.path().toString());
            assertThat(start.exitCode()).isEqualTo(1);
            assertThat(start.err())
                    .contains("is in use by process " + ProcessHandle.current().pid())
                    .doesNotContain("Exception");
        }
    }

    @Test
    @Order(9)
    void configuration_unknownSetting_isRefusedWithItsLine() throws IOException {
        Path file = Files.writeString(parent.resolve("wrong.conf"), "http.prot = 1\n");
        Outcome start = run("start", "--config", file.toString(), "--data", data());
        assertThat(start.exitCode()).isEqualTo(1);
        assertThat(start.err())
                .contains("line 1: there is no setting 'http.prot'")
                .contains("http.port");
    }

    @Test
    void demo_onTheDataOfAUtility_isRefused() throws IOException {
        Path file = Files.writeString(parent.resolve("real.conf"), "utility.code = city-power\n");
        Outcome demo = run("demo", "--once", "--config", file.toString(), "--data", data());
        assertThat(demo.exitCode()).isEqualTo(1);
        assertThat(demo.err()).contains("'city-power'").contains("--data DIR");
    }

    @Test
    void error_withJson_isAnObjectOnStandardOutput_forEveryKindOfCommand() {
        String nowhere = parent.resolve("nowhere").toString();
        for (Outcome failed : List.of(
                run("sale", "sell", "--json", "--meter", METER, "--tender", "1", "--data", nowhere),
                run("ledger", "verify", "--json", "--config", nowhere, "--data", nowhere),
                run("import", "--json", "--data", nowhere, "letter.txt"))) {
            assertThat(failed.exitCode()).isEqualTo(1);
            assertThat(failed.json().path("error").path("message").asString()).isNotEmpty();
            assertThat(failed.json().path("error").path("remedy").asString()).isNotEmpty();
            assertThat(failed.err()).isEmpty();
        }
        Outcome misused = run("sale", "sell", "--json", "--tender", "1");
        assertThat(misused.exitCode()).isEqualTo(2);
        assertThat(misused.json().path("error").path("message").asString()).contains("--meter");
        assertThat(misused.json().path("error").path("remedy").asString()).contains("metermint sale sell --help");
        assertThat(misused.err()).isEmpty();
    }

    @Test
    void start_dataOfANewerVersion_isRefusedInWords() throws IOException {
        Path newer = Files.createDirectory(parent.resolve("newer"));
        Files.writeString(newer.resolve("format"), "metermint-data 2\n");
        Outcome start = run("start", "--port", "0", "--data", newer.toString());
        assertThat(start.exitCode()).isEqualTo(1);
        assertThat(start.err())
                .contains("written by a newer version of Metermint", "Run that version")
                .doesNotContain("Exception");
    }

    @Test
    void command_unknown_isAUsageError() {
        assertThat(run("sel").exitCode()).isEqualTo(2);
        assertThat(run("demo", "--twice").exitCode()).isEqualTo(2);
    }
}
