package org.metermint.vending.tariff.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.tariff.RateVersion;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.tariff.RateDraft;
import org.metermint.vending.tariff.RateDrafts;
import org.metermint.vending.tariff.TariffDraft;
import org.metermint.vending.tariff.TariffDrafts;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A row for each proposal, decided once, and the version in the same transaction. */
public final class JdbcRateDrafts implements RateDrafts {
    private static final int LONGEST_REASON = 200;

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
            if (isDecided(draft, by, true)) {
                return draft;
            }
            if (draft.proposedBy().equals(by.clientId())) {
                throw new RefusedException(
                        RefusalCode.SECOND_PERSON_NEEDED, "the client proposed it, and cannot approve it");
            }
            requireAhead(draft.version());
            tariffs.insert(sql, by.utility(), draft.version());
            decide(sql, by, draft, "APPROVED", null);
            return last(sql, table, version, "").orElseThrow();
        });
    }

    @Override
    public RateDraft reject(ClientIdentity by, String table, int version, String reason) {
        by.require(Role.FINANCE, Role.ADMINISTRATOR);
        if (reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "reason of " + reason.length() + " characters is outside 1.." + LONGEST_REASON + ", or blank");
        }
        return transactions.in(by.utility(), sql -> {
            RateDraft draft = lock(sql, table, version);
            if (isDecided(draft, by, false)) {
                return draft;
            }
            decide(sql, by, draft, "REJECTED", reason);
            return last(sql, table, version, "").orElseThrow();
        });
    }

    /** Sales before its instant were priced by another figure, and stay so. */
    private void requireAhead(RateVersion version) {
        Instant earliest = now().plus(TariffDrafts.LEAD);
        if (version.effectiveFrom().isBefore(earliest)) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "effective_from " + version.effectiveFrom() + " of rate table " + version.table() + " version "
                            + version.version() + " lies before " + earliest
                            + "; a tariff in use names the table, propose it with a later instant");
        }
    }

    /** Whether this very decision stands already. */
    private static boolean isDecided(RateDraft draft, ClientIdentity by, boolean approved) {
        Optional<TariffDraft.Decision> decision = draft.decision();
        if (decision.isEmpty()) {
            return false;
        }
        if (decision.get().approved() != approved || !decision.get().by().equals(by.clientId())) {
            throw new RefusedException(
                    RefusalCode.ALREADY_DECIDED,
                    "it was " + (decision.get().approved() ? "approved" : "rejected") + " at "
                            + decision.get().at());
        }
        return true;
    }

    private void decide(JdbcClient sql, ClientIdentity by, RateDraft draft, String decision, @Nullable String reason) {
        sql.sql("""
                        UPDATE rate_draft SET decision = ?, decided_by = ?, decided_at = ?, reason = ?
                        WHERE utility_id = ? AND id = ? AND decision IS NULL
                        """)
                .params(Arrays.asList(
                        decision,
                        by.clientId(),
                        now().atOffset(ZoneOffset.UTC),
                        reason,
                        by.utility().value(),
                        draft.id()))
                .update();
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
        String decision = row.getString("decision");
        return new RateDraft(
                row.getLong("id"),
                JdbcTariffs.rate(row),
                row.getString("proposed_by"),
                instant(row, "proposed_at"),
                decision == null
                        ? Optional.empty()
                        : Optional.of(new TariffDraft.Decision(
                                decision.equals("APPROVED"),
                                row.getString("decided_by"),
                                instant(row, "decided_at"),
                                Optional.ofNullable(row.getString("reason")))));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(row.getObject(column, OffsetDateTime.class))
                .toInstant();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
