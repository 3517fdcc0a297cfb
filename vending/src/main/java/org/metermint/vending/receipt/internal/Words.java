package org.metermint.vending.receipt.internal;

import java.math.BigDecimal;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;
import org.metermint.vending.receipt.Receipt;

/** What receipts say, from the message bundle: the same in every form that shows all of a receipt. */
final class Words {
    static final Words ENGLISH = new Words(Locale.ROOT);

    private final ResourceBundle bundle;

    private Words(Locale locale) {
        bundle = ResourceBundle.getBundle("org.metermint.vending.receipt.internal.receipt", locale);
    }

    /** A name and what it is of this receipt. */
    record Pair(String label, String value) {}

    String of(String key) {
        return bundle.getString(key);
    }

    /** A pattern with its values in it, which are texts already: how numbers look is not the pattern's matter. */
    String of(String key, String... values) {
        return new MessageFormat(bundle.getString(key), Locale.ROOT).format(values);
    }

    /** Who issued the receipt. */
    List<String> letterhead(Receipt receipt) {
        List<String> lines = new ArrayList<>();
        lines.add(receipt.utility());
        lines.addAll(receipt.issuer().address());
        receipt.issuer().taxNumber().ifPresent(number -> lines.add(of("tax-number", number)));
        receipt.issuer().telephone().ifPresent(number -> lines.add(of("telephone", number)));
        return lines;
    }

    String title(Receipt receipt) {
        return receipt.invoice().map(Receipt.Invoice::title).orElse(of("receipt"));
    }

    /** What must stand out. */
    List<String> marks(Receipt receipt) {
        List<String> marks = new ArrayList<>();
        if (receipt.copy()) {
            marks.add(of("copy"));
        }
        if (receipt.testOnly()) {
            marks.add(of("test-only"));
        }
        return marks;
    }

    /** Who bought what of whom, and under which key. */
    List<Pair> facts(Receipt receipt) {
        List<Pair> facts = new ArrayList<>();
        facts.add(new Pair(of("receipt-number"), Long.toString(receipt.receiptNumber())));
        facts.add(new Pair(of("time"), receipt.issuedAt().format(ReceiptText.TIME)));
        facts.add(new Pair(of("vendor"), receipt.vendorName()));
        receipt.operator().ifPresent(code -> facts.add(new Pair(of("operator"), code)));
        receipt.terminal().ifPresent(code -> facts.add(new Pair(of("terminal"), code)));
        facts.add(new Pair(of("meter"), receipt.meterNumber()));
        facts.add(new Pair(of("account"), receipt.account()));
        receipt.customer().ifPresent(name -> facts.add(new Pair(of("customer"), name)));
        receipt.customerAddress().ifPresent(address -> facts.add(new Pair(of("address"), address)));
        facts.add(new Pair(
                of("key"),
                String.join(
                        " / ",
                        receipt.supplyGroup(),
                        Integer.toString(receipt.keyRevision()),
                        receipt.tariffIndex(),
                        receipt.algorithm(),
                        receipt.tokenTechnology())));
        return facts;
    }

    String tariff(Receipt receipt) {
        return of("tariff", receipt.tariff(), Integer.toString(receipt.tariffVersion()));
    }

    List<String> steps(Receipt receipt) {
        return receipt.steps().stream()
                .map(step -> of("step", step.units(), receipt.unit(), step.price()))
                .toList();
    }

    /** What a tax was computed of. */
    Optional<String> taxable(Receipt.Line line) {
        return line.taxable().map(amount -> of("taxable", line.rate().orElseThrow(), amount));
    }

    List<Pair> invoice(Receipt receipt) {
        return receipt.invoice()
                .map(invoice -> List.of(
                        new Pair(of("without-tax"), invoice.withoutTax()),
                        new Pair(of("tax"), invoice.tax()),
                        new Pair(of("with-tax"), invoice.withTax())))
                .orElse(List.of());
    }

    /** What cost nothing, with its price. */
    Optional<Pair> free(Receipt receipt) {
        BigDecimal tendered = new BigDecimal(receipt.tendered());
        return receipt.freeUnits()
                .map(units -> new Pair(
                        of("free-units", units, receipt.unit()),
                        tendered.subtract(tendered).toPlainString()));
    }

    /** What was bought, and where the month stands. */
    List<Pair> units(Receipt receipt) {
        List<Pair> pairs = new ArrayList<>();
        boolean money = receipt.unit().equals(receipt.currency());
        receipt.units()
                .ifPresent(units ->
                        pairs.add(new Pair(of(money ? "money-credit" : "units"), units + " " + receipt.unit())));
        receipt.roundedUp().ifPresent(units -> pairs.add(new Pair(of("rounded-up"), units + " " + receipt.unit())));
        receipt.unitsThisMonth()
                .ifPresent(units -> pairs.add(new Pair(of("this-month"), units + " " + receipt.unit())));
        return pairs;
    }

    /** What is to be said before the tokens, or in their place. */
    List<String> aboutTokens(Receipt receipt) {
        List<String> about = new ArrayList<>();
        boolean paid = receipt.lines().stream().anyMatch(line -> !line.amount().matches("0(\\.0+)?"));
        if (receipt.units().isEmpty() && paid) {
            about.add(of(receipt.freeUnits().isEmpty() ? "no-token" : "free-alone"));
        }
        if (receipt.tokens().size() > 1) {
            about.add(of("enter-all", Integer.toString(receipt.tokens().size())));
        }
        return about;
    }

    /** A receipt's name of a token: what it is for, and its place among several. */
    String token(Receipt receipt, Receipt.Token token) {
        String what = switch (token.kind()) {
            case "KEY_CHANGE" -> of("key-change");
            case "FREE" -> of("free", receipt.freeUnits().orElse(""), receipt.unit());
            default -> of("credit", receipt.units().orElse(""), receipt.unit());
        };
        return token.of() > 1 ? of("of", Integer.toString(token.number()), Integer.toString(token.of()), what) : what;
    }
}
