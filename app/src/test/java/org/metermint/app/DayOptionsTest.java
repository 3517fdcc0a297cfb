package org.metermint.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.metermint.app.command.DayConverter;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Days on the command line: a wrong one is refused in the same words by every command, before it touches anything. */
class DayOptionsTest {
    /** Commands with a right day in each option that takes one. */
    static final List<List<String>> COMMANDS = List.of(
            words("ledger export --from 2026-03-01 --to 2026-03-31"),
            words("vendor statement shop --from 2026-03-01 --to 2026-03-31"),
            words("vendor deposit record shop --client f-1 --amount 1 --reference r --value-date 2026-03-01"),
            words("key export --day 2026-03-01"));

    @TempDir
    Path parent;

    private record Outcome(int exitCode, String out, String err) {
        JsonNode error() {
            return JsonMapper.shared().readTree(out).path("error");
        }
    }

    private static List<String> words(String command) {
        return List.of(command.split(" ", -1));
    }

    private Outcome run(List<String> command, String... more) {
        List<String> arguments = new ArrayList<>(command);
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("--data", data().toString()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Metermint.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    private Path data() {
        return parent.resolve("data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-13-01", "2026-00-10", "2026-02-30", "2025-02-29"})
    void export_dayThatIsNotInTheCalendar_isRefusedAsThat(String day) {
        for (String option : List.of("--from", "--to")) {
            assertThat(refusal(COMMANDS.getFirst(), option, day))
                    .contains("'" + option + "'", "the calendar has no day '" + day + "'", "YYYY-MM-DD");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "yesterday",
                "1 March 2026",
                "01/03/2026",
                "2026-3-1",
                "+12026-03-01",
                "2026-03-01T00:00"
            })
    void export_whatIsNoDay_isToldTheFormThatIsWanted(String day) {
        for (String option : List.of("--from", "--to")) {
            assertThat(refusal(COMMANDS.getFirst(), option, day))
                    .contains("'" + option + "'", "'" + day + "' is no day", "YYYY-MM-DD", "such as 2026-03-01");
        }
    }

    @ParameterizedTest
    @FieldSource("COMMANDS")
    void anyCommand_wrongDay_isRefusedAlike(List<String> command) {
        List<String> options =
                command.stream().filter(DayOptionsTest::isDayOption).toList();
        assertThat(options).isNotEmpty();
        for (String option : options) {
            String said = refusal(command, option, "2026-02-30");
            assertThat(said).contains("'" + option + "'", "'2026-02-30'", "YYYY-MM-DD");
            if (takesJson(command)) {
                isToldToPrograms(command, option, "2026-02-30", said);
            }
            assertThat(refusal(command, option, "soon")).contains("'" + option + "'", "'soon'", "2026-03-01");
        }
        assertThat(data()).as("nothing was touched").doesNotExist();
    }

    private static boolean isDayOption(String word) {
        return List.of("--from", "--to", "--value-date", "--day").contains(word);
    }

    /** What people are told when one option of a command has another value. */
    private String refusal(List<String> command, String option, String value) {
        Outcome people = run(with(command, option, value));
        assertThat(people.exitCode()).as(people.err()).isEqualTo(2);
        assertThat(people.out()).isEmpty();
        assertThat(people.err()).contains("Usage: metermint ").doesNotContain("java.", "LocalDate", "Exception");
        return people.err().lines().findFirst().orElseThrow();
    }

    private void isToldToPrograms(List<String> command, String option, String value, String said) {
        Outcome programs = run(with(command, option, value), "--json");
        assertThat(programs.exitCode()).isEqualTo(2);
        assertThat(programs.err()).isEmpty();
        assertThat(programs.error().path("message").asString()).isEqualTo(said);
        assertThat(programs.error().path("remedy").asString()).startsWith("See metermint ");
    }

    private static List<String> with(List<String> command, String option, String value) {
        List<String> other = new ArrayList<>(command);
        other.set(other.indexOf(option) + 1, value);
        return other;
    }

    private static boolean takesJson(List<String> command) {
        CommandLine line = Metermint.commandLine();
        for (String word : command) {
            CommandLine next = line.getSubcommands().get(word);
            if (next == null) {
                break;
            }
            line = next;
        }
        return line.getCommandSpec().findOption("--json") != null;
    }

    @Test
    void day_ofAnyFourDigits_isTaken() {
        DayConverter days = new DayConverter();
        for (String day : List.of("2024-02-29", "0001-01-01", "9999-12-31")) {
            assertThat(days.convert(day)).isEqualTo(LocalDate.parse(day));
        }
    }

    /** A command that is new and takes days, too. */
    @Test
    void commandLine_optionThatIsADay_isReadByTheConverterOfDays() {
        List<ArgSpec> days = options(Metermint.commandLine())
                .filter(option -> option.type() == LocalDate.class)
                .toList();
        assertThat(days)
                .hasSizeGreaterThanOrEqualTo(6)
                .allSatisfy(day -> assertThat(day.converters())
                        .as("%s of %s", day.paramLabel(), day.command().qualifiedName())
                        .hasOnlyElementsOfType(DayConverter.class)
                        .hasSize(1));
    }

    private static Stream<ArgSpec> options(CommandLine command) {
        Stream<ArgSpec> own = command.getCommandSpec().args().stream();
        return Stream.concat(own, command.getSubcommands().values().stream().flatMap(DayOptionsTest::options));
    }
}
