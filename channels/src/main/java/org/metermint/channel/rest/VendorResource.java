package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;
import org.metermint.vending.vendor.NewVendor;
import org.metermint.vending.vendor.Vendor;
import org.metermint.vending.vendor.VendorKind;
import org.metermint.vending.vendor.VendorStatus;

/** A vendor as it stands. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record VendorResource(
        @Schema(description = "1 to 32 of a-z, 0-9 and '-'.", example = "corner-shop")
        String code,

        String name,
        VendorKind kind,
        VendorStatus status,

        @Schema(description = "Paid in and not sold yet, in major units; below zero on credit.", example = "1250.00")
        String balance,

        @Schema(
                description = "How far below zero the balance may fall; absent for a counter of the utility's own.",
                example = "500.00")
        Optional<String> creditLine,

        @Schema(example = "ZAR") String currency,

        @Schema(description = "Code of the commission plan, if there is one.", example = "agents")
        Optional<String> commissionPlan) {

    /** A vendor to be registered. */
    record NewVendorBody(
            @Schema(description = "1 to 32 of a-z, 0-9 and '-'; stays.", example = "corner-shop")
            String code,

            @Schema(description = "1 to 120 characters.") String name,
            VendorKind kind,

            @Schema(
                    description = "How far below zero the balance may fall; above zero needs FINANCE.",
                    example = "0.00")
            String creditLine,

            @Schema(description = "Code of a commission plan.")
            Optional<String> commissionPlan) {
        NewVendor vendor(Currency currency) {
            long line = currency.minor("credit_line", creditLine);
            return Fields.checked(() -> new NewVendor(code, name, kind, line, commissionPlan));
        }
    }

    static VendorResource of(Vendor vendor, Currency currency) {
        return new VendorResource(
                vendor.code(),
                vendor.name(),
                vendor.kind(),
                vendor.status(),
                currency.decimal(vendor.balance()),
                vendor.creditLine().isPresent()
                        ? Optional.of(currency.decimal(vendor.creditLine().getAsLong()))
                        : Optional.empty(),
                currency.code(),
                vendor.commissionPlan());
    }
}
