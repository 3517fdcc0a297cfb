package org.metermint.vending.shift.internal;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.shift.CashUp;
import org.metermint.vending.shift.Shift;
import org.metermint.vending.shift.ShiftTotal;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Vendors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What is counted at the end of a shift. At a counter of the utility's own the money is the utility's: what was counted
 * goes from the counter's float, where its sales were debited, to cash and banks, and what is over or short to an account
 * of its own. With another vendor the money in the till is the vendor's, and nothing is booked.
 */
final class CashUps {
    static final long MOST = 1_000_000_000_000_000L;

    private final Vendors vendors;
    private final Ledger ledger;
    private final BiFunction<UtilityId, Instant, UUID> entryIds;

    CashUps(Vendors vendors, Ledger ledger, BiFunction<UtilityId, Instant, UUID> entryIds) {
        this.vendors = vendors;
        this.ledger = ledger;
        this.entryIds = entryIds;
    }

    CashUp write(
            JdbcClient sql,
            ClientIdentity by,
            Shift shift,
            List<ShiftTotal> totals,
            Map<PaymentType, Long> counted,
            Instant now) {
        List<CashUp.Count> counts = totals.stream()
                .map(total -> new CashUp.Count(
                        total.payment(),
                        total.net() + opening(shift, total.payment()),
                        counted.getOrDefault(total.payment(), 0L)))
                .toList();
        boolean ownCounter =
                vendors.find(by.utility(), shift.vendor()).orElseThrow().ownCounter();
        List<Posting> postings = ownCounter ? postings(shift, counts) : List.of();
        Optional<UUID> entry =
                postings.isEmpty() ? Optional.empty() : Optional.of(book(by.utility(), shift, postings, now));
        insert(sql, by, shift.id(), counts, entry, now);
        settle(sql, by.utility(), shift.vendor(), postings);
        return new CashUp(shift.id(), by.clientId(), now, counts);
    }

    private static long opening(Shift shift, PaymentType payment) {
        return payment == PaymentType.CASH ? shift.openingCash() : 0;
    }

    /** None if nothing moved. */
    private static List<Posting> postings(Shift shift, List<CashUp.Count> counts) {
        List<Posting> postings = new ArrayList<>();
        long settled = 0;
        long overShort = 0;
        for (CashUp.Count count : counts) {
            long opening = opening(shift, count.payment());
            add(postings, account(shift.vendor(), count.payment()), count.counted() - opening);
            settled += count.expected() - opening;
            overShort += count.overShort();
        }
        add(postings, "over-short", -overShort);
        add(postings, "float/" + shift.vendor(), -settled);
        return postings;
    }

    private static void add(List<Posting> postings, String account, long amount) {
        if (amount != 0) {
            postings.add(new Posting(account, amount));
        }
    }

    /** Cash lies at the counter; everything else is on its way to a bank. */
    private static String account(String vendor, PaymentType payment) {
        return payment == PaymentType.CASH
                ? "cash/" + vendor
                : "bank/" + payment.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private UUID book(UtilityId utility, Shift shift, List<Posting> postings, Instant now) {
        UUID id = entryIds.apply(utility, now);
        ledger.post(
                utility,
                new JournalEntry(
                        id,
                        JournalEntry.Kind.CASH_UP,
                        Optional.empty(),
                        Optional.of("shift/" + shift.id()),
                        Optional.of(shift.id()),
                        now,
                        postings));
        return id;
    }

    private static void insert(
            JdbcClient sql,
            ClientIdentity by,
            long shift,
            List<CashUp.Count> counts,
            Optional<UUID> entry,
            Instant now) {
        sql.sql("""
                        INSERT INTO shift_cash_up (utility_id, shift_id, counted_by, counted_at, entry_id)
                        VALUES (?, ?, ?, ?, ?)
                        """)
                .params(Arrays.asList(
                        by.utility().value(), shift, by.clientId(), now.atOffset(ZoneOffset.UTC), entry.orElse(null)))
                .update();
        for (CashUp.Count count : counts) {
            sql.sql("""
                            INSERT INTO shift_count (utility_id, shift_id, payment, counted, expected)
                            VALUES (?, ?, ?, ?, ?)
                            """)
                    .params(by.utility().value(), shift, count.payment().name(), count.counted(), count.expected())
                    .update();
        }
    }

    private static void settle(JdbcClient sql, UtilityId utility, String vendor, List<Posting> postings) {
        long debit = postings.stream()
                .filter(posting -> posting.account().equals("float/" + vendor))
                .mapToLong(Posting::amount)
                .sum();
        if (debit != 0) {
            sql.sql("UPDATE vendor SET balance = balance - ? WHERE utility_id = ? AND code = ?")
                    .params(debit, utility.value(), vendor)
                    .update();
        }
    }

    static Optional<CashUp> read(JdbcClient sql, UtilityId utility, long shift) {
        List<CashUp.Count> counts = sql.sql("""
                        SELECT * FROM shift_count WHERE utility_id = :utility AND shift_id = :shift
                        ORDER BY array_position(:payments::text[], payment)
                        """)
                .param("utility", utility.value())
                .param("shift", shift)
                .param("payments", Totals.payments())
                .query((row, number) -> new CashUp.Count(
                        PaymentType.valueOf(row.getString("payment")), row.getLong("expected"), row.getLong("counted")))
                .list();
        return sql.sql("SELECT * FROM shift_cash_up WHERE utility_id = ? AND shift_id = ?")
                .params(utility.value(), shift)
                .query((row, number) -> new CashUp(
                        shift,
                        row.getString("counted_by"),
                        row.getObject("counted_at", OffsetDateTime.class).toInstant(),
                        counts))
                .optional();
    }

    /** A count that was made before, if this is the same. */
    static CashUp same(CashUp before, Map<PaymentType, Long> counted) {
        for (CashUp.Count count : before.counts()) {
            if (count.counted() != counted.getOrDefault(count.payment(), 0L)) {
                throw new RefusedException(
                        RefusalCode.ALREADY_DECIDED, "the shift was counted otherwise at " + before.countedAt());
            }
        }
        return before;
    }
}
