package org.metermint.vending.report;

import java.time.LocalDate;
import java.util.List;
import org.metermint.vending.database.UtilityId;

/** What vendors sold day by day, moments after it happened. The books say it exactly; this is for watching. */
public interface VendorDays {
    /** The days of a span, both ends in it, by day and vendor. */
    List<VendorDay> between(UtilityId utility, LocalDate first, LocalDate last);
}
