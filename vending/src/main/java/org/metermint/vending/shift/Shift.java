package org.metermint.vending.shift;

import java.time.Instant;
import java.util.Optional;

/**
 * One person at one till, from opening to closing. Sales of the till that are reserved while it is open belong to it.
 *
 * @param client the client whose sales count
 * @param terminal the terminal behind the client, if its sales alone count
 * @param operator code of the person
 * @param openingCash what was in the till before, in minor units
 * @param continues the closed shift that a supervisor reopened by this one; the totals of that one stay
 * @param counted whether its cash was counted
 * @param salesBatch the batch that it stands in
 */
public record Shift(
        long id,
        String vendor,
        String client,
        Optional<String> terminal,
        String operator,
        long openingCash,
        String openedBy,
        Instant openedAt,
        Optional<Continuation> continues,
        Optional<Instant> closedAt,
        Optional<String> closedBy,
        boolean counted,
        Optional<Long> salesBatch) {}
