package org.metermint.vending.receipt.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.metermint.vending.receipt.Receipt;

/** A receipt as one short message. What a customer cannot do without comes first, and the rest while there is room. */
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
        String tokens = tokens(receipt, marks);
        StringBuilder message = new StringBuilder(tokens);
        int left = GsmAlphabet.MESSAGE - GsmAlphabet.septets(tokens + marks);
        for (String part : List.of(
                receipt.units() + " " + receipt.unit(),
                receipt.currency() + " " + receipt.tendered(),
                words.of("sms.meter", receipt.meterNumber()),
                words.of("sms.receipt", Long.toString(receipt.receiptNumber())),
                receipt.utility())) {
            String line = SEPARATOR + GsmAlphabet.fold(part);
            if (GsmAlphabet.septets(line) <= left) {
                message.append(line);
                left -= GsmAlphabet.septets(line);
            }
        }
        return message.append(marks).toString();
    }

    /** The tokens, written as easily to read as there is room. */
    private static String tokens(Receipt receipt, String marks) {
        int room = GsmAlphabet.MESSAGE - GsmAlphabet.septets(marks);
        return Stream.<Function<Receipt.Token, String>>of(
                        token -> number(token, "/" + token.of()) + token.grouped(),
                        token -> number(token, "/" + token.of()) + token.digits())
                .map(form -> receipt.tokens().stream().map(form).collect(Collectors.joining(SEPARATOR)))
                .filter(tokens -> GsmAlphabet.septets(tokens) <= room)
                .findFirst()
                .orElseGet(() -> receipt.tokens().stream()
                        .map(token -> number(token, "") + token.digits())
                        .collect(Collectors.joining(SEPARATOR)));
    }

    private static String number(Receipt.Token token, String of) {
        return token.of() > 1 ? token.number() + of + " " : "";
    }
}
