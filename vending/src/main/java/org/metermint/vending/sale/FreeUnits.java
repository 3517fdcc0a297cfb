package org.metermint.vending.sale;

import java.math.BigDecimal;
import java.util.UUID;

/**
 * Free units that came along with a sale. They are a sale of their own: that it waits or fails never keeps the paid one
 * up, and as long as it is open its token is missing among the tokens.
 *
 * @param sale id of the sale of the free units
 * @param units in whole units
 * @param state where that sale stands; of no interest is whether it was delivered
 */
public record FreeUnits(UUID sale, long receiptNumber, BigDecimal units, SaleState state) {}
