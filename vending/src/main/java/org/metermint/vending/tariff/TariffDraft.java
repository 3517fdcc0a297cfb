package org.metermint.vending.tariff;

import java.time.Instant;
import java.util.Optional;
import org.metermint.tariff.Tariff;

/**
 * A version of a tariff that was proposed, and what became of it.
 *
 * @param id counts the drafts of the installation
 * @param version what was proposed
 * @param proposedBy the client that did
 * @param decision empty while nobody has decided
 */
public record TariffDraft(long id, Tariff version, String proposedBy, Instant proposedAt, Optional<Decision> decision) {
    /**
     * What became of a draft.
     *
     * @param by the client that decided; the proposer itself if it took its draft back
     * @param reason why it was rejected; empty if it was approved
     */
    public record Decision(boolean approved, String by, Instant at, Optional<String> reason) {}
}
