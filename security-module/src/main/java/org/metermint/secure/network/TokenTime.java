package org.metermint.secure.network;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.IssueFlag;
import org.metermint.token.BaseDate;
import org.metermint.token.TokenIdentifier;

/**
 * Where the identifier of a token comes from, as {@code tokenTime} and {@code flags} of a call say.
 *
 * @param instant whose minute it is; null for the module's clock
 * @param exact whether it must be that very minute; otherwise a meter that has it already gets one of the next ones
 */
record TokenTime(@Nullable Instant instant, boolean exact) {
    /** How many minutes a token may be moved on, if its meter has already got tokens of that time: the window of hardware. */
    static final int WINDOW = 7;

    private static final long ALL_FLAGS = 7;

    static TokenTime of(long tokenTime, long flags) throws ApiException {
        if ((flags & ~ALL_FLAGS) != 0) {
            throw Parameters.outOfRange("flags", flags, "bits 1 (EXTERNAL_CLOCK) and 2 (TID_ADJUST_BDT)");
        }
        if (IssueFlag.SPECIAL_RESERVED.in(flags)) {
            throw Parameters.outOfRange(
                    "flags", flags, "no SPECIAL_RESERVED (4): a token of the reserved minute works again and again");
        }
        boolean exact = IssueFlag.TID_ADJUST_BDT.in(flags);
        if (IssueFlag.EXTERNAL_CLOCK.in(flags)) {
            return new TokenTime(Parameters.time("tokenTime", tokenTime), exact);
        }
        if (!exact || tokenTime == 0) {
            return new TokenTime(null, false);
        }
        // without a clock of its own, the flag says that tokenTime is an identifier of base date 1993
        if (tokenTime < 0 || tokenTime > 4L * TokenIdentifier.MAX_MINUTES) {
            throw Parameters.outOfRange(
                    "tokenTime",
                    tokenTime,
                    "minutes since 1993-01-01, or Unix seconds with the flag EXTERNAL_CLOCK (1)");
        }
        return new TokenTime(BaseDate.BASE_1993.start().plus(Duration.ofMinutes(tokenTime)), true);
    }

    /** The identifier under a base date; null if the module is to choose it. */
    @Nullable TokenIdentifier identifier(BaseDate base) throws ApiException {
        if (instant == null) {
            return null;
        }
        if (instant.isBefore(base.start())) {
            throw ErrorCode.VENDING_KEY_BEFORE_BASE_DATE.with(instant + " is before " + base.start());
        }
        if (instant.isAfter(TokenIdentifier.end(base).plusSeconds(59))) {
            throw ErrorCode.VENDING_KEY_EXPIRED.with(
                    instant + " is after " + TokenIdentifier.end(base) + ", the last minute of its base date");
        }
        TokenIdentifier identifier = TokenIdentifier.at(instant, base);
        if (exact && identifier.time(base).isAfter(instant)) {
            throw Parameters.outOfRange(
                    "tokenTime", instant, "any minute but 00:01, which is reserved and never issued");
        }
        return identifier;
    }

    /** Whether a token that was issued has an identifier that this may have become. */
    boolean covers(TokenIdentifier asked, TokenIdentifier issued) {
        int moved = issued.minutes() - asked.minutes();
        return moved >= 0 && moved <= (exact ? 0 : WINDOW);
    }
}
