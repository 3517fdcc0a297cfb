package org.metermint.vending.tariff;

import java.util.List;
import java.util.Optional;
import org.metermint.tariff.RateVersion;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;

/**
 * Changes of rate tables that tariffs in use name. A figure is a price: one client proposes it, another one approves it, as
 * with {@link TariffDrafts versions of tariffs}. A table that no tariff in use names takes its versions at once.
 */
public interface RateDrafts {
    /**
     * Proposes a version; of a table that no tariff in use names it is added at once. The same again from the same client
     * gets the same draft, and what is a version already is left as it is.
     *
     * @return the draft; empty if it is a version of the table now
     * @throws org.metermint.vending.refusal.RefusedException if the client is no {@link Role#ADMINISTRATOR}, the number has
     *     another figure or another draft, or the version would hold within {@link TariffDrafts#LEAD}
     */
    Optional<RateDraft> propose(ClientIdentity by, RateVersion version);

    /**
     * Approves: the draft is a version of the table from now on.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the client is neither {@link Role#FINANCE} nor {@link
     *     Role#ADMINISTRATOR} or proposed it, it was decided before, or the version would hold within {@link
     *     TariffDrafts#LEAD}
     */
    RateDraft approve(ClientIdentity by, String table, int version);

    /**
     * Rejects; the number is free again. Who proposed it may take it back so.
     *
     * @param reason 1 to 200 characters
     */
    RateDraft reject(ClientIdentity by, String table, int version, String reason);

    /** Drafts with ids above one, by id. */
    List<RateDraft> after(UtilityId utility, long id, int limit);
}
