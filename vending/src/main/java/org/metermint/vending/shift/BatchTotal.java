package org.metermint.vending.shift;

import org.metermint.vending.sale.PaymentType;

/**
 * What the shifts of a batch sold and counted for one means of payment, in minor units.
 *
 * @param expected without the opening cash, which stays in the tills
 * @param counted likewise
 */
public record BatchTotal(PaymentType payment, long sales, long expected, long counted) {}
