package org.metermint.vending.sale.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.metermint.token.MeterPan;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.debt.OwedDebt;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.sale.TrialAnswer;
import org.metermint.vending.vendor.ClientIdentity;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Prices without selling: the same rules as a sale, no lock and no row. */
final class Trials {
    private static final String METER = "SELECT " + LockedMeter.COLUMNS + ", false AS open"
            + " FROM meter m JOIN account a ON a.utility_id = m.utility_id AND a.meter_id = m.id"
            + " WHERE m.utility_id = ? AND m.pan = ?";

    /** Where a sale would have an id. */
    private static final UUID NOBODY = new UUID(0, 0);

    private final UtilityTransactions transactions;
    private final Terms.Cache terms;
    private final VendingKeys keys;

    Trials(UtilityTransactions transactions, Terms.Cache terms, VendingKeys keys) {
        this.transactions = transactions;
        this.terms = terms;
        this.keys = keys;
    }

    TrialAnswer of(ClientIdentity client, SaleRequest request, Instant now) {
        Flight flight = new Flight(client, request, "", now, 0);
        try {
            Terms current = terms.now(client.utility());
            return transactions.in(client.utility(), sql -> {
                Optional<LockedMeter> meter = find(sql, client, flight.pan());
                Pricer.Decided decided = new Pricer(current, keys)
                        .price(
                                request,
                                client.vendorCode(),
                                meter.orElse(null),
                                meter.isPresent()
                                        ? Optional.empty()
                                        : Optional.of(flight.withoutMeter(isRegistered(sql, client, flight.pan()))),
                                now,
                                () -> NOBODY);
                Priced priced = decided.sale();
                return new TrialAnswer.Priced(
                        priced.target().pan(),
                        priced.meter().accountNumber(),
                        current.utility().money(priced.tender()),
                        priced.assessment(),
                        priced.credit(),
                        priced.keyChange().map(KeyPlan.Change::tokens).orElse(0),
                        decided.free().map(along -> along.priced().assessment()));
            });
        } catch (RefusedException e) {
            return new TrialAnswer.Refused(e.refusal());
        }
    }

    private static Optional<LockedMeter> find(JdbcClient sql, ClientIdentity client, @Nullable MeterPan pan) {
        return pan == null
                ? Optional.empty()
                : sql.sql(METER)
                        .params(client.utility().value(), pan.digits())
                        .query((row, number) -> LockedMeter.read(row))
                        .optional()
                        .map(meter -> meter.owes() ? meter.owing(debts(sql, client, meter)) : meter)
                        .map(meter -> entitled(sql, client, meter));
    }

    private static LockedMeter entitled(JdbcClient sql, ClientIdentity client, LockedMeter meter) {
        if (meter.entitlementList() == null) {
            return meter;
        }
        return sql.sql(LockedMeter.ENTITLEMENTS.formatted("0"))
                .params(
                        new String[] {meter.entitlementList()},
                        new Long[] {meter.accountId()},
                        client.utility().value())
                .query((row, number) -> LockedMeter.Entitled.read(row))
                .optional()
                .map(meter::entitled)
                .orElse(meter);
    }

    private static List<OwedDebt> debts(JdbcClient sql, ClientIdentity client, LockedMeter meter) {
        return sql.sql(LockedMeter.DEBTS)
                .params(client.utility().value(), new Long[] {meter.accountId()})
                .query((row, number) -> OwedDebt.read(row))
                .list();
    }

    private static boolean isRegistered(JdbcClient sql, ClientIdentity client, @Nullable MeterPan pan) {
        return pan != null
                && !sql.sql("SELECT 1 FROM meter WHERE utility_id = ? AND pan = ?")
                        .params(client.utility().value(), pan.digits())
                        .query()
                        .listOfRows()
                        .isEmpty();
    }
}
