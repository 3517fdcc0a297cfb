package org.metermint.vending.receipt;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.metermint.vending.database.UtilityId;

/** The letterheads of utilities, version by version: what a sale was printed with, its copies are printed with. */
public interface Letterheads {
    /** The letterhead of sales of an instant; {@link Letterhead#PLAIN} before the first version. */
    Letterhead at(UtilityId utility, Instant instant);

    /**
     * Adds a version. The one that was added last, again, changes nothing.
     *
     * @param from the first instant at which it holds; this moment if absent
     * @throws org.metermint.vending.refusal.RefusedException if it would hold in the past, or before the version that was
     *     added last
     */
    Letterhead.Version add(UtilityId utility, Letterhead letterhead, Optional<Instant> from);

    /** All versions in their order. */
    List<Letterhead.Version> versions(UtilityId utility);
}
