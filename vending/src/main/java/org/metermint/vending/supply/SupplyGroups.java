package org.metermint.vending.supply;

import java.util.List;
import java.util.Optional;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.SupplyGroupCode;
import org.metermint.vending.database.UtilityId;

/** The supply groups of a utility. */
public interface SupplyGroups {
    /**
     * Registers a supply group. An equal one that is there already is left as it is.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the code is taken by another
     */
    SupplyGroup register(UtilityId utility, SupplyGroup group);

    /**
     * Moves a group to another key revision: from now on each of its meters needs a key change before its next credit.
     *
     * @throws org.metermint.vending.refusal.RefusedException if there is no such group
     */
    SupplyGroup moveTo(UtilityId utility, SupplyGroupCode code, KeyRevisionNumber revision);

    Optional<SupplyGroup> find(UtilityId utility, SupplyGroupCode code);

    List<SupplyGroup> all(UtilityId utility);
}
