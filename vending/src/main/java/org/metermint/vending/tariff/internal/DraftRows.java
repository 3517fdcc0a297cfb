package org.metermint.vending.tariff.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.tariff.TariffDraft;
import org.metermint.vending.tariff.TariffDrafts;
import org.metermint.vending.vendor.ClientIdentity;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What drafts of versions and of figures have in common: a row that another person decides about, once. */
final class DraftRows {
    private static final int LONGEST_REASON = 200;

    private DraftRows() {}

    /** Lets a reason pass that says something. */
    static void requireReason(String reason) {
        if (reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "reason of " + reason.length() + " characters is outside 1.." + LONGEST_REASON + ", or blank");
        }
    }

    /** Sales before its instant were priced without it, and stay so: what changes prices must be known before it begins. */
    static void requireAhead(String field, Instant from, String what, Instant now) {
        Instant earliest = now.plus(TariffDrafts.LEAD);
        if (from.isBefore(earliest)) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    field + " " + from + " of " + what + " lies before " + earliest
                            + "; accounts use the tariff, propose it with a later instant");
        }
    }

    /** Lets pass only who did not propose it. */
    static void requireOther(String proposedBy, ClientIdentity by) {
        if (proposedBy.equals(by.clientId())) {
            throw new RefusedException(
                    RefusalCode.SECOND_PERSON_NEEDED, "the client proposed it, and cannot approve it");
        }
    }

    /** Whether this very decision stands already; throws if another does. */
    static boolean isDecided(Optional<TariffDraft.Decision> decision, ClientIdentity by, boolean approved) {
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

    /** Writes a decision: approved, unless there is a reason against it. */
    static void decide(JdbcClient sql, String table, long id, ClientIdentity by, @Nullable String reason, Instant now) {
        sql.sql("UPDATE " + table + """
                         SET decision = ?, decided_by = ?, decided_at = ?, reason = ?
                        WHERE utility_id = ? AND id = ? AND decision IS NULL
                        """)
                .params(Arrays.asList(
                        reason == null ? "APPROVED" : "REJECTED",
                        by.clientId(),
                        now.atOffset(ZoneOffset.UTC),
                        reason,
                        by.utility().value(),
                        id))
                .update();
    }

    static Optional<TariffDraft.Decision> decision(ResultSet row) throws SQLException {
        String decision = row.getString("decision");
        return decision == null
                ? Optional.empty()
                : Optional.of(new TariffDraft.Decision(
                        decision.equals("APPROVED"),
                        row.getString("decided_by"),
                        instant(row, "decided_at"),
                        Optional.ofNullable(row.getString("reason"))));
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(row.getObject(column, OffsetDateTime.class))
                .toInstant();
    }
}
