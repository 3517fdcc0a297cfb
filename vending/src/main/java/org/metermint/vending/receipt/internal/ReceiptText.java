package org.metermint.vending.receipt.internal;

import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.metermint.vending.receipt.Receipt;

/** A receipt as plain text for a printer of 42 columns. */
final class ReceiptText {
    private static final int COLUMNS = 42;
    private static final String RULE = "-".repeat(COLUMNS);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private final StringBuilder text = new StringBuilder();

    private ReceiptText() {}

    static String render(Receipt receipt) {
        ReceiptText out = new ReceiptText();
        out.head(receipt);
        out.purchase(receipt);
        out.tokens(receipt);
        return out.text.toString();
    }

    private void head(Receipt receipt) {
        centre(receipt.utility());
        centre("RECEIPT");
        if (receipt.copy()) {
            centre("*** COPY ***");
        }
        if (receipt.testOnly()) {
            centre("*** TEST ONLY - NOT FOR SALE ***");
        }
        rule();
        pair("Receipt", Long.toString(receipt.receiptNumber()));
        pair("Time", receipt.issuedAt().format(TIME));
        pair("Vendor", receipt.vendor());
        pair("Meter", receipt.meterNumber());
        pair("Account", receipt.account());
        receipt.customer().ifPresent(name -> pair("Customer", name));
        pair(
                "SGC / KRN / TI / EA",
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
        pair("Tendered " + receipt.currency(), receipt.tendered());
        pair("Units", receipt.units() + " " + receipt.unit());
        pair("This month", receipt.unitsThisMonth() + " " + receipt.unit());
        rule();
    }

    private void tokens(Receipt receipt) {
        if (receipt.tokens().size() > 1) {
            line("Enter all " + receipt.tokens().size() + " tokens, in this order:");
        }
        for (Receipt.Token token : receipt.tokens()) {
            boolean credit = token.kind().equals("CREDIT");
            String what = credit ? "Credit " + receipt.units() + " " + receipt.unit() : "Key change";
            line(token.of() > 1 ? token.number() + " of " + token.of() + "  " + what : what);
            centre(token.grouped());
        }
        rule();
        if (receipt.testOnly()) {
            centre("*** TEST ONLY - NOT FOR SALE ***");
        }
    }

    private void rule() {
        line(RULE);
    }

    private void centre(String words) {
        line(" ".repeat(Math.max(0, (COLUMNS - words.length()) / 2)) + words);
    }

    /** A label on the left and a value on the right; a label that leaves no room stands on a line of its own. */
    private void pair(String label, String value) {
        int gap = COLUMNS - label.length() - value.length();
        if (gap < 1) {
            wrapped(label);
            line(" ".repeat(Math.max(0, COLUMNS - value.length())) + value);
        } else {
            line(label + " ".repeat(gap) + value);
        }
    }

    private void wrapped(String words) {
        String rest = words;
        while (rest.length() > COLUMNS) {
            int space = rest.lastIndexOf(' ', COLUMNS);
            int end = space > 0 ? space : COLUMNS;
            line(rest.substring(0, end));
            rest = rest.substring(end).strip();
        }
        line(rest);
    }

    private void line(String words) {
        text.append(words.stripTrailing()).append('\n');
    }
}
