package org.metermint.tariff;

/** The answer to a purchase: what it buys, or why it buys nothing. */
public sealed interface PricingResult permits Assessment, Refusal {}
