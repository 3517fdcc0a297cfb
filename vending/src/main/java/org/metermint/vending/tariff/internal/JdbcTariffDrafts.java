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
    private static final int LONGEST_REASON = 200;

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
            if (draft.decision().isPresent()) {
                return decidedBefore(draft, by, true);
            }
            if (draft.proposedBy().equals(by.clientId())) {
                throw new RefusedException(
                        RefusalCode.SECOND_PERSON_NEEDED, "the client proposed it, and cannot approve it");
            }
            requireAhead(draft.version());
            tariffs.insert(sql, by.utility(), draft.version());
            decide(sql, by, draft, "APPROVED", null);
            return find(by.utility(), tariff, version).orElseThrow();
        });
    }

    @Override
    public TariffDraft reject(ClientIdentity by, String tariff, int version, String reason) {
        by.require(Role.FINANCE, Role.ADMINISTRATOR);
        if (reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "reason of " + reason.length() + " characters is outside 1.." + LONGEST_REASON + ", or blank");
        }
        return transactions.in(by.utility(), sql -> {
            TariffDraft draft = lock(sql, tariff, version);
            if (draft.decision().isPresent()) {
                return decidedBefore(draft, by, false);
            }
            decide(sql, by, draft, "REJECTED", reason);
            return find(by.utility(), tariff, version).orElseThrow();
        });
    }

    /** Sales before its instant were priced by another version, and stay so: a version must be known before it begins. */
    private void requireAhead(Tariff version) {
        Instant earliest = now().plus(LEAD);
        if (version.effectiveFrom().isBefore(earliest)) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "effectiveFrom " + version.effectiveFrom() + " of tariff " + version.id() + " version "
                            + version.version() + " lies before " + earliest
                            + "; accounts use the tariff, propose it with a later instant");
        }
    }

    private static TariffDraft decidedBefore(TariffDraft draft, ClientIdentity by, boolean approved) {
        TariffDraft.Decision decision = draft.decision().orElseThrow();
        if (decision.approved() != approved || !decision.by().equals(by.clientId())) {
            throw new RefusedException(
                    RefusalCode.ALREADY_DECIDED,
                    "it was " + (decision.approved() ? "approved" : "rejected") + " at " + decision.at());
        }
        return draft;
    }

    private void decide(
            JdbcClient sql, ClientIdentity by, TariffDraft draft, String decision, @Nullable String reason) {
        sql.sql("""
                        UPDATE tariff_draft SET decision = ?, decided_by = ?, decided_at = ?, reason = ?
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
        String decision = row.getString("decision");
        return new TariffDraft(
                row.getLong("id"),
                TariffJson.parse(row.getString("document")),
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
