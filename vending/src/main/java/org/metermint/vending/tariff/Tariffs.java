package org.metermint.vending.tariff;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.metermint.tariff.RateVersion;
import org.metermint.tariff.Tariff;
import org.metermint.vending.database.UtilityId;

/** The tariffs of a utility, and the rate tables that they name, version by version. A version never changes: a correction is a new version. */
public interface Tariffs {
    /**
     * Adds a version of a tariff that no account uses. An equal one that is there already is left as it is.
     *
     * @throws org.metermint.vending.refusal.RefusedException if accounts use the tariff, so that {@link TariffDrafts} are
     *     the way; that version exists with other content; or the currency is not the utility's
     */
    Tariff add(UtilityId utility, Tariff version);

    /** The version that prices at an instant: of those in force, the one that took over last. */
    Optional<Tariff> inForce(UtilityId utility, String id, Instant at);

    Optional<Tariff> version(UtilityId utility, String id, int version);

    /** All versions, by id and version. */
    List<Tariff> all(UtilityId utility);

    /**
     * Adds a version of a rate table. An equal one that is there already is left as it is.
     *
     * @throws org.metermint.vending.refusal.RefusedException if that version exists with another figure or instant
     */
    RateVersion add(UtilityId utility, RateVersion version);

    /** All versions of all rate tables, by table and version. */
    List<RateVersion> rates(UtilityId utility);
}
