package org.metermint.token;

import java.time.Duration;
import java.time.Instant;

/**
 * TID: the minute of issue since a base date, in UTC, which makes a token good for one use (IEC 62055-41,
 * TokenIdentifier). It ends by date and not by the number of tokens: after 16,777,215 minutes, about 31.9 years.
 *
 * <p>The minute 00:01 of each day is reserved for tokens that may be repeated on purpose. {@link #at} and
 * {@link #next} step over it, as an ordinary sale must.
 *
 * @param minutes whole minutes since the base date, 0..16777215
 */
public record TokenIdentifier(int minutes) implements Comparable<TokenIdentifier> {
    /** The last minute that 24 bits can hold. */
    public static final int MAX_MINUTES = 0xFF_FFFF;

    private static final int MINUTES_PER_DAY = 24 * 60;

    public TokenIdentifier {
        Digits.checkRange("token identifier", minutes, 0, MAX_MINUTES);
    }

    static TokenIdentifier ofBits(long bits) {
        return new TokenIdentifier((int) bits);
    }

    /**
     * The identifier of a token issued at an instant: seconds are cut off, and the reserved minute 00:01 gives 00:02.
     *
     * @throws IllegalArgumentException if the instant lies before the base date or after the last minute
     */
    public static TokenIdentifier at(Instant time, BaseDate base) {
        if (time.isBefore(base.start())) {
            throw new IllegalArgumentException("time " + time + " is before the base date " + base.start());
        }
        long minutes = (time.getEpochSecond() - base.start().getEpochSecond()) / 60;
        if (minutes % MINUTES_PER_DAY == 1) {
            minutes++;
        }
        if (minutes > MAX_MINUTES) {
            throw new IllegalArgumentException("time " + time + " is after " + end(base)
                    + ", the last minute of base date " + base.year() + "; a key with a later base date is needed");
        }
        return new TokenIdentifier((int) minutes);
    }

    /** The last instant, a whole minute, that an identifier of this base date can name. */
    public static Instant end(BaseDate base) {
        return new TokenIdentifier(MAX_MINUTES).time(base);
    }

    /** The instant that this identifier means under a base date. */
    public Instant time(BaseDate base) {
        return base.start().plus(Duration.ofMinutes(minutes));
    }

    /** Whether this is the minute 00:01 of a day, set aside for tokens that may be repeated on purpose. */
    public boolean isReserved() {
        return minutes % MINUTES_PER_DAY == 1;
    }

    /**
     * The identifier for a further token of the same meter: one minute later, the reserved minute left out.
     *
     * @throws IllegalStateException if this is the last identifier of the base date
     */
    public TokenIdentifier next() {
        int following = minutes + 1;
        if (following % MINUTES_PER_DAY == 1) {
            following++;
        }
        if (following > MAX_MINUTES) {
            throw new IllegalStateException("token identifier " + minutes + " is the last of its base date");
        }
        return new TokenIdentifier(following);
    }

    @Override
    public int compareTo(TokenIdentifier other) {
        return Integer.compare(minutes, other.minutes);
    }
}
