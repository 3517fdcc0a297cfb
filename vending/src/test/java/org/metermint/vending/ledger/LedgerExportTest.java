package org.metermint.vending.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.JournalEntry.Kind;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.ledger.LedgerExport.Format;

/** Two closed days and an open one; what beancount says of them is the word of another program. */
class LedgerExportTest {
    private static final LocalDate FIRST = LocalDate.parse("2026-03-10");

    private static SaleFixture desk;

    @TempDir
    Path directory;

    @BeforeAll
    static void sell() {
        desk = new SaleFixture();
        MeterPan meter = desk.meter();
        desk.sell("one", meter, "50");
        desk.sell("two", meter, "33.33");
        desk.clock.set("2026-03-11T10:00:00Z");
        desk.sell("three", meter, "20");
        new UtilityTransactions(desk.pool).in(desk.utility, sql -> {
            Instant now = desk.clock.instant();
            desk.vending
                    .ledger()
                    .post(
                            desk.utility,
                            new JournalEntry(
                                    desk.vending.ledger().nextId(desk.utility, now),
                                    Kind.CORRECTION,
                                    Optional.empty(),
                                    Optional.of("slip \"7\", page 2\\3\nend"),
                                    Optional.empty(),
                                    now,
                                    List.of(
                                            new Posting("bank/main", 1),
                                            new Posting("tax/vat", -3),
                                            new Posting("over-short", 2))));
            return true;
        });
        desk.vending.dailyClose().close(desk.utility, Instant.parse("2026-03-11T22:00:00Z"));
        desk.clock.set("2026-03-12T10:00:00Z");
        desk.sell("four", meter, "21");
        desk.vending.chart().name(desk.utility, "tax/VAT", Optional.of("VAT, \"standard\""), Optional.of("2200"));
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    private static String export(LocalDate from, LocalDate to, Format format) {
        StringWriter text = new StringWriter();
        desk.vending.ledgerExport().write(desk.utility, from, to, format, text, Progress.UNHEARD);
        return text.toString();
    }

    @Test
    void write_saysHowManyEntries() {
        Function<LocalDate, Long> onwards = from -> desk.vending
                .ledgerExport()
                .write(desk.utility, from, FIRST.plusDays(9), Format.CSV, new StringWriter(), Progress.UNHEARD);
        assertThat(onwards.apply(FIRST))
                .isEqualTo(desk.vending.ledger().verify(desk.utility).entries());
        assertThat(onwards.apply(FIRST.plusDays(1))).isEqualTo(3);
        assertThat(onwards.apply(FIRST.plusDays(2))).isOne();
        assertThat(onwards.apply(FIRST.plusDays(3))).isZero();
    }

    private String checked(String text) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("books.beancount"), text);
        Process check = new ProcessBuilder("bean-check", file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor() == 0).as(said).isEqualTo(said.isBlank());
        return said;
    }

    @Test
    void beancount_findsNothingWrong_withTheWholeBooks_orAnyPart() throws Exception {
        String all = export(FIRST, FIRST.plusDays(2), Format.BEANCOUNT);
        assertThat(checked(all)).isEmpty();
        assertThat(all)
                .contains("2026-03-10 open Liabilities:Float:Corner-shop ZAR\n  code: \"float/corner-shop\"\n")
                .contains("Liabilities:Tax:Vat ", "Liabilities:Tax:VAT ")
                .contains("  name: \"VAT, \\\"standard\\\"\"\n  number: \"2200\"\n")
                .contains("2026-03-11 * \"Correction\"", "2026-03-12 * \"Sale\"")
                .contains("  reference: \"slip \\\"7\\\", page 2\\\\3 end\"\n")
                .contains("2026-03-11 balance Liabilities:Float:Corner-shop  83.33 ~ 0 ZAR\n")
                .contains("2026-03-12 balance Liabilities:Float:Corner-shop  103.33 ~ 0 ZAR\n");
        String later = export(FIRST.plusDays(1), FIRST.plusDays(2), Format.BEANCOUNT);
        assertThat(checked(later)).isEmpty();
        assertThat(later).contains("2026-03-11 * \"Opening balances\"").doesNotContain("2026-03-10");
        String open = export(FIRST.plusDays(2), FIRST.plusDays(5), Format.BEANCOUNT);
        assertThat(checked(open)).isEmpty();
        assertThat(open).contains("Corner-shop  103.33 ZAR", "Corner-shop  21.00 ZAR");
        assertThat(checked(export(FIRST.plusDays(5), FIRST.plusDays(5), Format.BEANCOUNT)))
                .isEmpty();
    }

    @Test
    void beancount_findsABalanceThatIsOneMinorUnitOff() throws Exception {
        String books = export(FIRST, FIRST.plusDays(2), Format.BEANCOUNT);
        String changed = books.replace(
                "balance Liabilities:Float:Corner-shop  83.33", "balance Liabilities:Float:Corner-shop  83.34");
        assertThat(changed).isNotEqualTo(books);
        assertThat(checked(changed)).contains("Balance failed for 'Liabilities:Float:Corner-shop'");
    }

    @Test
    void csv_hasALineForEachPosting_andQuotesWhatMustBe() {
        String text = export(FIRST, FIRST.plusDays(2), Format.CSV);
        List<List<String>> lines = parse(text);
        assertThat(lines.getFirst())
                .hasSize(14)
                .startsWith("day", "entry", "kind")
                .endsWith("debit", "credit", "currency");
        assertThat(lines.stream().mapToInt(List::size)).containsOnly(14);
        long postings = desk.vending.ledger().verify(desk.utility).postings();
        assertThat(lines).hasSize((int) postings + 1);
        assertThat(text).contains("\"slip \"\"7\"\", page 2\\3\nend\"", "\"VAT, \"\"standard\"\"\"");
        assertThat(cents(lines, 11)).isEqualTo(cents(lines, 12)).isEqualTo(5_000 + 3_333 + 2_000 + 2_100 + 3);
        assertThat(lines.getLast()).startsWith("2026-03-12").endsWith("ZAR");
    }

    private static long cents(List<List<String>> lines, int column) {
        return lines.stream()
                .skip(1)
                .map(line -> line.get(column))
                .filter(amount -> !amount.isEmpty())
                .mapToLong(amount -> new BigDecimal(amount).movePointRight(2).longValueExact())
                .sum();
    }

    /** A reader of RFC 4180 in its narrowest sense. */
    private static List<List<String>> parse(String text) {
        List<List<String>> lines = new ArrayList<>();
        List<String> line = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c != '"') {
                    field.append(c);
                } else if (text.startsWith("\"\"", i)) {
                    field.append(c);
                    i++;
                } else {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == ',' || c == '\r') {
                line.add(field.toString());
                field.setLength(0);
            } else if (c == '\n') {
                lines.add(line);
                line = new ArrayList<>();
            } else {
                field.append(c);
            }
        }
        assertThat(text).endsWith("\r\n");
        return lines;
    }

    @Test
    void days_inTheWrongOrder_areRefused() {
        assertThatThrownBy(() -> export(FIRST, FIRST.minusDays(1), Format.CSV))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2026-03-09")
                .hasMessageContaining("2026-03-10");
    }

    @Test
    void account_keepsCodeAndType_andTakesTheUtilitysNameAndNumber() {
        ChartOfAccounts chart = desk.vending.chart();
        LedgerAccount own = chart.open(desk.utility, "grants/ministry", AccountType.INCOME);
        assertThat(chart.open(desk.utility, "grants/ministry", AccountType.INCOME))
                .isEqualTo(own);
        assertThatThrownBy(() -> chart.open(desk.utility, "grants/ministry", AccountType.ASSET))
                .hasMessageContaining("INCOME");
        assertThatThrownBy(() -> chart.name(desk.utility, "energy", Optional.empty(), Optional.of("2200")))
                .hasMessageContaining("another account");
        assertThatThrownBy(() -> chart.name(desk.utility, "nothing", Optional.empty(), Optional.empty()))
                .hasMessageContaining("no account");
        assertThatThrownBy(() -> AccountType.ofCode("mystery/1")).hasMessageContaining("mystery");
        assertThatThrownBy(() -> TestDatabase.superuser(desk.url)
                        .sql("UPDATE ledger_account SET code = 'x' WHERE code = 'energy'")
                        .update())
                .rootCause()
                .hasMessageContaining("stay as they are");
        assertThat(chart.accounts(desk.utility))
                .filteredOn(account -> account.code().equals("tax/VAT"))
                .singleElement()
                .returns(AccountType.LIABILITY, LedgerAccount::type)
                .returns(Optional.of("2200"), LedgerAccount::number);
    }
}
