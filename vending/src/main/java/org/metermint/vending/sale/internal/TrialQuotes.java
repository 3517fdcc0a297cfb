package org.metermint.vending.sale.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.PlainWords;
import org.metermint.token.MeterPan;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.sale.Quotes;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleDesk;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.sale.SaleState;
import org.metermint.vending.sale.TrialAnswer;
import org.metermint.vending.vendor.ClientIdentity;

public final class TrialQuotes implements Quotes {
    /** So many refused sales are passed over to find the purchase before. */
    private static final int FAR_BACK = 10;

    private final SaleDesk desk;
    private final UtilityTransactions transactions;

    public TrialQuotes(SaleDesk desk, UtilityTransactions transactions) {
        this.desk = desk;
        this.transactions = transactions;
    }

    @Override
    public Quote quote(ClientIdentity client, SaleRequest request, Locale locale) {
        return switch (desk.trial(client, request)) {
            case TrialAnswer.Refused refused -> throw refused.refusal().toException();
            case TrialAnswer.Priced priced ->
                new Quote(
                        priced,
                        words(client, priced, locale),
                        priced.assessment().explain());
        };
    }

    private List<String> words(ClientIdentity client, TrialAnswer.Priced priced, Locale locale) {
        PlainWords plain = PlainWords.in(locale);
        List<String> words = new ArrayList<>();
        priced.free().ifPresent(free -> words.addAll(plain.about(free, Optional.empty())));
        words.addAll(plain.about(priced.assessment(), last(client.utility(), priced.meter())));
        return words;
    }

    /** What the meter was sold last for money. */
    private Optional<Assessment> last(UtilityId utility, MeterPan meter) {
        Optional<UUID> id =
                id(utility, "SELECT last_sale_id FROM meter WHERE utility_id = ? AND pan = ?", meter.digits());
        for (int i = 0; i < FAR_BACK && id.isPresent(); i++) {
            Optional<Sale> sale = desk.sale(utility, id.get());
            if (sale.filter(one -> one.state() != SaleState.REFUSED && !one.isFree())
                    .isPresent()) {
                return sale.map(Sale::assessment);
            }
            id = id(utility, "SELECT previous_sale_id FROM sale WHERE utility_id = ? AND id = ?", id.get());
        }
        return Optional.empty();
    }

    private Optional<UUID> id(UtilityId utility, String query, Object of) {
        return transactions.in(
                utility,
                sql -> sql.sql(query)
                        .params(utility.value(), of)
                        .query((row, number) -> Optional.ofNullable(row.getObject(1, UUID.class)))
                        .optional()
                        .flatMap(found -> found));
    }
}
