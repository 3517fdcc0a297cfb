package org.metermint.token;

/** A token for one meter that works once, because it carries the minute of its issue: credit and most management. */
public sealed interface IdentifiedToken extends KnownToken
        permits TransferCredit,
                TransferCurrencyCredit,
                SetMaximumPowerLimit,
                ClearCredit,
                SetTariffRate,
                ClearTamperCondition,
                SetMaximumPhasePowerUnbalanceLimit,
                SetWaterMeterFactor,
                ExtendedSet {
    /** The minute of issue. */
    TokenIdentifier tid();
}
