package org.metermint.vending.debt;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * Units that an account got in advance, and what they were valued at.
 *
 * @param reference of the debt that they became
 * @param units whole units with one decimal, such as 20.0 kWh
 * @param tariff that valued them, with its version
 * @param amount minor units: their price with taxes and levies, without charges and debts
 * @param recordedBy the client that said so
 * @param debt as it stands now
 */
public record AdvancedUnits(
        String account,
        String reference,
        BigDecimal units,
        String tariff,
        int tariffVersion,
        Instant valuedAt,
        long amount,
        String recordedBy,
        Debt debt) {}
