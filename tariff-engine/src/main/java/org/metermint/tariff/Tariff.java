package org.metermint.tariff;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
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
 * @param energy how energy is priced; where blocks end, the price with its levies is not zero
 * @param levies up to 32, each named once and based on energy, charges or levies before it; those of the payment take
 *     less than all of it
 * @param charges up to 32, each named once
 * @param deductions in which order, and how far, a payment is used up before it buys energy
 * @param continuity what a month that is cut in two means
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
        Energy energy,
        List<Levy> levies,
        List<Charge> charges,
        Deductions deductions,
        Continuity continuity,
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
        Objects.requireNonNull(energy, "energy");
        Objects.requireNonNull(deductions, "deductions");
        Objects.requireNonNull(continuity, "continuity");
        levies = List.copyOf(levies);
        charges = List.copyOf(charges);
        new TariffChecks(id, energy, levies, charges, deductions, continuity).check();
    }

    /** A version with marginal blocks and levies alone. */
    public Tariff(
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
        this(
                id,
                version,
                name,
                currency,
                minorDigits,
                unit,
                effectiveFrom,
                Energy.blocks(blocks),
                levies,
                List.of(),
                Deductions.STANDARD,
                Continuity.STANDARD,
                rounding,
                limits);
    }

    /** The same version with other energy and levies. */
    Tariff with(Energy otherEnergy, List<Levy> otherLevies) {
        return new Tariff(
                id,
                version,
                name,
                currency,
                minorDigits,
                unit,
                effectiveFrom,
                otherEnergy,
                otherLevies,
                charges,
                deductions,
                continuity,
                rounding,
                limits);
    }

    /** An amount of minor units in major units, exact. */
    public BigDecimal major(long minorUnits) {
        return BigDecimal.valueOf(minorUnits, minorDigits);
    }
}
