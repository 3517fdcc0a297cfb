package org.metermint.vending.sale.internal;

import java.util.Optional;
import java.util.function.LongFunction;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.PricingResult;
import org.metermint.tariff.Purchase;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.vendor.ChannelFee;

/** Prices a purchase with the fee of the channel that it comes through. */
final class ChannelFees {
    /** A fee that did not settle after so many rounds grows with itself: each raises the tender that it is a part of. */
    private static final int ROUNDS = 100;

    private ChannelFees() {}

    /**
     * Prices a purchase.
     *
     * @param pricing with a fee in minor units
     * @throws RefusedException if the fee leaves nothing of the tender, or no tender is its own fee's
     */
    static PricingResult priced(Purchase purchase, Optional<ChannelFee> fee, LongFunction<PricingResult> pricing) {
        if (fee.isEmpty()) {
            return pricing.apply(0);
        }
        return switch (purchase) {
            case Purchase.Tender tender -> pricing.apply(of(tender.minorUnits(), fee.get()));
            case Purchase.Units units -> settled(fee.get(), pricing);
            case Purchase.Free free -> pricing.apply(0);
        };
    }

    private static long of(long tender, ChannelFee fee) {
        long taken = fee.of(tender);
        if (taken > 0 && taken >= tender) {
            throw new RefusedException(
                    RefusalCode.TENDER_TOO_SMALL,
                    "the channel's fee of " + taken + " minor units leaves nothing of the tender");
        }
        return taken;
    }

    /** The tender of units holds the fee, and the fee is a part of the tender: it rises until both agree. */
    private static PricingResult settled(ChannelFee fee, LongFunction<PricingResult> pricing) {
        long taken = fee.of(0);
        for (int round = 0; round < ROUNDS; round++) {
            PricingResult result = pricing.apply(taken);
            if (!(result instanceof Assessment priced)) {
                return result;
            }
            long due = fee.of(priced.tender());
            if (due <= taken) {
                return result;
            }
            taken = due;
        }
        throw new RefusedException(
                RefusalCode.UNITS_TOO_MANY, "the channel's fee is a percentage that these units have no price with");
    }
}
