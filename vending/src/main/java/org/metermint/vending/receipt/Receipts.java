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

    /** A receipt as plain text, no line longer than the paper is wide. */
    String text(Receipt receipt, Paper paper);

    /**
     * A receipt as one short message: the tokens first, then as much of the rest as fits. It has at most 160 characters of
     * the GSM alphabet (3GPP TS 23.038); characters beyond it lose their accents or become question marks.
     */
    String message(Receipt receipt);

    /**
     * A receipt as a PDF document of A5 pages with its fonts embedded, and a QR code of each token that holds its 20 digits.
     * The same receipt gives the same octets.
     */
    byte[] pdf(Receipt receipt);
}
