package org.metermint.vending.sale;

import java.util.List;
import java.util.Locale;
import org.metermint.vending.vendor.ClientIdentity;

/** Answers "what would I get, and why is it not what I got last time?". */
public interface Quotes {
    /**
     * What a purchase would be, explained.
     *
     * @param words sentences for the customer
     * @param sum every figure and how it came about, for whoever checks them
     */
    record Quote(TrialAnswer.Priced priced, List<String> words, List<String> sum) {}

    /**
     * Prices a purchase as a sale would be at this moment, and explains it. Nothing is written, and nothing is promised.
     *
     * @param locale the language of the words; English where there are none of it
     * @throws org.metermint.vending.refusal.RefusedException if a sale would be refused
     */
    Quote quote(ClientIdentity client, SaleRequest request, Locale locale);
}
