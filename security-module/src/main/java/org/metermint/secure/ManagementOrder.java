package org.metermint.secure;

import org.metermint.token.CreditRegister;
import org.metermint.token.ExtendedValue;
import org.metermint.token.PowerLimit;
import org.metermint.token.RawValue;

/** What a management token makes a meter do. */
public sealed interface ManagementOrder {
    /** SetMaximumPowerLimit: the load above which the meter disconnects. */
    record LimitPower(PowerLimit limit) implements ManagementOrder {}

    /** SetMaximumPhasePowerUnbalanceLimit: the difference between phases above which the meter disconnects. */
    record LimitPhaseUnbalance(PowerLimit limit) implements ManagementOrder {}

    /** ClearCredit: sets a register, or all, to zero. */
    record ClearCredit(CreditRegister register) implements ManagementOrder {}

    /** ClearTamperCondition: the meter forgets that it was tampered with. */
    record ClearTamper() implements ManagementOrder {}

    /** SetTariffRate: 16 bits whose meaning is the STS Association's. */
    record SetTariffRate(RawValue rate) implements ManagementOrder {}

    /** SetWaterMeterFactor: 16 bits whose meaning is the STS Association's. */
    record SetWaterFactor(RawValue factor) implements ManagementOrder {}

    /** Extended token set of STS 202-5: writes a register or a flag. */
    record WriteExtended(ExtendedValue value) implements ManagementOrder {}
}
