package org.metermint.vending.sale.internal;

import org.metermint.token.CreditType;
import org.metermint.vending.supply.Service;

/** Which credit a service sells, in units or in money. */
final class CreditKinds {
    private CreditKinds() {}

    static CreditType of(Service service, boolean currency) {
        return switch (service) {
            case ELECTRICITY -> currency ? CreditType.ELECTRICITY_CURRENCY : CreditType.ELECTRICITY;
            case WATER -> currency ? CreditType.WATER_CURRENCY : CreditType.WATER;
            case GAS -> currency ? CreditType.GAS_CURRENCY : CreditType.GAS;
            case TIME -> currency ? CreditType.TIME_CURRENCY : CreditType.TIME;
        };
    }
}
