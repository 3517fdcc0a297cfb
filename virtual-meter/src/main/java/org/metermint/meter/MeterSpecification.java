package org.metermint.meter;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.MeterPan;
import org.metermint.token.decode.DecoderFacts;
import org.metermint.token.decode.TidMemory;

/**
 * How a meter is built; it never changes. {@link #of} gives a usual one, and the {@code with} methods others.
 *
 * @param pan the number that the meter bears; its maker's code stands within
 * @param algorithm the cipher
 * @param credit the one type of credit that it takes
 * @param creditLimit the most credit that it holds; a token that would bring more is refused
 * @param price for a meter of currency, how much one unit of its resource costs; in steps of 10^-5 currency units, at
 *     least 1. Otherwise 0
 * @param tidMemory how many token identifiers it remembers, {@value TidMemory#LEAST_CAPACITY} to {@value #MOST_TIDS}
 * @param keyChangeTokens how many tokens its largest key change set has: 4 under EA11, else 2 or 3
 * @param checksKeyExpiry whether it compares token identifiers with its key expiry number
 * @param takesCommonKey whether it takes credit under a common key, as only meters for magnetic cards do
 * @param keyChangeLimit how long a key change set may take from its first token to its last; whole milliseconds
 */
public record MeterSpecification(
        MeterPan pan,
        EncryptionAlgorithm algorithm,
        CreditType credit,
        Credit creditLimit,
        long price,
        int tidMemory,
        int keyChangeTokens,
        boolean checksKeyExpiry,
        boolean takesCommonKey,
        Duration keyChangeLimit) {
    /** The most token identifiers that a meter can be built to remember. */
    public static final int MOST_TIDS = 4_096;
    /** The highest price of a unit that a meter of currency can be built with: ten million currency units. */
    public static final long HIGHEST_PRICE = 1_000_000_000_000L;

    /** Leaves room in 63 bits for a token on top of a full register, and for as much below zero. */
    private static final long MOST_CREDIT_GRAINS = Long.MAX_VALUE / 4;

    private static final BigDecimal USUAL_CREDIT_LIMIT = BigDecimal.valueOf(9_999_999);
    private static final Duration LONGEST_KEY_CHANGE = Duration.ofDays(365);

    public MeterSpecification {
        if (creditLimit.type() != credit) {
            throw new IllegalArgumentException(
                    "credit limit counts " + creditLimit.type() + "; this meter counts " + credit);
        }
        requireWithin("credit limit in grains", creditLimit.grains(), 1, MOST_CREDIT_GRAINS);
        if (credit.isCurrency()) {
            requireWithin("price", price, 1, HIGHEST_PRICE);
        } else {
            requireWithin("price of a meter that counts units", price, 0, 0);
        }
        requireWithin("TID memory", tidMemory, TidMemory.LEAST_CAPACITY, MOST_TIDS);
        boolean long128 = algorithm.keyBits() == 128;
        requireWithin("key change tokens under " + algorithm, keyChangeTokens, long128 ? 4 : 2, long128 ? 4 : 3);
        if (keyChangeLimit.compareTo(Duration.ofMillis(1)) < 0
                || keyChangeLimit.compareTo(LONGEST_KEY_CHANGE) > 0
                || !keyChangeLimit.truncatedTo(ChronoUnit.MILLIS).equals(keyChangeLimit)) {
            throw new IllegalArgumentException("key change limit " + keyChangeLimit
                    + " is not whole milliseconds within PT0.001S.." + LONGEST_KEY_CHANGE);
        }
    }

    private static void requireWithin(String field, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(field + " is " + value + ", outside " + least + ".." + most);
        }
    }

    /**
     * A keypad meter with everything that the second edition of the scheme asks for: 50 token identifiers, key change
     * sets that carry the supply group, key expiry checked, ten minutes for a key change set, and room for 9,999,999
     * units of credit. One of currency costs 1 currency unit per unit.
     */
    public static MeterSpecification of(MeterPan pan, EncryptionAlgorithm algorithm, CreditType credit) {
        return new MeterSpecification(
                pan,
                algorithm,
                credit,
                Credit.ofUnits(credit, USUAL_CREDIT_LIMIT),
                credit.isCurrency() ? 100_000 : 0,
                TidMemory.LEAST_CAPACITY,
                algorithm.keyBits() == 128 ? 4 : 3,
                true,
                false,
                DecoderFacts.USUAL_KEY_CHANGE_LIMIT);
    }

    /** This meter with room for other credit. */
    public MeterSpecification withCreditLimit(Credit limit) {
        return new MeterSpecification(
                pan,
                algorithm,
                credit,
                limit,
                price,
                tidMemory,
                keyChangeTokens,
                checksKeyExpiry,
                takesCommonKey,
                keyChangeLimit);
    }

    /** This meter of currency with another price, in steps of 10^-5 currency units. */
    public MeterSpecification withPrice(long newPrice) {
        return new MeterSpecification(
                pan,
                algorithm,
                credit,
                creditLimit,
                newPrice,
                tidMemory,
                keyChangeTokens,
                checksKeyExpiry,
                takesCommonKey,
                keyChangeLimit);
    }

    /** This meter with another size of its memory of token identifiers. */
    public MeterSpecification withTidMemory(int places) {
        return new MeterSpecification(
                pan,
                algorithm,
                credit,
                creditLimit,
                price,
                places,
                keyChangeTokens,
                checksKeyExpiry,
                takesCommonKey,
                keyChangeLimit);
    }

    /** This meter with key change sets of at most so many tokens. */
    public MeterSpecification withKeyChangeTokens(int count) {
        return new MeterSpecification(
                pan,
                algorithm,
                credit,
                creditLimit,
                price,
                tidMemory,
                count,
                checksKeyExpiry,
                takesCommonKey,
                keyChangeLimit);
    }

    /** What the meter measures. */
    public Resource resource() {
        return Resource.of(credit);
    }

    /** The number of the maker, as class 1 tokens name it. */
    public int manufacturerCode() {
        return Integer.parseInt(pan.drn().manufacturerCode());
    }
}
