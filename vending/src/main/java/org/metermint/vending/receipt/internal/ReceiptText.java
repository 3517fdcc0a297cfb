package org.metermint.vending.receipt.internal;

import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.metermint.vending.receipt.Paper;
import org.metermint.vending.receipt.Receipt;

/** A receipt as plain text for a printer. */
final class ReceiptText {
    static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private final int columns;
    private final Receipt receipt;
    private final Words words;
    private final StringBuilder text = new StringBuilder();

    private ReceiptText(Receipt receipt, int columns, Words words) {
        this.receipt = receipt;
        this.columns = columns;
        this.words = words;
    }

    static String render(Receipt receipt, Paper paper, Words words) {
        ReceiptText out = new ReceiptText(receipt, paper.columns(), words);
        out.head();
        out.purchase();
        out.totals();
        out.tokens();
        return out.text.toString();
    }

    private void head() {
        words.letterhead(receipt).forEach(this::centre);
        centre(words.title(receipt));
        words.marks(receipt).forEach(this::centre);
        rule();
        words.facts(receipt).forEach(this::pair);
        rule();
    }

    private void purchase() {
        wrapped(words.tariff(receipt));
        words.steps(receipt).forEach(step -> indented(step));
        for (Receipt.Line line : receipt.lines()) {
            pair(line.label(), line.amount());
            words.taxable(line).ifPresent(this::indented);
        }
        words.free(receipt).ifPresent(this::pair);
        words.invoice(receipt).forEach(this::pair);
        pair(words.of("tendered", receipt.currency()), receipt.tendered());
        receipt.owed().forEach(owed -> pair(words.of("owed", owed.label()), owed.balance()));
    }

    private void totals() {
        words.units(receipt).forEach(this::pair);
        rule();
    }

    private void tokens() {
        words.aboutTokens(receipt).forEach(this::wrapped);
        for (Receipt.Token token : receipt.tokens()) {
            wrapped(words.token(receipt, token));
            centre(token.grouped());
        }
        rule();
        receipt.issuer().message().ifPresent(this::centre);
        if (receipt.testOnly()) {
            centre(words.of("test-only"));
        }
    }

    private void rule() {
        line("-".repeat(columns));
    }

    private void centre(String what) {
        for (String part : parts(what)) {
            line(" ".repeat((columns - PrintColumns.width(part)) / 2) + part);
        }
    }

    private void pair(Words.Pair pair) {
        pair(pair.label(), pair.value());
    }

    /** A label on the left and a value on the right; a label that leaves no room stands on a line of its own. */
    private void pair(String label, String value) {
        String left = PrintColumns.printable(label).strip();
        String right = PrintColumns.printable(value).strip();
        int gap = columns - PrintColumns.width(left) - PrintColumns.width(right);
        if (gap < 1) {
            wrapped(left);
            parts(right).forEach(part -> line(" ".repeat(columns - PrintColumns.width(part)) + part));
        } else {
            line(left + " ".repeat(gap) + right);
        }
    }

    private void wrapped(String what) {
        parts(what).forEach(this::line);
    }

    private void indented(String what) {
        PrintColumns.lines(PrintColumns.printable(what), columns - 2).forEach(part -> line("  " + part));
    }

    private List<String> parts(String what) {
        return PrintColumns.lines(PrintColumns.printable(what), columns);
    }

    private void line(String what) {
        text.append(what.stripTrailing()).append('\n');
    }
}
