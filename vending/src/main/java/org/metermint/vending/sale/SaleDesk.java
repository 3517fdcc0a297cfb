package org.metermint.vending.sale;

import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.vendor.ClientIdentity;

/**
 * Sells. One request of one client, named by its request id, becomes at most one sale for ever: a repeat gets the
 * identical answer, another body under the same id is refused, at any concurrency and across crashes.
 *
 * <p>A sale takes three steps. <b>Reserve</b>: one transaction prices it, allots the token identifier and writes
 * request, sale and postings. <b>Issue</b>: the security module makes the tokens, under the sale's id. <b>Complete</b>:
 * one insert writes them down. Between the steps a crash loses nothing: the reservation says what was to be issued,
 * and the module answers the same id with the same tokens.
 *
 * <p>A meter has at most one open reservation. Whoever finds one, by the same request or by a later one for the same
 * meter, carries it to its end first; so tokens leave the module in the order of their identifiers.
 */
public interface SaleDesk {
    /** Sells, or answers what was decided for this request before. Never throws for what a request can cause. */
    SaleAnswer sell(ClientIdentity client, SaleRequest request);

    /** What a sale would be, without selling. Never throws for what a request can cause. */
    TrialAnswer trial(ClientIdentity client, SaleRequest request);

    /** What became of a request: its sale, its refusal, "in progress", or nothing if it never arrived. */
    Optional<SaleAnswer> byRequest(ClientIdentity client, String requestId);

    /**
     * What became of a request, for good: its sale, its refusal, or "in progress" (a refusal that is retryable). A request
     * that never arrived is refused from now on, so that the asker may take the answer for the end of it.
     */
    SaleAnswer advise(ClientIdentity client, String requestId);

    /** The sale of an id, in whatever state it is. */
    Optional<Sale> sale(UtilityId utility, UUID id);

    /**
     * Carries every open reservation of a utility to its end, as far as the security module lets. Those that the desk is
     * at work on are left to it.
     *
     * @return how many others are still open
     */
    int recover(UtilityId utility);
}
