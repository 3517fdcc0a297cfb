package org.metermint.vending.utility;

import java.time.ZoneId;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a utility decides for itself.
 *
 * @param name as printed on receipts, 1 to 120 characters
 * @param currency three letters as in ISO 4217
 * @param minorDigits decimals of the currency's minor unit, 0 to 4
 * @param zone the zone whose calendar months count and whose time receipts show
 * @param keyChange what a sale does for a meter whose key must change
 * @param smallestTender least tender in minor units, at least 1
 * @param largestTender greatest tender in minor units, at most 1,000,000,000,000,000
 */
public record UtilitySettings(
        String name,
        String currency,
        int minorDigits,
        ZoneId zone,
        KeyChangePolicy keyChange,
        long smallestTender,
        long largestTender) {
    /** The greatest tender that any utility can allow, in minor units. */
    public static final long MAX_TENDER = 1_000_000_000_000_000L;

    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    public UtilitySettings {
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(keyChange, "keyChange");
        if (name.isBlank() || name.length() > 120) {
            throw new IllegalArgumentException("utility name of " + name.length() + " characters is outside 1..120");
        }
        if (!CURRENCY.matcher(currency).matches()) {
            throw new IllegalArgumentException("currency '" + currency + "' is not three letters A-Z as in ISO 4217");
        }
        if (minorDigits < 0 || minorDigits > 4) {
            throw new IllegalArgumentException("minorDigits " + minorDigits + " is outside 0..4");
        }
        if (largestTender < 1 || largestTender > MAX_TENDER) {
            throw new IllegalArgumentException("largestTender " + largestTender + " is outside 1.." + MAX_TENDER);
        }
        if (smallestTender < 1 || smallestTender > largestTender) {
            throw new IllegalArgumentException("smallestTender " + smallestTender + " is outside 1.." + largestTender);
        }
    }
}
