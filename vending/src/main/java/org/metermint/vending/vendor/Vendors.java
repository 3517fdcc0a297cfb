package org.metermint.vending.vendor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.metermint.vending.database.UtilityId;

/**
 * Vendors and their terms, the people and devices that sell for them, and commission plans. The acts do not ask who
 * calls: {@link ClientIdentity#require} does.
 */
public interface Vendors {
    /**
     * Registers a vendor. An equal one again changes nothing.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the code is taken by another, or there is no such plan
     */
    Vendor register(UtilityId utility, NewVendor vendor);

    Optional<Vendor> find(UtilityId utility, String code);

    /** All vendors, by code. */
    List<Vendor> all(UtilityId utility);

    Vendor setStatus(UtilityId utility, String code, VendorStatus status);

    /**
     * Sets how far below zero the balance may fall.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the balance is lower already
     */
    Vendor setCreditLine(UtilityId utility, String code, long creditLine);

    /** Sets the commission plan, or none. */
    Vendor setCommissionPlan(UtilityId utility, String code, Optional<String> plan);

    /**
     * Adds a version of a commission plan. An equal one again changes nothing.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the version is there and another one, or if it is not
     *     the next, or not effective after the one before
     */
    CommissionPlan addPlan(UtilityId utility, CommissionPlan version);

    /** All versions of all plans, by code and version. */
    List<CommissionPlan> plans(UtilityId utility);

    /**
     * Adds a version of what the vendor's customers pay for each sale. An equal one again changes nothing.
     *
     * @throws org.metermint.vending.refusal.RefusedException if there is no such vendor, the version is there and another
     *     one, it is not the next, or not effective after the one before
     */
    ChannelFee addFee(UtilityId utility, String vendor, ChannelFee version);

    /**
     * All versions of a vendor's channel fee.
     *
     * @throws org.metermint.vending.refusal.RefusedException if there is no such vendor
     */
    List<ChannelFee> fees(UtilityId utility, String vendor);

    /**
     * What the sale desk must know of a vendor. Kept in memory it is current as long as the revision of the utility is
     * the same.
     */
    Optional<VendorTerms> terms(UtilityId utility, String code);

    /** {@link #terms} of every vendor, by code. */
    Map<String, VendorTerms> allTerms(UtilityId utility);

    /** Registers a person at a till, or changes name or whether he may sell. */
    Staff putOperator(UtilityId utility, String vendor, Staff operator);

    /**
     * Registers a device behind a gateway, or changes name or whether it may sell.
     *
     * @throws org.metermint.vending.refusal.RefusedException if no terminals stand behind such a vendor
     */
    Staff putTerminal(UtilityId utility, String vendor, Staff terminal);

    /** The people at a vendor's tills, by code. */
    List<Staff> operators(UtilityId utility, String vendor);

    /** The devices behind a vendor's clients, by code. */
    List<Staff> terminals(UtilityId utility, String vendor);
}
