package org.metermint.vending.tariff.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.metermint.tariff.RateVersion;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.tariff.RateDraft;
import org.metermint.vending.tariff.RateDrafts;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A row for each proposal, decided once, and the version in the same transaction. */
public final class JdbcRateDrafts implements RateDrafts {
    private final UtilityTransactions transactions;
    private final JdbcTariffs tariffs;
    private final Clock clock;

    public JdbcRateDrafts(UtilityTransactions transactions, JdbcTariffs tariffs, Clock clock) {
        this.transactions = transactions;
        this.tariffs = tariffs;
        this.clock = clock;
    }

    @Override
    public Optional<RateDraft> propose(ClientIdentity by, RateVersion version) {
        by.require(Role.ADMINISTRATOR);
        return transactions.in(by.utility(), sql -> {
            if (tariffs.takeUnlessInUse(sql, by.utility(), version)) {
                return Optional.empty();
            }
            requireAhead(version);
            int proposed = sql.sql("""
                            INSERT INTO rate_draft (utility_id, rate_table, version, effective_from, rate, proposed_by,
                                proposed_at)
                            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                            """)
                    .params(
                            by.utility().value(),
                            version.table(),
                            version.version(),
                            version.effectiveFrom().atOffset(ZoneOffset.UTC),
                            version.rate(),
                            by.clientId(),
                            now().atOffset(ZoneOffset.UTC))
                    .update();
            RateDraft standing =
                    last(sql, version.table(), version.version(), "").orElseThrow();
            boolean same =
                    standing.version().equals(version) && standing.proposedBy().equals(by.clientId());
            if (proposed == 0 && !same) {
                throw new RefusedException(
                        RefusalCode.ALREADY_EXISTS,
                        "another draft of rate table " + version.table() + " version " + version.version()
                                + " waits, proposed by " + standing.proposedBy()
                                + "; let it be decided, or choose another number");
            }
            return Optional.of(standing);
        });
    }

    @Override
    public RateDraft approve(ClientIdentity by, String table, int version) {
        by.require(Role.FINANCE, Role.ADMINISTRATOR);
        return transactions.in(by.utility(), sql -> {
            RateDraft draft = lock(sql, table, version);
            if (DraftRows.isDecided(draft.decision(), by, true)) {
                return draft;
            }
            DraftRows.requireOther(draft.proposedBy(), by);
            requireAhead(draft.version());
            tariffs.insert(sql, by.utility(), draft.version());
            DraftRows.decide(sql, "rate_draft", draft.id(), by, null, now());
            return last(sql, table, version, "").orElseThrow();
        });
    }

    @Override
    public RateDraft reject(ClientIdentity by, String table, int version, String reason) {
        by.require(Role.FINANCE, Role.ADMINISTRATOR);
        DraftRows.requireReason(reason);
        return transactions.in(by.utility(), sql -> {
            RateDraft draft = lock(sql, table, version);
            if (DraftRows.isDecided(draft.decision(), by, false)) {
                return draft;
            }
            DraftRows.decide(sql, "rate_draft", draft.id(), by, reason, now());
            return last(sql, table, version, "").orElseThrow();
        });
    }

    private void requireAhead(RateVersion version) {
        DraftRows.requireAhead(
                "effective_from",
                version.effectiveFrom(),
                "rate table " + version.table() + " version " + version.version(),
                now());
    }

    private static RateDraft lock(JdbcClient sql, String table, int version) {
        return last(sql, table, version, " FOR NO KEY UPDATE")
                .orElseThrow(() -> new RefusedException(
                        RefusalCode.NOT_FOUND, "there is no draft of that version of the rate table"));
    }

    private static Optional<RateDraft> last(JdbcClient sql, String table, int version, String lock) {
        return sql.sql("SELECT * FROM rate_draft WHERE rate_table = ? AND version = ? ORDER BY id DESC LIMIT 1" + lock)
                .params(table, version)
                .query(JdbcRateDrafts::read)
                .optional();
    }

    @Override
    public List<RateDraft> after(UtilityId utility, long id, int limit) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT * FROM rate_draft WHERE id > ? ORDER BY id LIMIT ?")
                        .params(id, limit)
                        .query(JdbcRateDrafts::read)
                        .list());
    }

    private static RateDraft read(ResultSet row, int number) throws SQLException {
        return new RateDraft(
                row.getLong("id"),
                JdbcTariffs.rate(row),
                row.getString("proposed_by"),
                DraftRows.instant(row, "proposed_at"),
                DraftRows.decision(row));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
