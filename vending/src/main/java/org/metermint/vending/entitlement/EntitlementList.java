package org.metermint.vending.entitlement;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A list of accounts that somebody pays free units for, such as a municipality's register of the poor. It gives nothing
 * until another person than the one who recorded it approves; from then on it stays as it is, and a later one takes its
 * place account by account.
 *
 * @param reference names the list within the utility: 1 to 40 letters, digits, '.', '_' and '-'
 * @param terms what holds for all of its accounts
 * @param accounts how many are on it
 * @param units that they are given in a month, all together, in whole units
 * @param decision what the second person decided, if anybody did
 */
public record EntitlementList(
        String reference,
        Terms terms,
        long accounts,
        BigDecimal units,
        String recordedBy,
        Instant recordedAt,
        Optional<Decision> decision) {
    private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9._-]{1,40}");
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000);
    private static final int AVERAGE_DECIMALS = 6;
    private static final int RATE_DECIMALS = 10;

    /**
     * What holds for all accounts of a list.
     *
     * @param funder who pays, 1 to 80 characters
     * @param automatic whether the first sale of a month brings the units along; without, somebody must ask for them
     * @param mostAverage accounts that use more in a month on average get none, if there is such a bound; 0 to
     *     1,000,000,000 with up to 6 decimals
     * @param rate what the funder pays for a unit, in major units, if that is agreed; 0 to 1,000,000,000 with up to 10
     *     decimals
     */
    public record Terms(String funder, boolean automatic, Optional<BigDecimal> mostAverage, Optional<BigDecimal> rate) {
        public Terms {
            if (funder.isBlank() || funder.length() > 80 || funder.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException(
                        "funder of " + funder.length() + " characters is not 1..80 printable ones");
            }
            mostAverage = mostAverage.map(most -> checked("most_average", most, AVERAGE_DECIMALS));
            rate = rate.map(figure -> checked("rate", figure, RATE_DECIMALS));
        }

        private static BigDecimal checked(String field, BigDecimal figure, int decimals) {
            BigDecimal plain = figure.stripTrailingZeros();
            if (figure.signum() < 0 || figure.compareTo(MOST) > 0 || plain.scale() > decimals) {
                throw new IllegalArgumentException(field + " " + figure.toPlainString() + " is outside 0.."
                        + MOST.toPlainString() + " or has more than " + decimals + " decimals");
            }
            return plain;
        }
    }

    /** What was decided, by whom. */
    public record Decision(boolean approved, String by, Instant at) {}

    public EntitlementList {
        requireReference(reference);
    }

    /** Throws if this names no list. */
    public static void requireReference(String reference) {
        if (!REFERENCE.matcher(reference).matches()) {
            throw new IllegalArgumentException("reference of " + reference.length()
                    + " characters is not 1..40 letters, digits, '.', '_' and '-'");
        }
    }
}
