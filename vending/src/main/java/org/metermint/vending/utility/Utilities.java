package org.metermint.vending.utility;

import java.util.List;
import java.util.Optional;
import org.metermint.vending.database.UtilityId;

/** The utilities of the installation. */
public interface Utilities {
    /**
     * Registers a utility. The same code with equal settings gives the existing one.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the code is taken by a utility with other settings
     */
    Utility register(String code, UtilitySettings settings);

    /**
     * Changes the settings of a utility. Currency and minor digits stay as they are: the books are in them.
     *
     * @throws org.metermint.vending.refusal.RefusedException if currency or minor digits differ, or there is no such
     *     utility
     */
    Utility change(UtilityId id, UtilitySettings settings);

    /**
     * The utility of an id.
     *
     * @throws org.metermint.vending.refusal.RefusedException if there is none
     */
    Utility get(UtilityId id);

    Optional<Utility> byCode(String code);

    /** All utilities, for work of the installation as a whole such as recovery, in the order of their ids. */
    List<UtilityId> all();
}
