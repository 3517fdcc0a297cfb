package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.metermint.tariff.AccountFacts;
import org.metermint.tariff.AccountPosition;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.vending.customer.Account;
import org.metermint.vending.debt.Debt;
import org.metermint.vending.meter.MeterNumbers;

/** An account, on the way in and out. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record AccountResource(
        @Schema(description = "The utility's number of the account, 1 to 40 characters.", example = "A-1001")
        String number,

        @Schema(description = "Number of the customer.", example = "C-1001")
        String customer,

        @Schema(description = "Number or PAN of the meter, if there is one; answered as PAN.", example = "01234567897")
        Optional<String> meter,

        @Schema(description = "The supply group that the meter shall be in, 6 digits.", example = "123456")
        String supplyGroup,

        @Schema(description = "The tariff index that the meter shall be on, 2 digits.", example = "01")
        String tariffIndex,

        @Schema(description = "Id of the tariff.", example = "za-tshwane-2025-26")
        String tariff,

        @Schema(description = "What its tariff may need to know of it; nothing is known if absent.")
        Optional<FactsResource> facts,

        @Schema(description = "Units bought in a month; none in this month if absent.")
        Optional<Position> position,

        @Schema(
                description =
                        "What the account owes beside energy; none if absent. With a new account debts are recorded"
                                + " and no more; put them into the books to have purchases recover them.")
        Optional<List<DebtResource>> debts) {

    /** Units bought in one month of the utility's zone. */
    record Position(
            @Schema(example = "2026-07") String month,
            @Schema(example = "120.5") String units) {}

    static AccountResource of(Account account, int minorDigits) {
        return new AccountResource(
                account.number(),
                account.customer(),
                account.meter().map(pan -> pan.digits()),
                account.supplyGroup().digits(),
                account.tariffIndex().digits(),
                account.tariff(),
                Optional.of(account.facts())
                        .filter(facts -> !facts.equals(AccountFacts.NONE))
                        .map(FactsResource::of),
                Optional.of(new Position(
                        account.position().month().toString(),
                        account.position().units().toPlainString())),
                Optional.of(account.debts().stream()
                        .map(debt -> DebtResource.of(debt, minorDigits))
                        .toList()));
    }

    Account account(YearMonth thisMonth, int minorDigits) {
        AccountFacts known = facts.map(given -> given.facts("facts.")).orElse(AccountFacts.NONE);
        return Fields.checked(() -> new Account(
                number,
                customer,
                meter.map(MeterNumbers::parse),
                Fields.parsed("supply_group", supplyGroup, SupplyGroupCode::parse),
                Fields.parsed("tariff_index", tariffIndex, TariffIndex::parse),
                tariff,
                known,
                position.map(AccountResource::position).orElse(AccountPosition.startOf(thisMonth)),
                debts(minorDigits)));
    }

    private static AccountPosition position(Position given) {
        YearMonth month = Fields.month("position.month", given.month());
        return Fields.parsed(
                "position.units",
                given.units(),
                text -> new AccountPosition(month, Fields.decimal("position.units", text)));
    }

    private List<Debt> debts(int minorDigits) {
        List<Debt> read = new ArrayList<>();
        for (DebtResource debt : debts.orElse(List.of())) {
            String field = "debts[" + read.size() + "]";
            if (debt.original().isPresent() || debt.terms().isPresent()) {
                throw new ProblemException(Problem.ofField(
                        field + ".terms", Optional.empty(), "register the account first, then put the debt"));
            }
            long balance = Fields.minorUnits(field + ".balance", debt.balance(), minorDigits);
            read.add(new Debt(debt.reference(), balance));
        }
        return read;
    }
}
