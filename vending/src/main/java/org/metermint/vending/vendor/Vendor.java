package org.metermint.vending.vendor;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A vendor as it stands.
 *
 * @param code 1..32 of a-z, 0-9 and '-'; stays
 * @param balance what it has paid in and not sold yet, in minor units; negative if it sells on credit
 * @param creditLine how far below zero the balance may fall, in minor units; empty for a counter of the utility's own,
 *     which has no limit
 * @param commissionPlan code of its plan; empty if it earns none
 */
public record Vendor(
        String code,
        String name,
        VendorKind kind,
        VendorStatus status,
        long balance,
        OptionalLong creditLine,
        Optional<String> commissionPlan) {
    /** Whether this is a counter of the utility's own: its cash is the utility's. */
    public boolean ownCounter() {
        return creditLine.isEmpty();
    }
}
