package org.metermint.vending.sale;

/** How the customer paid. Recorded; it does not change the price. */
public enum PaymentType {
    CASH,
    CARD,
    MOBILE_MONEY,
    TRANSFER,
    OTHER
}
