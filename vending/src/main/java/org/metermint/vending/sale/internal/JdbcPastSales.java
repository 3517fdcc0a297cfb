package org.metermint.vending.sale.internal;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Purchase;
import org.metermint.tariff.Tariff;
import org.metermint.vending.database.TimeOrderedIds;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.sale.PastSale;
import org.metermint.vending.sale.PastSales;
import org.metermint.vending.tariff.Tariffs;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcPastSales implements PastSales {
    private static final int PORTION = 1_000;

    /** How far the instant in a sale's id may be from the one at which the request was received. */
    private static final Duration ID_SLACK = Duration.ofDays(1);

    private static final String SPAN = """
             s.utility_id = :utility AND s.tariff_id = :tariff AND s.id >= :first AND s.id < :last
                AND s.received_at >= :from AND s.received_at < :to AND s.tender > 0
            """;

    private final UtilityTransactions transactions;
    private final Tariffs tariffs;

    public JdbcPastSales(UtilityTransactions transactions, Tariffs tariffs) {
        this.transactions = transactions;
        this.tariffs = tariffs;
    }

    @Override
    public long atMost(UtilityId utility, String tariff, Instant from, Instant to) {
        return transactions.reading(
                utility,
                sql -> within(sql.sql("SELECT count(*) FROM sale s WHERE" + SPAN), utility, tariff, from, to)
                        .query(Long.class)
                        .single());
    }

    @Override
    public void each(UtilityId utility, String tariff, Instant from, Instant to, Consumer<PastSale> reader) {
        transactions.reading(utility, sql -> {
            Map<Integer, Tariff> versions = new HashMap<>();
            within(sql.sql("""
                                    SELECT a.number, s.tariff_version, s.position_units, s.asked_tenths, s.tender,
                                        (extract(epoch FROM s.received_at) * 1000000)::bigint AS micros, s.assessment,
                                        s.credit = 'CURRENCY' AS in_currency, r.id IS NOT NULL AS reversed
                                    FROM sale s
                                    JOIN sale_outcome o ON o.utility_id = s.utility_id AND o.sale_id = s.id
                                        AND o.sale_id >= :first AND o.sale_id < :last AND o.state = 'ISSUED'
                                    JOIN account a ON a.utility_id = s.utility_id AND a.id = s.account_id
                                    LEFT JOIN sale_reversal r ON r.utility_id = s.utility_id AND r.sale_id = s.id
                                        AND r.decision = 'APPROVED'
                                    WHERE""" + SPAN + "ORDER BY s.account_id, s.receipt_number"), utility, tariff, from, to)
                    .withFetchSize(PORTION)
                    .query(row -> {
                        int number = row.getInt("tariff_version");
                        Tariff version = versions.computeIfAbsent(
                                number,
                                wanted ->
                                        tariffs.version(utility, tariff, wanted).orElseThrow());
                        reader.accept(read(row, version));
                    });
            return true;
        });
    }

    private static JdbcClient.StatementSpec within(
            JdbcClient.StatementSpec statement, UtilityId utility, String tariff, Instant from, Instant to) {
        return statement
                .param("utility", utility.value())
                .param("tariff", tariff)
                .param("first", TimeOrderedIds.lowest(from.minus(ID_SLACK)))
                .param("last", TimeOrderedIds.lowest(to.plus(ID_SLACK)))
                .param("from", from.atOffset(ZoneOffset.UTC))
                .param("to", to.atOffset(ZoneOffset.UTC));
    }

    private static Row read(ResultSet row, Tariff version) throws SQLException {
        long tender = row.getLong("tender");
        long asked = row.getLong("asked_tenths");
        Purchase purchase = row.wasNull() ? new Purchase.Tender(tender, version.currency()) : new Purchase.Units(asked);
        return new Row(
                row.getString("number"),
                row.getBoolean("reversed"),
                row.getBoolean("in_currency"),
                version,
                row.getBigDecimal("position_units"),
                purchase,
                tender,
                row.getLong("micros"),
                row.getString("assessment"));
    }

    /** A sale as its row has it. */
    private record Row(
            String account,
            boolean reversed,
            boolean inCurrency,
            Tariff version,
            BigDecimal unitsBefore,
            Purchase purchase,
            long tender,
            long micros,
            String json)
            implements PastSale {
        @Override
        public Assessment assessment() {
            return AssessmentJson.read(
                    json, version, unitsBefore, purchase, Instant.EPOCH.plus(micros, ChronoUnit.MICROS), tender);
        }
    }
}
