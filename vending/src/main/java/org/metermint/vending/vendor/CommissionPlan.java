package org.metermint.vending.vendor;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One version of what a vendor earns. The parts add up: a percentage of the tender, an amount for each unit, an amount
 * for each sale; and beside them an amount for each month, which is paid with the commission of the month. A version
 * never changes: another commission is a new version, which sales look at from its effective time on.
 *
 * @param code 1..32 of a-z, 0-9 and '-'
 * @param version at least 1
 * @param percent of the tender, 0..100 with at most 4 decimals
 * @param perUnit minor units of money for a unit of the service (one kWh), 0..1,000,000 with at most 6 decimals
 * @param perSale minor units for each sale, 0..1,000,000,000,000
 * @param perMonth minor units for each month, 0..1,000,000,000,000
 */
public record CommissionPlan(
        String code,
        int version,
        Instant effectiveFrom,
        BigDecimal percent,
        BigDecimal perUnit,
        long perSale,
        long perMonth,
        Settlement settlement) {
    private static final Pattern CODE = Pattern.compile("[a-z0-9-]{1,32}");
    private static final BigDecimal MOST_PER_UNIT = new BigDecimal(1_000_000);
    private static final long MOST = 1_000_000_000_000L;

    public CommissionPlan {
        Objects.requireNonNull(effectiveFrom, "effectiveFrom");
        Objects.requireNonNull(settlement, "settlement");
        if (!CODE.matcher(code).matches()) {
            throw new IllegalArgumentException("code '" + code + "' is not 1..32 of a-z, 0-9 and '-'");
        }
        if (version < 1) {
            throw new IllegalArgumentException("version " + version + " is below 1");
        }
        percent = bounded("percent", percent, new BigDecimal(100), 4);
        perUnit = bounded("per_unit", perUnit, MOST_PER_UNIT, 6);
        requireBounded("per_sale", perSale);
        requireBounded("per_month", perMonth);
    }

    /**
     * The commission of one sale in minor units: exact, then rounded half up, and never more than the tender.
     *
     * @param tenderMinor what the customer paid, in minor units, at least 0
     * @param issuedTenths what the token carries, in tenths of a unit, at least 0; 0 for a currency token
     */
    public long commission(long tenderMinor, long issuedTenths) {
        if (tenderMinor < 0 || issuedTenths < 0) {
            throw new IllegalArgumentException("commission on a tender of " + tenderMinor + " and " + issuedTenths
                    + " tenths; both are at least 0");
        }
        BigDecimal exact = percent.movePointLeft(2)
                .multiply(BigDecimal.valueOf(tenderMinor))
                .add(perUnit.multiply(BigDecimal.valueOf(issuedTenths, 1)))
                .add(BigDecimal.valueOf(perSale));
        return exact.setScale(0, RoundingMode.HALF_UP)
                .min(BigDecimal.valueOf(tenderMinor))
                .longValueExact();
    }

    private static BigDecimal bounded(String field, BigDecimal value, BigDecimal most, int decimals) {
        BigDecimal plain = value.stripTrailingZeros();
        if (plain.signum() < 0 || plain.compareTo(most) > 0 || plain.scale() > decimals) {
            throw new IllegalArgumentException(
                    field + " " + value + " is outside 0.." + most + " or has more than " + decimals + " decimals");
        }
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }

    private static void requireBounded(String field, long minor) {
        if (minor < 0 || minor > MOST) {
            throw new IllegalArgumentException(field + " " + minor + " is outside 0.." + MOST + " minor units");
        }
    }
}
