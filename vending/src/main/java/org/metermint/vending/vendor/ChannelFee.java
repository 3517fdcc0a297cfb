package org.metermint.vending.vendor;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * One version of what a vendor's customers pay for each sale beside what they buy: an amount for each sale and a
 * percentage of the tender, up to a limit. It is taken from the payment before energy and earned by the utility; what the
 * vendor gets of it is its commission. A version never changes: sales look at the next one from its effective time on.
 *
 * @param version at least 1
 * @param perSale minor units for each sale, 0..1,000,000,000
 * @param percent of the tender, 0..50 with at most 4 decimals
 * @param most the most for one sale in minor units, not below {@code perSale}; empty for no limit
 */
public record ChannelFee(int version, Instant effectiveFrom, long perSale, BigDecimal percent, OptionalLong most) {
    private static final long MOST_PER_SALE = 1_000_000_000L;
    private static final BigDecimal MOST_PERCENT = BigDecimal.valueOf(50);
    private static final int DECIMALS = 4;

    public ChannelFee {
        Objects.requireNonNull(effectiveFrom, "effectiveFrom");
        if (version < 1) {
            throw new IllegalArgumentException("version " + version + " is below 1");
        }
        if (perSale < 0 || perSale > MOST_PER_SALE) {
            throw new IllegalArgumentException(
                    "per_sale " + perSale + " is outside 0.." + MOST_PER_SALE + " minor units");
        }
        BigDecimal plain = percent.stripTrailingZeros();
        if (plain.signum() < 0 || plain.compareTo(MOST_PERCENT) > 0 || plain.scale() > DECIMALS) {
            throw new IllegalArgumentException("percent " + percent + " is outside 0.." + MOST_PERCENT
                    + " or has more than " + DECIMALS + " decimals");
        }
        percent = plain.scale() < 0 ? plain.setScale(0) : plain;
        if (most.isPresent() && most.getAsLong() < perSale) {
            throw new IllegalArgumentException("most, " + most.getAsLong() + " minor units, is below per_sale, "
                    + perSale + "; raise it or leave it out");
        }
    }

    /**
     * The fee of one sale in minor units, rounded half up.
     *
     * @param tenderMinor what the customer pays, in minor units, at least 0
     */
    public long of(long tenderMinor) {
        if (tenderMinor < 0) {
            throw new IllegalArgumentException("fee on a tender of " + tenderMinor + "; it is at least 0");
        }
        long fee = percent.movePointLeft(2)
                .multiply(BigDecimal.valueOf(tenderMinor))
                .add(BigDecimal.valueOf(perSale))
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
        return most.isPresent() ? Math.min(fee, most.getAsLong()) : fee;
    }
}
