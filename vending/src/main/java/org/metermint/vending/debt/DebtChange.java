package org.metermint.vending.debt;

import java.time.Instant;
import java.util.Optional;

/**
 * That a debt be more or less than it is, and what was decided.
 *
 * @param id of the change, within its utility
 * @param reference of the debt within its account
 * @param amount minor units, 1 to {@value Debt#MOST}; a write-off takes no more than is owed when it is approved
 * @param reason 1 to 200 characters
 * @param requestedBy the client that asked
 * @param decision empty while nobody has decided
 */
public record DebtChange(
        long id,
        String account,
        String reference,
        Kind kind,
        long amount,
        String reason,
        String requestedBy,
        Instant requestedAt,
        Optional<Decision> decision) {
    /** Which way the balance goes, and what stands against it in the books. */
    public enum Kind {
        /** It rises by interest: {@code debt/TYPE} to {@code raised/TYPE}. */
        INTEREST,
        /** It was booked too low: {@code debt/TYPE} to {@code raised/TYPE}. */
        INCREASE,
        /** It was booked too high: {@code raised/TYPE} to {@code debt/TYPE}. */
        DECREASE,
        /** The utility gives it up: {@code written-off/TYPE} to {@code debt/TYPE}; what was once owed stays. */
        WRITE_OFF
    }

    /**
     * What was decided.
     *
     * @param effect what the debt was and became; empty if the change was rejected
     */
    public record Decision(String by, Instant at, Optional<Effect> effect) {
        public boolean approved() {
            return effect.isPresent();
        }
    }

    /** A debt before and after a change, in minor units. */
    public record Effect(long originalBefore, long originalAfter, long balanceBefore, long balanceAfter) {}
}
