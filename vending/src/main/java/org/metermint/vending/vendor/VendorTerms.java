package org.metermint.vending.vendor;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the sale desk must know of a vendor beside its float. It changes only together with the revision of the utility,
 * so that it may be kept in memory for one revision.
 *
 * @param plan all versions of its commission plan, in the order of their effective times; none if it earns none
 * @param operators codes of the operators who may sell
 * @param terminals codes of the terminals that may sell
 */
public record VendorTerms(
        String code, VendorStatus status, List<CommissionPlan> plan, Set<String> operators, Set<String> terminals) {
    public VendorTerms {
        plan = List.copyOf(plan);
        operators = Set.copyOf(operators);
        terminals = Set.copyOf(terminals);
    }

    /** The version of the plan that a sale of an instant is under. */
    public Optional<CommissionPlan> planAt(Instant at) {
        return plan.stream()
                .filter(version -> !version.effectiveFrom().isAfter(at))
                .reduce((earlier, later) -> later);
    }
}
