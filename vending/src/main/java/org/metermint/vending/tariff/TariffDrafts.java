package org.metermint.vending.tariff;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.metermint.tariff.Tariff;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;

/**
 * Changes of tariffs that accounts use. Two persons change a price: one client proposes a version, another one approves
 * it; only then is it a version, and prices from its instant on. A tariff that no account uses prices nothing, and its
 * versions are taken at once.
 */
public interface TariffDrafts {
    /**
     * How long before it begins a version must be approved, at the latest: so that no sale that is under way then can be
     * priced by the one before.
     */
    Duration LEAD = Duration.ofMinutes(1);

    /**
     * Proposes a version; of a tariff that no account uses it is added at once. The same again from the same client gets
     * the same draft, and what is a version already is left as it is.
     *
     * @return the draft; empty if it is a version of the tariff now
     * @throws org.metermint.vending.refusal.RefusedException if the client is no {@link Role#ADMINISTRATOR}, the number
     *     has other content or another draft, the currency is not the utility's, or the version would begin within
     *     {@link #LEAD}
     */
    Optional<TariffDraft> propose(ClientIdentity by, Tariff version);

    /**
     * Approves: the draft is a version of the tariff from now on. The same again from the same client gets the same
     * answer.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the client is neither {@link Role#FINANCE} nor {@link
     *     Role#ADMINISTRATOR} or proposed it, it was decided before, or the version would begin within {@link #LEAD}
     */
    TariffDraft approve(ClientIdentity by, String tariff, int version);

    /**
     * Rejects; the number is free again. Who proposed it may take it back so.
     *
     * @param reason 1 to 200 characters
     * @throws org.metermint.vending.refusal.RefusedException if the client is neither {@link Role#FINANCE} nor {@link
     *     Role#ADMINISTRATOR}, or it was decided before
     */
    TariffDraft reject(ClientIdentity by, String tariff, int version, String reason);

    /** The draft of a number that was proposed last. */
    Optional<TariffDraft> find(UtilityId utility, String tariff, int version);

    /** Drafts with ids above one, by id. */
    List<TariffDraft> after(UtilityId utility, long id, int limit);
}
