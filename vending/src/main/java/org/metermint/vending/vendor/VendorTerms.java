package org.metermint.vending.vendor;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;

/**
 * What the sale desk must know of a vendor beside its float. It changes only together with the revision of the utility,
 * so that it may be kept in memory for one revision.
 *
 * @param plan all versions of its commission plan, in the order of their effective times; none if it earns none
 * @param fees all versions of what its customers pay for each sale, in the order of their effective times
 * @param operators codes of the operators who may sell
 * @param terminals codes of the terminals that may sell
 */
public record VendorTerms(
        String code,
        VendorStatus status,
        List<CommissionPlan> plan,
        List<ChannelFee> fees,
        Set<String> operators,
        Set<String> terminals) {
    public VendorTerms {
        plan = List.copyOf(plan);
        fees = List.copyOf(fees);
        operators = Set.copyOf(operators);
        terminals = Set.copyOf(terminals);
    }

    /**
     * Lets sell and collect.
     *
     * @param operator code of the person at the till, if the client names its people
     * @param terminal code of the device, if the client stands for several
     * @throws RefusedException if the vendor is suspended, or the operator or the terminal is none of its enabled ones
     */
    public void requireAllowed(Optional<String> operator, Optional<String> terminal) {
        if (status == VendorStatus.SUSPENDED) {
            throw new RefusedException(RefusalCode.VENDOR_SUSPENDED, "vendor " + code + " is suspended");
        }
        operator.filter(one -> !operators.contains(one)).ifPresent(one -> {
            throw new RefusedException(
                    RefusalCode.OPERATOR_NOT_ALLOWED,
                    "the operator of the request is no enabled operator of the vendor");
        });
        terminal.filter(one -> !terminals.contains(one)).ifPresent(one -> {
            throw new RefusedException(
                    RefusalCode.OPERATOR_NOT_ALLOWED,
                    "the terminal of the request is no enabled terminal of the vendor");
        });
    }

    /** The version of the plan that a sale of an instant is under. */
    public Optional<CommissionPlan> planAt(Instant at) {
        return plan.stream()
                .filter(version -> !version.effectiveFrom().isAfter(at))
                .reduce((earlier, later) -> later);
    }

    /** The version of the channel's fee that a sale of an instant is under. */
    public Optional<ChannelFee> feeAt(Instant at) {
        return fees.stream()
                .filter(version -> !version.effectiveFrom().isAfter(at))
                .reduce((earlier, later) -> later);
    }
}
