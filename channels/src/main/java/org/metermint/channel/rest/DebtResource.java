package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Optional;
import org.metermint.tariff.Debt.Method;
import org.metermint.vending.debt.Debt;
import org.metermint.vending.debt.DebtTerms;

/** What an account owes beside energy; with terms, what purchases recover. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@Schema(name = "Debt")
record DebtResource(
        @Schema(description = "Names the debt within its account, 1 to 40 characters.", example = "reconnection")
        String reference,

        @Schema(description = "Still owed, in major units.", example = "250.00")
        String balance,

        @Schema(description = "Once owed, in major units; answered only.", example = "400.00")
        Optional<String> original,

        @Schema(description = "How purchases recover it; absent if it is recorded and no more. Answered only.")
        Optional<TermsResource> terms) {

    /** How purchases recover a debt. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    @Schema(name = "DebtTerms")
    record TermsResource(
            @Schema(description = "What it is for; names its ledger account: 1 to 32 of A-Z, 0-9, _.", example = "FINE")
            String type,

            @Schema(description = "What receipts say, 1 to 80 characters.", example = "Reconnection fee")
            String label,

            @Schema(description = "Lower ones are recovered first, 0 to 1000; of equals the older.", example = "10")
            int priority,

            @Schema(description = "The day it arose.", example = "2026-07-01")
            String since,

            @Schema(
                    description = "ALL_AT_ONCE, or how much a purchase recovers: PERCENT_OF_PURCHASE,"
                            + " PERCENT_OF_BALANCE_PER_PURCHASE, PERCENT_OF_ORIGINAL, FIXED_PER_PURCHASE; or the"
                            + " purchases of a month together: PERCENT_OF_BALANCE_PER_MONTH, FIXED_PER_MONTH. Left out"
                            + " with instalments.")
            Optional<Method> method,

            @Schema(
                    description =
                            "Percent, or an amount in major units, as the method has it; 0 for ALL_AT_ONCE. Left out"
                                    + " with instalments.",
                    example = "30")
            Optional<String> value,

            @Schema(description = "The day from which on purchases recover it.", example = "2026-08-01")
            String dueOn,

            @Schema(
                    description =
                            "So many days after due_on, 0 to 3650, nothing is sold to the account until the debt is"
                                    + " paid; absent if it never blocks.",
                    example = "15")
            Optional<Integer> blocksAfterDays) {
        static TermsResource of(DebtTerms terms, int minorDigits) {
            BigDecimal value = isAmount(terms.method())
                    ? terms.value().movePointLeft(minorDigits).setScale(minorDigits)
                    : terms.value();
            return new TermsResource(
                    terms.type(),
                    terms.label(),
                    terms.priority(),
                    terms.since().toString(),
                    Optional.of(terms.method()),
                    Optional.of(value.toPlainString()),
                    terms.dueOn().toString(),
                    terms.blocksAfterDays());
        }

        private DebtTerms byMethod(int minorDigits) {
            Method how = method.orElseThrow(() -> missing("terms.method"));
            String much = value.orElseThrow(() -> missing("terms.value"));
            return made(
                    how,
                    isAmount(how)
                            ? BigDecimal.valueOf(Fields.minorUnits("terms.value", much, minorDigits))
                            : Fields.decimal("terms.value", much));
        }

        private DebtTerms byInstalments(long amount, int instalments) {
            if (method.isPresent() || value.isPresent()) {
                throw new ProblemException(Problem.ofField(
                        "instalments",
                        Optional.of(Integer.toString(instalments)),
                        "it says how the debt is recovered; leave out method and value of the terms, or it"));
            }
            BigDecimal each = Fields.parsed("instalments", instalments, count -> DebtTerms.instalment(amount, count));
            return made(Method.FIXED_PER_MONTH, each);
        }

        private DebtTerms made(Method how, BigDecimal much) {
            LocalDate arose = Fields.day("terms.since", since);
            LocalDate due = Fields.day("terms.due_on", dueOn);
            return Fields.checked(() -> new DebtTerms(type, label, priority, arose, how, much, due, blocksAfterDays));
        }

        private static ProblemException missing(String field) {
            return new ProblemException(Problem.of(
                    Fault.MEMBER_MISSING,
                    "the terms need method and value, unless the debt is paid in instalments",
                    Optional.of(field),
                    Optional.empty()));
        }

        private static boolean isAmount(Method method) {
            return method == Method.FIXED_PER_PURCHASE || method == Method.FIXED_PER_MONTH;
        }
    }

    /** A debt to be put into the books. */
    record DebtBody(
            @Schema(
                    description = "Once owed, in major units; of a debt that is recorded, its balance.",
                    example = "400.00")
            String amount,

            @Schema(
                    description = "In so many equal monthly instalments, 1 to 600, each rounded up and the last one the"
                            + " rest: FIXED_PER_MONTH without reckoning. The terms then leave out method and value.",
                    example = "12")
            Optional<Integer> instalments,

            TermsResource terms) {
        DebtTerms terms(long minorUnits, int minorDigits) {
            return instalments
                    .map(count -> terms.byInstalments(minorUnits, count))
                    .orElseGet(() -> terms.byMethod(minorDigits));
        }
    }

    static DebtResource of(Debt debt, int minorDigits) {
        return new DebtResource(
                debt.reference(),
                BigDecimal.valueOf(debt.balance(), minorDigits).toPlainString(),
                debt.terms()
                        .map(terms ->
                                BigDecimal.valueOf(debt.original(), minorDigits).toPlainString()),
                debt.terms().map(terms -> TermsResource.of(terms, minorDigits)));
    }
}
