package org.metermint.app.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.app.CommandFailure;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.imports.ImportKind;
import org.metermint.vending.imports.ImportRow;
import org.metermint.vending.imports.Imports;
import org.metermint.vending.imports.RowReport;
import org.metermint.vending.imports.RowReport.Result;

class CsvImportTest {

    @TempDir
    Path directory;

    private final List<ImportRow> arrived = new ArrayList<>();
    private final List<Integer> portions = new ArrayList<>();
    private final List<RowReport> reports = new ArrayList<>();

    /** Takes every row but those whose number is {@code bad}. */
    private final Imports imports = (utility, kind, rows, dryRun) -> {
        arrived.addAll(rows);
        portions.add(rows.size());
        return rows.stream()
                .map(row -> "bad".equals(row.fields().get("number"))
                        ? new RowReport(row.line(), Result.REFUSED, "number is bad")
                        : new RowReport(row.line(), Result.CREATED, ""))
                .toList();
    };

    @Test
    void rows_withQuotesBomAndCrlf_arriveByColumn() throws IOException {
        CsvImport.Totals totals =
                run("\uFEFFname,number,phone\r\n\"Achieng, \"\"Mama\"\" J.\",C1,\r\nOtieno,C2,+254700000001\r\n");

        assertThat(totals).isEqualTo(new CsvImport.Totals(2, 0, 0, Optional.empty()));
        assertThat(arrived.get(0).fields())
                .containsEntry("name", "Achieng, \"Mama\" J.")
                .containsEntry("number", "C1")
                .containsEntry("phone", "");
        assertThat(arrived).extracting(ImportRow::line).containsExactly(2L, 3L);
    }

    @Test
    void badRow_inTheMiddle_isReportedAndTheRestIsTaken() throws IOException {
        CsvImport.Totals totals = run("number,name\nC1,a\nbad,b\nC3,c,surplus\nC4\nC5,e\n");

        assertThat(totals).isEqualTo(new CsvImport.Totals(2, 0, 3, Optional.empty()));
        assertThat(totals.clean()).isFalse();
        assertThat(reports).extracting(RowReport::line).containsExactly(2L, 3L, 4L, 5L, 6L);
        assertThat(reports.get(1).message()).isEqualTo("number is bad");
        assertThat(reports.get(2).message()).contains("has 3 fields and the heading 2");
        assertThat(reports.get(3).message()).contains("has 1 fields and the heading 2");
    }

    @Test
    void manyRows_goInPortions() throws IOException {
        StringBuilder text = new StringBuilder("number,name\n");
        for (int i = 0; i < 1_234; i++) {
            text.append('C').append(i).append(",n\n");
        }
        assertThat(run(text.toString()).created()).isEqualTo(1_234);
        assertThat(portions).containsExactly(500, 500, 234);
    }

    @Test
    void quote_neverClosed_endsTheFileAndKeepsWhatWasRead() throws IOException {
        CsvImport.Totals totals = run("number,name\nC1,a\nC2,\"b\n" + "x".repeat(100_000) + "\n");

        assertThat(totals.created()).isEqualTo(1);
        assertThat(totals.broken()).isPresent();
        assertThat(totals.clean()).isFalse();
    }

    @Test
    void text_notUtf8_endsTheFile() throws IOException {
        Path file = directory.resolve("customers.csv");
        Files.write(file, "number,name\nC1,Andr\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> run(file))
                .withMessageContaining("UTF-8");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            number,name,colour    | line 1: there is no column 'colour'
            number,name,name      | line 1: column 'name' stands there twice
            number                | line 1: column 'name' is missing
            number;name           | line 1: there is no column 'number;name'
            """)
    void heading_thatDoesNotFit_isRefusedBeforeAnyRow(String heading, String message) {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> run(heading + "\nC1,a\n"))
                .withMessageContaining(message)
                .satisfies(failure -> assertThat(failure.remedy()).contains("number, name"));
        assertThat(arrived).isEmpty();
    }

    @Test
    void file_empty_lacksItsColumns() {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> run(""))
                .withMessageContaining("column 'number' is missing");
    }

    @Test
    void file_absent_isRefused() {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> run(directory.resolve("absent.csv")))
                .withMessageContaining("there is no file");
    }

    private CsvImport.Totals run(String text) throws IOException {
        return run(Files.writeString(directory.resolve("customers.csv"), text));
    }

    private CsvImport.Totals run(Path file) {
        return new CsvImport(imports, new UtilityId(1), false).run(file, ImportKind.CUSTOMERS, reports::add);
    }
}
