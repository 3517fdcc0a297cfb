package org.metermint.vending.sale.internal;

import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.metermint.secure.SecurityModule;
import org.metermint.vending.database.TimeOrderedIds;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.sale.internal.BatchTables.Issued;
import org.metermint.vending.sale.internal.BatchTransaction.Look;

/** What lanes work with: connections, the security module, terms, books. */
final class BatchWork {
    private final DataSource connections;
    private final SecurityModule module;
    private final Terms.Cache terms;
    private final Ledger ledger;
    private final VendingKeys keys;
    private final TimeOrderedIds ids;
    private final Supplier<Instant> clock;

    BatchWork(
            DataSource connections,
            SecurityModule module,
            Terms.Cache terms,
            Ledger ledger,
            VendingKeys keys,
            TimeOrderedIds ids,
            Supplier<Instant> clock) {
        this.connections = connections;
        this.module = module;
        this.terms = terms;
        this.ledger = ledger;
        this.keys = keys;
        this.ids = ids;
        this.clock = clock;
    }

    SecurityModule module() {
        return module;
    }

    Instant now() {
        return clock.get();
    }

    /**
     * Runs the transaction of a round: completes sales, decides about requests, writes, commits.
     *
     * @param lockVendors whether the float is locked before it is looked at, instead of checked when it is written
     * @param held where the sales are noted that the transaction reserves, before others can see them
     * @return what came of the requests, if there are any
     * @throws SQLException if nothing was written, or nobody knows
     */
    Optional<BatchDecisions> run(
            UtilityId utility, List<Issued> done, List<Flight> flights, boolean lockVendors, Set<UUID> held)
            throws SQLException {
        terms.prepare(utility);
        try (BatchTransaction transaction = new BatchTransaction(connections.getConnection(), utility)) {
            boolean committed = false;
            try {
                Optional<BatchDecisions> decisions = Optional.empty();
                if (flights.isEmpty()) {
                    transaction.complete(done);
                } else {
                    decisions = Optional.of(decided(transaction, utility, done, flights, lockVendors, held));
                }
                committed = true;
                return decisions;
            } finally {
                if (!committed) {
                    transaction.rollback();
                }
            }
        }
    }

    private BatchDecisions decided(
            BatchTransaction transaction,
            UtilityId utility,
            List<Issued> done,
            List<Flight> flights,
            boolean lockVendors,
            Set<UUID> held)
            throws SQLException {
        Look seen = transaction.look(done, flights, lockVendors);
        Terms current = terms.at(utility, seen.revision());
        YearMonth month =
                YearMonth.from(clock.get().atZone(current.utility().settings().zone()));
        Look look = transaction.completed(seen, month);
        List<String> missing = Lane.missing(flights, look);
        Set<String> registered = missing.isEmpty() ? Set.of() : transaction.registered(missing);
        BatchDecisions decisions = new BatchDecisions(look, new Pricer(current, keys), ids, registered);
        decisions.decide(flights);
        List<UUID> reserved =
                decisions.reservations().stream().map(Reservation::id).toList();
        held.addAll(reserved);
        boolean written = false;
        try {
            if (decisions.requests().isEmpty()) {
                transaction.commit();
            } else {
                Map<String, Long> accounts = ledger.accounts(utility, Lane.accounts(decisions.reservations()));
                transaction.write(decisions.requests(), decisions.reservations(), accounts);
            }
            written = true;
        } finally {
            if (!written) {
                reserved.forEach(held::remove);
            }
        }
        return decisions;
    }
}
