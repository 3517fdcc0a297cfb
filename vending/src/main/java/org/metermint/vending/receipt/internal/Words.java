package org.metermint.vending.receipt.internal;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import org.metermint.vending.receipt.Receipt;

/** What receipts say, from the message bundle. */
final class Words {
    static final Words ENGLISH = new Words(Locale.ROOT);

    private final ResourceBundle bundle;

    private Words(Locale locale) {
        bundle = ResourceBundle.getBundle("org.metermint.vending.receipt.internal.receipt", locale);
    }

    String of(String key) {
        return bundle.getString(key);
    }

    /** A pattern with its values in it, which are texts already: how numbers look is not the pattern's matter. */
    String of(String key, String... values) {
        return new MessageFormat(bundle.getString(key), Locale.ROOT).format(values);
    }

    /** A receipt's name of a token: what it is for, and its place among several. */
    String token(Receipt receipt, Receipt.Token token) {
        String what = token.kind().equals("CREDIT") ? of("credit", receipt.units(), receipt.unit()) : of("key-change");
        return token.of() > 1 ? of("of", Integer.toString(token.number()), Integer.toString(token.of()), what) : what;
    }
}
