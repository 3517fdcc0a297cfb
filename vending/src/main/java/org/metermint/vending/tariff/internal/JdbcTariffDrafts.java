package org.metermint.vending.tariff.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.metermint.tariff.Tariff;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.tariff.TariffDraft;
import org.metermint.vending.tariff.TariffDrafts;
import org.metermint.vending.tariff.TariffJson;
import org.metermint.vending.tariff.TariffLock;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A row for each proposal, decided once, and the version in the same transaction. */
public final class JdbcTariffDrafts implements TariffDrafts {
    private final UtilityTransactions transactions;
    private final JdbcTariffs tariffs;
    private final Clock clock;

    public JdbcTariffDrafts(UtilityTransactions transactions, JdbcTariffs tariffs, Clock clock) {
        this.transactions = transactions;
        this.tariffs = tariffs;
        this.clock = clock;
    }

    @Override
    public Optional<TariffDraft> propose(ClientIdentity by, Tariff version) {
        by.require(Role.ADMINISTRATOR);
        return transactions.in(by.utility(), sql -> {
            TariffLock.exclude(sql, by.utility(), version.id());
            if (tariffs.takeUnlessInUse(sql, by.utility(), version)) {
                return Optional.empty();
            }
            requireAhead(version);
            int proposed = sql.sql("""
                            INSERT INTO tariff_draft (utility_id, tariff_id, version, document, proposed_by, proposed_at)
                            VALUES (?, ?, ?, ?::jsonb, ?, ?) ON CONFLICT DO NOTHING
                            """)
                    .params(
                            by.utility().value(),
                            version.id(),
                            version.version(),
                            TariffJson.write(version),
                            by.clientId(),
                            now().atOffset(ZoneOffset.UTC))
                    .update();
            TariffDraft standing =
                    last(sql, version.id(), version.version(), "").orElseThrow();
            boolean same =
                    standing.version().equals(version) && standing.proposedBy().equals(by.clientId());
            if (proposed == 0 && !same) {
                throw new RefusedException(
                        RefusalCode.ALREADY_EXISTS,
                        "another draft of tariff " + version.id() + " version " + version.version()
                                + " waits, proposed by " + standing.proposedBy()
                                + "; let it be decided, or choose another number");
            }
            return Optional.of(standing);
        });
    }

    @Override
    public TariffDraft approve(ClientIdentity by, String tariff, int version) {
        by.require(Role.FINANCE, Role.ADMINISTRATOR);
        return transactions.in(by.utility(), sql -> {
            TariffLock.exclude(sql, by.utility(), tariff);
            TariffDraft draft = lock(sql, tariff, version);
            if (DraftRows.isDecided(draft.decision(), by, true)) {
                return draft;
            }
            DraftRows.requireOther(draft.proposedBy(), by);
            requireAhead(draft.version());
            tariffs.insert(sql, by.utility(), draft.version());
            DraftRows.decide(sql, "tariff_draft", draft.id(), by, null, now());
            return find(by.utility(), tariff, version).orElseThrow();
        });
    }

    @Override
    public TariffDraft reject(ClientIdentity by, String tariff, int version, String reason) {
        by.require(Role.FINANCE, Role.ADMINISTRATOR);
        DraftRows.requireReason(reason);
        return transactions.in(by.utility(), sql -> {
            TariffDraft draft = lock(sql, tariff, version);
            if (DraftRows.isDecided(draft.decision(), by, false)) {
                return draft;
            }
            DraftRows.decide(sql, "tariff_draft", draft.id(), by, reason, now());
            return find(by.utility(), tariff, version).orElseThrow();
        });
    }

    private void requireAhead(Tariff version) {
        DraftRows.requireAhead(
                "effectiveFrom",
                version.effectiveFrom(),
                "tariff " + version.id() + " version " + version.version(),
                now());
    }

    private static TariffDraft lock(JdbcClient sql, String tariff, int version) {
        return last(sql, tariff, version, " FOR NO KEY UPDATE")
                .orElseThrow(() ->
                        new RefusedException(RefusalCode.NOT_FOUND, "there is no draft of that version of the tariff"));
    }

    @Override
    public Optional<TariffDraft> find(UtilityId utility, String tariff, int version) {
        return transactions.in(utility, sql -> last(sql, tariff, version, ""));
    }

    private static Optional<TariffDraft> last(JdbcClient sql, String tariff, int version, String lock) {
        return sql.sql("SELECT * FROM tariff_draft WHERE tariff_id = ? AND version = ? ORDER BY id DESC LIMIT 1" + lock)
                .params(tariff, version)
                .query(JdbcTariffDrafts::read)
                .optional();
    }

    @Override
    public List<TariffDraft> after(UtilityId utility, long id, int limit) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT * FROM tariff_draft WHERE id > ? ORDER BY id LIMIT ?")
                        .params(id, limit)
                        .query(JdbcTariffDrafts::read)
                        .list());
    }

    private static TariffDraft read(ResultSet row, int number) throws SQLException {
        return new TariffDraft(
                row.getLong("id"),
                TariffJson.parse(row.getString("document")),
                row.getString("proposed_by"),
                DraftRows.instant(row, "proposed_at"),
                DraftRows.decision(row));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
