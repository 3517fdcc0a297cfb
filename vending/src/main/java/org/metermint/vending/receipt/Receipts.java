package org.metermint.vending.receipt;

import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.sale.Sale;

/** Makes receipts of completed sales. */
public interface Receipts {
    /** The first receipt of a sale just made. */
    Receipt of(Sale sale);

    /** The receipt of a completed sale once more: the same, marked COPY. Empty if there is no such completed sale. */
    Optional<Receipt> reprint(UtilityId utility, UUID saleId);

    /** A receipt as plain text of 42 columns, the width of an 80 mm printer. */
    String text(Receipt receipt);
}
