package org.metermint.app.imports;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.metermint.app.CommandFailure;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.imports.ImportKind;
import org.metermint.vending.imports.ImportRow;
import org.metermint.vending.imports.Imports;
import org.metermint.vending.imports.RowReport;

/**
 * Reads one CSV file (RFC 4180, UTF-8, the first row names the columns) and hands its rows to vending in portions, each
 * of which is committed whole. A row that vending refuses, or that has too few or too many fields, is reported, and the
 * next one goes on. A heading that does not fit is refused before any row is read.
 */
public final class CsvImport {

    /** Rows of one transaction. */
    private static final int PORTION = 500;

    private static final int MOST_CHARACTERS_OF_A_FIELD = 1 << 16;

    private final Imports imports;
    private final UtilityId utility;
    private final boolean dryRun;

    public CsvImport(Imports imports, UtilityId utility, boolean dryRun) {
        this.imports = imports;
        this.utility = utility;
        this.dryRun = dryRun;
    }

    /**
     * What became of the rows of one file.
     *
     * @param broken why the rest of the file could not be read, if so
     */
    public record Totals(long created, long unchanged, long refused, Optional<String> broken) {
        /** Was every row of the file read and taken? */
        public boolean clean() {
            return refused == 0 && broken.isEmpty();
        }
    }

    /**
     * Imports a file.
     *
     * @param report gets what became of each row, in the order of the file
     * @throws CommandFailure if the file cannot be read at all or its heading does not fit
     */
    public Totals run(Path file, ImportKind kind, Consumer<RowReport> report) {
        try (Reader text = Files.newBufferedReader(file);
                CsvReader<CsvRecord> csv = CsvReader.builder()
                        .allowExtraFields(true)
                        .allowMissingFields(true)
                        .maxBufferSize(MOST_CHARACTERS_OF_A_FIELD)
                        .ofCsvRecord(text)) {
            Iterator<CsvRecord> records = csv.iterator();
            return new Run(heading(file, kind, records), kind, report).take(records);
        } catch (NoSuchFileException e) {
            throw new CommandFailure("there is no file " + file, "Check the path.", e);
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot read " + file + ": " + e.getMessage(), "Check that it is a file that you may read.", e);
        }
    }

    private static List<String> heading(Path file, ImportKind kind, Iterator<CsvRecord> records) {
        List<String> columns = new ArrayList<>();
        try {
            if (records.hasNext()) {
                records.next()
                        .getFields()
                        .forEach(name -> columns.add(name.replace("\uFEFF", "").strip()));
            }
        } catch (CsvParseException | UncheckedIOException e) {
            throw new CommandFailure(file + " is not CSV: " + plain(e), "Save it as CSV in UTF-8.", e);
        }
        Set<String> known = new HashSet<>(kind.required());
        known.addAll(kind.optional());
        String remedy = "Columns needed: " + String.join(", ", kind.required()) + "; possible beside them: "
                + String.join(", ", kind.optional()) + " (docs/reference/import.md).";
        Set<String> seen = new HashSet<>();
        for (String column : columns) {
            if (!known.contains(column)) {
                throw new CommandFailure(file + ", line 1: there is no column '" + column + "'", remedy);
            }
            if (!seen.add(column)) {
                throw new CommandFailure(file + ", line 1: column '" + column + "' stands there twice", remedy);
            }
        }
        for (String column : kind.required()) {
            if (!seen.contains(column)) {
                throw new CommandFailure(file + ", line 1: column '" + column + "' is missing", remedy);
            }
        }
        return columns;
    }

    /** One pass over the rows of a file. */
    private final class Run {
        private final List<String> columns;
        private final ImportKind kind;
        private final Consumer<RowReport> report;
        private final List<ImportRow> portion = new ArrayList<>();
        private long created;
        private long unchanged;
        private long refused;

        Run(List<String> columns, ImportKind kind, Consumer<RowReport> report) {
            this.columns = columns;
            this.kind = kind;
            this.report = report;
        }

        Totals take(Iterator<CsvRecord> records) {
            Optional<String> broken = Optional.empty();
            try {
                while (records.hasNext()) {
                    take(records.next());
                }
            } catch (CsvParseException | UncheckedIOException e) {
                broken = Optional.of(plain(e));
            }
            flush();
            return new Totals(created, unchanged, refused, broken);
        }

        private void take(CsvRecord row) {
            if (row.getFieldCount() != columns.size()) {
                flush(); // so that reports stay in the order of the file
                count(new RowReport(
                        row.getStartingLineNumber(),
                        RowReport.Result.REFUSED,
                        "the row has " + row.getFieldCount() + " fields and the heading " + columns.size()
                                + "; put fields that hold a comma in double quotes"));
                return;
            }
            Map<String, String> fields = new HashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                fields.put(columns.get(i), row.getField(i).strip());
            }
            portion.add(new ImportRow(row.getStartingLineNumber(), fields));
            if (portion.size() == PORTION) {
                flush();
            }
        }

        private void flush() {
            if (!portion.isEmpty()) {
                imports.run(utility, kind, List.copyOf(portion), dryRun).forEach(this::count);
                portion.clear();
            }
        }

        private void count(RowReport row) {
            switch (row.result()) {
                case CREATED -> created++;
                case UNCHANGED -> unchanged++;
                case REFUSED -> refused++;
            }
            report.accept(row);
        }
    }

    private static String plain(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CharacterCodingException) {
                return "it holds octets that are not UTF-8";
            }
        }
        return String.valueOf(failure.getMessage());
    }
}
