package org.metermint.vending.receipt.internal;

import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.metermint.vending.receipt.Paper;
import org.metermint.vending.receipt.Receipt;

/** A receipt as plain text for a printer. */
final class ReceiptText {
    static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private final int columns;
    private final Words words;
    private final StringBuilder text = new StringBuilder();

    private ReceiptText(int columns, Words words) {
        this.columns = columns;
        this.words = words;
    }

    static String render(Receipt receipt, Paper paper, Words words) {
        ReceiptText out = new ReceiptText(paper.columns(), words);
        out.head(receipt);
        out.purchase(receipt);
        out.tokens(receipt);
        return out.text.toString();
    }

    private void head(Receipt receipt) {
        centre(receipt.utility());
        centre(words.of("receipt"));
        if (receipt.copy()) {
            centre(words.of("copy"));
        }
        if (receipt.testOnly()) {
            centre(words.of("test-only"));
        }
        rule();
        pair(words.of("receipt-number"), Long.toString(receipt.receiptNumber()));
        pair(words.of("time"), receipt.issuedAt().format(TIME));
        pair(words.of("vendor"), receipt.vendor());
        pair(words.of("meter"), receipt.meterNumber());
        pair(words.of("account"), receipt.account());
        receipt.customer().ifPresent(name -> pair(words.of("customer"), name));
        pair(
                words.of("key"),
                receipt.supplyGroup() + " / " + receipt.keyRevision() + " / " + receipt.tariffIndex() + " / "
                        + receipt.algorithm());
        rule();
    }

    private void purchase(Receipt receipt) {
        wrapped(receipt.tariff());
        for (Receipt.Step step : receipt.steps()) {
            line("  " + step.units() + " " + receipt.unit() + " @ " + step.price());
        }
        for (Receipt.Line line : receipt.lines()) {
            pair(line.label(), line.amount());
        }
        pair(words.of("tendered", receipt.currency()), receipt.tendered());
        receipt.owed().forEach(owed -> pair(words.of("owed", owed.label()), owed.balance()));
        pair(words.of("units"), receipt.units() + " " + receipt.unit());
        pair(words.of("this-month"), receipt.unitsThisMonth() + " " + receipt.unit());
        rule();
    }

    private void tokens(Receipt receipt) {
        if (receipt.tokens().size() > 1) {
            wrapped(words.of("enter-all", Integer.toString(receipt.tokens().size())));
        }
        for (Receipt.Token token : receipt.tokens()) {
            line(words.token(receipt, token));
            centre(token.grouped());
        }
        rule();
        if (receipt.testOnly()) {
            centre(words.of("test-only"));
        }
    }

    private void rule() {
        line("-".repeat(columns));
    }

    private void centre(String what) {
        for (String part : parts(what)) {
            line(" ".repeat((columns - part.length()) / 2) + part);
        }
    }

    /** A label on the left and a value on the right; a label that leaves no room stands on a line of its own. */
    private void pair(String label, String value) {
        int gap = columns - label.length() - value.length();
        if (gap < 1) {
            wrapped(label);
            parts(value).forEach(part -> line(" ".repeat(columns - part.length()) + part));
        } else {
            line(label + " ".repeat(gap) + value);
        }
    }

    private void wrapped(String what) {
        parts(what).forEach(this::line);
    }

    /** A text in lines that the paper has room for, broken between words where there are any. */
    private List<String> parts(String what) {
        List<String> parts = new ArrayList<>();
        String rest = what;
        while (rest.length() > columns) {
            int space = rest.lastIndexOf(' ', columns);
            int end = space > 0 ? space : columns;
            parts.add(rest.substring(0, end));
            rest = rest.substring(end).strip();
        }
        parts.add(rest);
        return parts;
    }

    private void line(String what) {
        text.append(what.stripTrailing()).append('\n');
    }
}
