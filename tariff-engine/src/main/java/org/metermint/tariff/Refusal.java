package org.metermint.tariff;

import java.util.Objects;

/**
 * A purchase that cannot be priced.
 *
 * @param code the reason
 * @param detail the field, its value and the bound, in words
 */
public record Refusal(Code code, String detail) implements PricingResult {
    /** Reasons, in order of precedence: of several that hold, the first is given. */
    public enum Code {
        /** The tariff version is not yet effective at the time of purchase; use the version before it. */
        TARIFF_NOT_IN_FORCE,
        /** The purchase is dated in a month before that of the position; dated anew, it can be priced. */
        MONTH_BEFORE_POSITION,
        /** A rate table of the tariff has no usable figure at the time of purchase; it can be given one. */
        RATE_MISSING,
        /** The account lacks what the tariff prices by, such as a usage class. */
        ACCOUNT_UNFIT,
        /** The payment is in another currency than the tariff. */
        CURRENCY_MISMATCH,
        /** The payment is zero or negative. */
        TENDER_NOT_POSITIVE,
        /** The units asked for are zero or negative. */
        UNITS_NOT_POSITIVE,
        /** The units asked for cost nothing: there is nothing to sell. */
        UNITS_WITHOUT_PRICE,
        /** The payment, or the price of the units, is less than the tariff's least. */
        TENDER_BELOW_MINIMUM,
        /** The payment, or the price of the units, is more than the tariff's greatest. */
        TENDER_ABOVE_MAXIMUM,
        /** Charges, debts and the channel's fee leave nothing of the payment. */
        NOTHING_LEFT,
        /** The units are fewer than the tariff's least, or than the payment must buy. */
        UNITS_BELOW_MINIMUM,
        /** The units are more than the tariff's, or the position's, greatest. */
        UNITS_ABOVE_MAXIMUM;

        /** Whether the same purchase can succeed later on the same tariff. */
        public boolean retryable() {
            return this == TARIFF_NOT_IN_FORCE
                    || this == MONTH_BEFORE_POSITION
                    || this == RATE_MISSING
                    || this == ACCOUNT_UNFIT;
        }
    }

    public Refusal {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(detail, "detail");
    }
}
