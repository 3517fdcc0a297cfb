package org.metermint.vending.sale.internal;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.metermint.tariff.AccountFacts;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Circumstances;
import org.metermint.tariff.Debt;
import org.metermint.tariff.DebtPaid;
import org.metermint.tariff.Line;
import org.metermint.tariff.Purchase;
import org.metermint.tariff.RateVersion;
import org.metermint.tariff.Step;
import org.metermint.tariff.Tariff;
import org.metermint.vending.tariff.KeptPosition;
import tools.jackson.databind.json.JsonMapper;

/**
 * An assessment as a sale stores it: the results of pricing. What went in stands in the sale's own columns, so that
 * both can be compared by pricing again; of the position before, what these have no room for is here.
 *
 * @param lastBefore the instant of the purchase before, null if there was none
 * @param before what else the position before holds
 * @param after what else the position after holds
 * @param facts what was known of the account, if anything
 * @param rates the versions of rate tables that were used, if any
 * @param debts what was owed, if anything
 * @param paid what was recovered of each debt
 * @param fee what the channel took, in minor units, if anything
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AssessmentJson(
        ZoneId zone,
        BigDecimal exactUnits,
        long issuedTenths,
        BigDecimal displayUnits,
        List<Step> steps,
        List<Line> lines,
        YearMonth month,
        BigDecimal unitsAfter,
        @Nullable Instant lastBefore,
        @Nullable KeptPosition before,
        @Nullable KeptPosition after,
        @Nullable AccountFacts facts,
        @Nullable List<RateVersion> rates,
        @Nullable List<Debt> debts,
        @Nullable List<DebtPaid> paid,
        @Nullable Long fee) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .withConfigOverride(
                    BigDecimal.class, decimal -> decimal.setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.STRING)))
            .build();

    static String write(Assessment assessment) {
        AccountFacts facts = assessment.circumstances().facts();
        List<RateVersion> rates = assessment.circumstances().rates();
        List<Debt> debts = assessment.circumstances().debts();
        return MAPPER.writeValueAsString(new AssessmentJson(
                assessment.zone(),
                assessment.exactUnits(),
                assessment.issuedTenths(),
                assessment.displayUnits(),
                assessment.steps(),
                assessment.lines(),
                assessment.after().month(),
                assessment.after().units(),
                assessment.before().lastPurchase(),
                KeptPosition.of(assessment.before()),
                KeptPosition.of(assessment.after()),
                facts.equals(AccountFacts.NONE) ? null : facts,
                rates.isEmpty() ? null : rates,
                debts.isEmpty() ? null : debts,
                debts.isEmpty() ? null : assessment.debts(),
                assessment.circumstances().channelFee() == 0
                        ? null
                        : assessment.circumstances().channelFee()));
    }

    static Assessment read(
            String json, Tariff tariff, BigDecimal unitsBefore, Purchase purchase, Instant at, long tender) {
        AssessmentJson stored = MAPPER.readValue(json, AssessmentJson.class);
        return new Assessment(
                tariff,
                KeptPosition.position(stored.month, unitsBefore, stored.before, stored.lastBefore),
                purchase,
                at,
                stored.zone,
                tender,
                stored.exactUnits,
                stored.issuedTenths,
                stored.displayUnits,
                stored.steps,
                stored.lines,
                KeptPosition.position(stored.month, stored.unitsAfter, stored.after, at),
                new Circumstances(
                        stored.facts == null ? AccountFacts.NONE : stored.facts,
                        stored.debts == null ? List.of() : stored.debts,
                        stored.fee == null ? 0 : stored.fee,
                        stored.rates == null ? List.of() : stored.rates),
                stored.paid == null ? List.of() : stored.paid);
    }
}
