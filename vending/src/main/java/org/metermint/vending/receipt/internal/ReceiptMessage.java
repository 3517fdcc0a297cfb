package org.metermint.vending.receipt.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.metermint.vending.receipt.Receipt;

/**
 * A receipt as one short message. What a customer cannot do without comes first, and the rest while there is room. Six
 * tokens are the most that a sale has (four of a key change, free units, credit), and they fit with both marks.
 */
final class ReceiptMessage {
    private static final String SEPARATOR = "\n";

    private ReceiptMessage() {}

    static String render(Receipt receipt, Words words) {
        List<String> must = new ArrayList<>();
        if (receipt.testOnly()) {
            must.add(GsmAlphabet.fold(words.of("sms.test-only")));
        }
        if (receipt.copy()) {
            must.add(GsmAlphabet.fold(words.of("sms.copy")));
        }
        String marks = must.stream().map(mark -> SEPARATOR + mark).collect(Collectors.joining());
        String head =
                receipt.tokens().isEmpty() ? GsmAlphabet.fold(words.of("sms.no-token")) : tokens(receipt, marks, words);
        StringBuilder message = new StringBuilder(head);
        int left = GsmAlphabet.MESSAGE - GsmAlphabet.septets(head + marks);
        for (String part : parts(receipt, words)) {
            String line = SEPARATOR + GsmAlphabet.fold(part);
            if (GsmAlphabet.septets(line) <= left) {
                message.append(line);
                left -= GsmAlphabet.septets(line);
            }
        }
        return message.append(marks).toString();
    }

    /** What follows the tokens, the most important first. */
    private static List<String> parts(Receipt receipt, Words words) {
        List<String> parts = new ArrayList<>();
        receipt.units()
                .ifPresent(units -> parts.add(
                        receipt.unit().equals(receipt.currency())
                                ? words.of("sms.money", units, receipt.unit())
                                : units + " " + receipt.unit()));
        receipt.freeUnits().ifPresent(units -> parts.add(words.of("sms.free-units", units, receipt.unit())));
        parts.add(receipt.currency() + " " + receipt.tendered());
        parts.add(words.of("sms.meter", receipt.meterNumber()));
        parts.add(words.of("sms.receipt", Long.toString(receipt.receiptNumber())));
        if (receipt.tokens().isEmpty()) {
            receipt.owed().forEach(owed -> parts.add(words.of("sms.owed", owed.label(), owed.balance())));
        }
        if (GsmAlphabet.carries(receipt.utility())) {
            parts.add(receipt.utility());
        }
        return parts;
    }

    /** The tokens, written as easily to read as there is room. */
    private static String tokens(Receipt receipt, String marks, Words words) {
        int room = GsmAlphabet.MESSAGE - GsmAlphabet.septets(marks);
        return Stream.<Function<Receipt.Token, String>>of(
                        token -> number(token, "/" + token.of() + " " + kind(token, words)) + token.grouped(),
                        token -> number(token, "/" + token.of()) + token.grouped(),
                        token -> number(token, "/" + token.of()) + token.digits())
                .map(form -> receipt.tokens().stream().map(form).collect(Collectors.joining(SEPARATOR)))
                .filter(tokens -> GsmAlphabet.septets(tokens) <= room)
                .findFirst()
                .orElseGet(() -> receipt.tokens().stream()
                        .map(token -> number(token, "") + token.digits())
                        .collect(Collectors.joining(SEPARATOR)));
    }

    private static String kind(Receipt.Token token, Words words) {
        return GsmAlphabet.fold(
                switch (token.kind()) {
                    case "KEY_CHANGE" -> words.of("sms.key-change");
                    case "FREE" -> words.of("sms.free");
                    default -> words.of("sms.credit");
                });
    }

    private static String number(Receipt.Token token, String of) {
        return token.of() > 1 ? token.number() + of + " " : "";
    }
}
