package org.metermint.vending.tariff;

import java.time.Instant;
import java.util.Optional;
import org.metermint.tariff.RateVersion;

/**
 * A version of a rate table that was proposed, and what became of it.
 *
 * @param id counts the drafts of the installation
 * @param version what was proposed
 * @param proposedBy the client that did
 * @param decision empty while nobody has decided
 */
public record RateDraft(
        long id, RateVersion version, String proposedBy, Instant proposedAt, Optional<TariffDraft.Decision> decision) {}
