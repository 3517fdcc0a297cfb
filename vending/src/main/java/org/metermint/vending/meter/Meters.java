package org.metermint.vending.meter;

import java.util.Optional;
import org.metermint.token.MeterPan;
import org.metermint.vending.database.UtilityId;

/** The meters of a utility. */
public interface Meters {
    /**
     * Registers a meter. An equal one that is there already is left as it is.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the number is taken by another record, or the supply
     *     group is not registered
     */
    Meter register(UtilityId utility, Meter meter);

    /**
     * Blocks a meter for vending, or lifts the block.
     *
     * @throws org.metermint.vending.refusal.RefusedException if there is no such meter
     */
    Meter setStatus(UtilityId utility, MeterPan pan, MeterStatus status);

    Optional<Meter> find(UtilityId utility, MeterPan pan);
}
