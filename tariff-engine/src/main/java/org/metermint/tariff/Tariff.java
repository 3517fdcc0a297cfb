package org.metermint.tariff;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One version of a tariff: immutable, and valid once it exists.
 *
 * <p>A version takes over from {@code effectiveFrom} on until a later one does; the month's position is kept.
 *
 * @param id names the tariff over all its versions: 1..64 of a-z, 0-9, '.', '_' and '-'
 * @param version counts the versions of one id, from 1
 * @param name what people read, 1 to 120 characters
 * @param currency three letters as in ISO 4217
 * @param minorDigits decimals of the currency's minor unit, 0 to 4
 * @param unit what is sold, as receipts print it, such as kWh or m3
 * @param effectiveFrom the first instant at which this version prices
 * @param blocks 1 to 64 blocks, the first above 0, each above the one before; the last one's price, with its levies,
 *     is not zero
 * @param levies up to 32, each named once and based on energy or levies before it; those of the payment take less
 *     than all of it
 * @param rounding the rounding rules
 * @param limits the bounds of one purchase
 */
public record Tariff(
        String id,
        int version,
        String name,
        String currency,
        int minorDigits,
        String unit,
        Instant effectiveFrom,
        List<Block> blocks,
        List<Levy> levies,
        Rounding rounding,
        Limits limits) {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    public Tariff {
        Checks.text("tariff id", id, 64);
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "tariff id '" + id + "' is not 1..64 of a-z, 0-9, '.', '_' and '-', the first a letter or digit");
        }
        Checks.inRange("version of tariff " + id, version, 1, Integer.MAX_VALUE);
        Checks.text("name of tariff " + id, name, 120);
        Checks.text("currency of tariff " + id, currency, 3);
        if (!CURRENCY.matcher(currency).matches()) {
            throw new IllegalArgumentException(
                    "currency '" + currency + "' of tariff " + id + " is not three letters A-Z as in ISO 4217");
        }
        Checks.inRange("minorDigits of tariff " + id, minorDigits, 0, 4);
        Checks.text("unit of tariff " + id, unit, 16);
        Objects.requireNonNull(effectiveFrom, "effectiveFrom");
        Objects.requireNonNull(rounding, "rounding");
        Objects.requireNonNull(limits, "limits");
        blocks = List.copyOf(blocks);
        levies = List.copyOf(levies);
        checkBlocks(id, blocks);
        checkLevies(id, levies);
        if (Coefficients.of(levies).grossPrice(blocks.getLast()).signum() == 0) {
            throw new IllegalArgumentException("the last block of tariff " + id
                    + " has no price: whoever reaches it would buy without end; give it a price or a levy per unit");
        }
    }

    /** An amount of minor units in major units, exact. */
    public BigDecimal major(long minorUnits) {
        return BigDecimal.valueOf(minorUnits, minorDigits);
    }

    private static void checkBlocks(String id, List<Block> blocks) {
        Checks.inRange("number of blocks of tariff " + id, blocks.size(), 1, 64);
        if (blocks.getFirst().above().signum() != 0) {
            throw new IllegalArgumentException("the first block of tariff " + id + " begins above "
                    + blocks.getFirst().above() + "; it must begin above 0");
        }
        for (int i = 1; i < blocks.size(); i++) {
            BigDecimal before = blocks.get(i - 1).above();
            BigDecimal above = blocks.get(i).above();
            if (above.compareTo(before) <= 0) {
                throw new IllegalArgumentException("block " + (i + 1) + " of tariff " + id + " begins above " + above
                        + ", which is not more than " + before + ", where the block before it begins");
            }
        }
    }

    private static void checkLevies(String id, List<Levy> levies) {
        Checks.inRange("number of levies of tariff " + id, levies.size(), 0, 32);
        Set<String> included = new HashSet<>(Set.of(Levy.ENERGY));
        Set<String> known = new HashSet<>(included);
        BigDecimal ofPayment = BigDecimal.ZERO;
        for (Levy levy : levies) {
            Set<String> allowed = levy.rule() == ChargeRule.PERCENT_INCLUDED ? included : known;
            for (String base : levy.base()) {
                if (!allowed.contains(base)) {
                    throw new IllegalArgumentException("base " + base + " of levy " + levy.code() + " of tariff " + id
                            + " is not one of " + allowed.stream().sorted().toList()
                            + ": name energy or a levy that stands before"
                            + (levy.rule() == ChargeRule.PERCENT_INCLUDED ? " and is included too" : ""));
                }
            }
            if (new HashSet<>(levy.base()).size() < levy.base().size()) {
                throw new IllegalArgumentException(
                        "base " + levy.base() + " of levy " + levy.code() + " of tariff " + id + " repeats a code");
            }
            if (!known.add(levy.code())) {
                throw new IllegalArgumentException("levy " + levy.code() + " stands twice in tariff " + id);
            }
            switch (levy.rule()) {
                case PERCENT_INCLUDED -> included.add(levy.code());
                case PERCENT_OF_PAYMENT -> ofPayment = ofPayment.add(levy.rate());
                case BLOCKS, PERCENT_ADDED, PER_UNIT -> {}
            }
        }
        checkPaymentIsLeft(id, levies, ofPayment);
    }

    private static void checkPaymentIsLeft(String id, List<Levy> levies, BigDecimal ofPayment) {
        if (Coefficients.of(levies).netOfPayment().signum() <= 0) {
            throw new IllegalArgumentException("the levies of tariff " + id + " take " + ofPayment
                    + " percent of the payment, and what builds on them: nothing is left for energy");
        }
    }
}
