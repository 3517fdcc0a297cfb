package org.metermint.vending.sale.internal;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Line;
import org.metermint.tariff.Purchase;
import org.metermint.tariff.Step;
import org.metermint.tariff.Tariff;
import tools.jackson.databind.json.JsonMapper;

/**
 * An assessment as a sale stores it: the results of pricing. What went in stands in the sale's own columns, so that
 * both can be compared by pricing again.
 */
record AssessmentJson(
        ZoneId zone,
        BigDecimal exactUnits,
        long issuedTenths,
        BigDecimal displayUnits,
        List<Step> steps,
        List<Line> lines,
        YearMonth month,
        BigDecimal unitsAfter) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .withConfigOverride(
                    BigDecimal.class, decimal -> decimal.setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.STRING)))
            .build();

    static String write(Assessment assessment) {
        return MAPPER.writeValueAsString(new AssessmentJson(
                assessment.zone(),
                assessment.exactUnits(),
                assessment.issuedTenths(),
                assessment.displayUnits(),
                assessment.steps(),
                assessment.lines(),
                assessment.after().month(),
                assessment.after().units()));
    }

    static Assessment read(
            String json, Tariff tariff, BigDecimal unitsBefore, Purchase purchase, Instant at, long tender) {
        AssessmentJson stored = MAPPER.readValue(json, AssessmentJson.class);
        return new Assessment(
                tariff,
                new AccountPosition(stored.month, unitsBefore),
                purchase,
                at,
                stored.zone,
                tender,
                stored.exactUnits,
                stored.issuedTenths,
                stored.displayUnits,
                stored.steps,
                stored.lines,
                new AccountPosition(stored.month, stored.unitsAfter, Map.of(), BigDecimal.ZERO, at));
    }
}
