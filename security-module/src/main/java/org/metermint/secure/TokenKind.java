package org.metermint.secure;

/** What can be permitted to one client and refused to another. */
public enum TokenKind {
    CREDIT,
    CURRENCY_CREDIT,
    KEY_CHANGE,
    POWER_LIMIT,
    PHASE_UNBALANCE,
    CLEAR_CREDIT,
    CLEAR_TAMPER,
    TARIFF_RATE,
    WATER_FACTOR,
    EXTENDED_SET,
    METER_TEST;

    /** The kind of the tokens that a request asks for. */
    public static TokenKind of(IssueRequest request) {
        return switch (request) {
            case IssueCredit credit -> CREDIT;
            case IssueCurrencyCredit credit -> CURRENCY_CREDIT;
            case IssueKeyChange change -> KEY_CHANGE;
            case IssueMeterTest test -> METER_TEST;
            case IssueManagement management ->
                switch (management.order()) {
                    case ManagementOrder.LimitPower order -> POWER_LIMIT;
                    case ManagementOrder.LimitPhaseUnbalance order -> PHASE_UNBALANCE;
                    case ManagementOrder.ClearCredit order -> CLEAR_CREDIT;
                    case ManagementOrder.ClearTamper order -> CLEAR_TAMPER;
                    case ManagementOrder.SetTariffRate order -> TARIFF_RATE;
                    case ManagementOrder.SetWaterFactor order -> WATER_FACTOR;
                    case ManagementOrder.WriteExtended order -> EXTENDED_SET;
                };
        };
    }
}
