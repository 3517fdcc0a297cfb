package org.metermint.secure;

import org.metermint.token.CreditRegister;
import org.metermint.token.ExtendedValue;
import org.metermint.token.PowerLimit;

/**
 * What a management token makes a meter do. Tariff rate and water meter factor, whose content the standard leaves open,
 * are not among the orders.
 */
public sealed interface ManagementOrder {
    /** SetMaximumPowerLimit: the load above which the meter disconnects. */
    record LimitPower(PowerLimit limit) implements ManagementOrder {}

    /** SetMaximumPhasePowerUnbalanceLimit: the difference between phases above which the meter disconnects. */
    record LimitPhaseUnbalance(PowerLimit limit) implements ManagementOrder {}

    /** ClearCredit: sets a register, or all, to zero. */
    record ClearCredit(CreditRegister register) implements ManagementOrder {}

    /** ClearTamperCondition: the meter forgets that it was tampered with. */
    record ClearTamper() implements ManagementOrder {}

    /** Extended token set of STS 202-5: writes a register or a flag. */
    record WriteExtended(ExtendedValue value) implements ManagementOrder {}
}
