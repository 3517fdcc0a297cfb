package org.metermint.vending.report.internal;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.outbox.OutboxConsumer;
import org.metermint.vending.outbox.OutboxEvent;
import org.metermint.vending.report.VendorDay;
import org.metermint.vending.report.VendorDays;

/** Counts sales as the outbox tells of them, in the transaction that hands them over: each once. */
public final class VendorDayCount implements OutboxConsumer, VendorDays {
    private static final List<String> KINDS = List.of("SALE_ISSUED", "SALE_REFUSED");

    private final UtilityTransactions transactions;

    public VendorDayCount(UtilityTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public String name() {
        return "vendor-days";
    }

    @Override
    public AfterParked afterParked() {
        return AfterParked.METER_GOES_ON;
    }

    @Override
    public void handle(UtilityId utility, List<OutboxEvent> events) {
        List<OutboxEvent> decided =
                events.stream().filter(event -> KINDS.contains(event.kind())).toList();
        if (decided.isEmpty()) {
            return;
        }
        transactions.in(
                utility,
                sql -> sql.sql("""
                        INSERT INTO vendor_day AS d (utility_id, day, vendor_code, issued, refused, tender)
                        SELECT s.utility_id, (w.at AT TIME ZONE u.zone)::date, s.vendor_code,
                            count(*) FILTER (WHERE w.kind = 'SALE_ISSUED'),
                            count(*) FILTER (WHERE w.kind = 'SALE_REFUSED'),
                            coalesce(sum(s.tender) FILTER (WHERE w.kind = 'SALE_ISSUED'), 0)
                        FROM unnest(:sales::uuid[], :kinds::text[], :at::timestamptz[]) AS w (id, kind, at)
                        JOIN sale s ON s.utility_id = :utility AND s.id = w.id
                        JOIN utility u ON u.utility_id = s.utility_id
                        GROUP BY 1, 2, 3
                        ON CONFLICT (utility_id, day, vendor_code) DO UPDATE SET issued = d.issued + excluded.issued,
                            refused = d.refused + excluded.refused, tender = d.tender + excluded.tender
                        """)
                        .param("sales", array(decided, OutboxEvent::subject))
                        .param("kinds", array(decided, OutboxEvent::kind))
                        .param("at", array(decided, OutboxEvent::at))
                        .param("utility", utility.value())
                        .update());
    }

    private static String[] array(List<OutboxEvent> events, Function<OutboxEvent, Object> part) {
        return events.stream().map(part).map(String::valueOf).toArray(String[]::new);
    }

    @Override
    public List<VendorDay> between(UtilityId utility, LocalDate first, LocalDate last) {
        return transactions.in(
                utility,
                sql -> sql.sql("""
                        SELECT * FROM vendor_day WHERE utility_id = ? AND day BETWEEN ? AND ?
                        ORDER BY day, vendor_code
                        """)
                        .params(utility.value(), first, last)
                        .query((row, number) -> new VendorDay(
                                Objects.requireNonNull(row.getObject("day", LocalDate.class)),
                                row.getString("vendor_code"),
                                row.getLong("issued"),
                                row.getLong("refused"),
                                row.getLong("tender")))
                        .list());
    }
}
