package org.metermint.vending.vendor;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.database.BooksLock;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.ledger.Ledger;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Books sales as the sale desk does, without meters and tokens: the shared lock first, the open shift of the client
 * after it, the vendor's float last.
 */
public final class Till {
    private static final AtomicLong RECEIPTS = new AtomicLong();

    private final UtilityTransactions transactions;
    private final Ledger ledger;
    private final UtilityId utility;
    private final String client;
    private final String vendor;

    public Till(UtilityTransactions transactions, Ledger ledger, ClientIdentity client) {
        this.transactions = transactions;
        this.ledger = ledger;
        this.utility = client.utility();
        this.client = client.clientId();
        this.vendor = client.vendorCode();
    }

    /** A sale that was booked. */
    public record Booked(UUID id, Optional<Long> shift) {}

    /** Books a sale, unless the float does not cover it. */
    public Optional<Booked> sell(UUID id, Instant at, String payment, long tender, Optional<CommissionPlan> plan) {
        try {
            return Optional.of(transactions.in(utility, sql -> {
                BooksLock.share(sql, utility);
                Optional<Long> shift = openShift();
                long commission = plan.map(one -> one.commission(tender, 0)).orElse(0L);
                boolean net = plan.isPresent() && plan.get().settlement() == Settlement.NET;
                insert(id, at, payment, tender, commission, net, shift.orElse(null));
                long debit = net ? tender - commission : tender;
                ledger.post(utility, entry(id, at, tender, commission, debit, shift));
                change(-debit);
                return new Booked(id, shift);
            }));
        } catch (DataIntegrityViolationException e) {
            return Optional.empty(); // the float holds
        }
    }

    private Optional<Long> openShift() {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT id FROM shift WHERE utility_id = ? AND client_id = ? AND closed_at IS NULL")
                        .params(utility.value(), client)
                        .query(Long.class)
                        .optional());
    }

    private JournalEntry entry(UUID id, Instant at, long tender, long commission, long debit, Optional<Long> shift) {
        List<Posting> postings = new ArrayList<>();
        if (debit != 0) {
            postings.add(new Posting("float/" + vendor, debit));
        }
        postings.add(new Posting("energy", -tender));
        if (commission > 0) {
            postings.add(new Posting("commission/expense", commission));
            if (debit == tender) {
                postings.add(new Posting("commission/" + vendor, -commission));
            }
        }
        return new JournalEntry(id, JournalEntry.Kind.SALE, Optional.of(id), Optional.empty(), shift, at, postings);
    }

    private void change(long by) {
        transactions.in(
                utility,
                sql -> sql.sql("UPDATE vendor SET balance = balance + ? WHERE utility_id = ? AND code = ?")
                        .params(by, utility.value(), vendor)
                        .update());
    }

    /** Books a sale back, in the shift that is open now. */
    public void undo(Booked sale, UUID entry, Instant at) {
        transactions.in(utility, sql -> {
            BooksLock.share(sql, utility);
            Long shift = openShift().orElse(null);
            sql.sql("""
                            INSERT INTO journal_entry (utility_id, id, kind, sale_id, shift_id, booked_at, accounts,
                                amounts)
                            SELECT utility_id, :id, 'REVERSAL', id, :shift::bigint, :at, accounts,
                                ARRAY(SELECT -amount FROM unnest(amounts) WITH ORDINALITY AS p (amount, line)
                                      ORDER BY line)
                            FROM journal_entry WHERE utility_id = :utility AND id = :sale
                            """)
                    .param("id", entry)
                    .param("shift", shift)
                    .param("at", at.atOffset(ZoneOffset.UTC))
                    .param("utility", utility.value())
                    .param("sale", sale.id())
                    .update();
            long debit = sql.sql("""
                            SELECT coalesce(sum(p.amount), 0)::bigint FROM posting p
                            JOIN ledger_account a ON a.utility_id = p.utility_id AND a.id = p.account_id
                            WHERE p.utility_id = ? AND p.entry_id = ? AND a.code = ?
                            """)
                    .params(utility.value(), sale.id(), "float/" + vendor)
                    .query(Long.class)
                    .single();
            change(debit);
            return debit;
        });
    }

    private void insert(
            UUID id, Instant at, String payment, long tender, long commission, boolean net, @Nullable Long shift) {
        transactions.in(
                utility,
                sql -> sql.sql("""
                                INSERT INTO sale (utility_id, id, receipt_number, client_id, vendor_code, request_id,
                                    received_at, account_id, meter_id, payment, tender, commission, commission_net,
                                    shift_id, service, tariff_id, tariff_version, position_month, position_units,
                                    units_after, assessment, credit, credit_steps, pan, algorithm, supply_group,
                                    key_revision, tariff_index, key_type, base_date, tid)
                                VALUES (?, ?, ?, ?, ?, ?, ?, 1, 1, ?, ?, ?, ?, ?, 'ELECTRICITY', 't', 1, '2026-03-01',
                                    0, 0, '{}', 'UNITS', 1, '000000000000000000', 11, '201457', 1, 1, 2, 2014, 2)
                                """)
                        .params(Arrays.asList(
                                utility.value(),
                                id,
                                RECEIPTS.incrementAndGet(),
                                client,
                                vendor,
                                id.toString(),
                                at.atOffset(ZoneOffset.UTC),
                                payment,
                                tender,
                                commission,
                                net,
                                shift))
                        .update());
    }
}
