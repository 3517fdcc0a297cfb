package org.metermint.vending.report.internal;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
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
        UUID[] sales = events.stream()
                .filter(event -> KINDS.contains(event.kind()))
                .map(OutboxEvent::subject)
                .toArray(UUID[]::new);
        if (sales.length == 0) {
            return;
        }
        transactions.in(
                utility,
                sql -> sql.sql("""
                        INSERT INTO vendor_day AS d (utility_id, day, vendor_code, issued, refused, tender)
                        SELECT s.utility_id, (o.decided_at AT TIME ZONE u.zone)::date, s.vendor_code,
                            count(*) FILTER (WHERE o.state = 'ISSUED'), count(*) FILTER (WHERE o.state = 'REFUSED'),
                            coalesce(sum(s.tender) FILTER (WHERE o.state = 'ISSUED'), 0)
                        FROM unnest(:sales::uuid[]) AS w (id)
                        JOIN sale s ON s.utility_id = :utility AND s.id = w.id
                        JOIN sale_outcome o ON o.utility_id = s.utility_id AND o.sale_id = s.id
                        JOIN utility u ON u.utility_id = s.utility_id
                        GROUP BY 1, 2, 3
                        ON CONFLICT (utility_id, day, vendor_code) DO UPDATE SET issued = d.issued + excluded.issued,
                            refused = d.refused + excluded.refused, tender = d.tender + excluded.tender
                        """)
                        .param("sales", sales)
                        .param("utility", utility.value())
                        .update());
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
