package org.metermint.vending.entitlement.internal;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.entitlement.Claim;
import org.metermint.vending.entitlement.Entitlement;
import org.metermint.vending.entitlement.EntitlementList;
import org.metermint.vending.entitlement.Entitlements;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.utility.UtilitySettings;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcEntitlements implements Entitlements {
    private static final String LIST = """
            SELECT l.*, count(e.account_id) AS accounts, coalesce(sum(e.tenths), 0) AS tenths
            FROM entitlement_list l LEFT JOIN entitlement e ON e.utility_id = l.utility_id AND e.list = l.reference
            WHERE l.utility_id = ? %s GROUP BY l.utility_id, l.reference ORDER BY l.recorded_at DESC, l.reference
            """;

    private final UtilityTransactions transactions;
    private final Utilities utilities;
    private final Clock clock;

    public JdbcEntitlements(UtilityTransactions transactions, Utilities utilities, Clock clock) {
        this.transactions = transactions;
        this.utilities = utilities;
        this.clock = clock;
    }

    @Override
    public EntitlementList record(ClientIdentity by, String reference, EntitlementList.Terms terms) {
        by.require(Role.ADMINISTRATOR, Role.FINANCE);
        checked(() -> {
            EntitlementList.requireReference(reference);
            return reference;
        });
        return transactions.in(by.utility(), sql -> {
            sql.sql("""
                            INSERT INTO entitlement_list (utility_id, reference, funder, automatic, most_average, rate,
                                recorded_by, recorded_at)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                            """)
                    .params(Arrays.asList(
                            by.utility().value(),
                            reference,
                            terms.funder(),
                            terms.automatic(),
                            terms.mostAverage().orElse(null),
                            terms.rate().orElse(null),
                            by.clientId(),
                            now()))
                    .update();
            EntitlementList standing = find(by.utility(), reference).orElseThrow();
            if (!standing.terms().equals(terms) || !standing.recordedBy().equals(by.clientId())) {
                throw new RefusedException(
                        RefusalCode.ALREADY_EXISTS, "there is another list of that reference; take a new one");
            }
            return standing;
        });
    }

    @Override
    public boolean add(
            UtilityId utility, String list, String account, long tenths, YearMonth first, Optional<YearMonth> last) {
        Entitlement wanted = checked(() -> new Entitlement(list, tenths, first, last, false, Optional.empty()));
        return transactions.in(utility, sql -> {
            requireOpen(sql, utility, list);
            long owner = sql.sql("SELECT id FROM account WHERE utility_id = ? AND number = ?")
                    .params(utility.value(), account)
                    .query(Long.class)
                    .optional()
                    .orElseThrow(() -> new RefusedException(RefusalCode.NOT_FOUND, "this utility has no such account"));
            int added = sql.sql("""
                            INSERT INTO entitlement (utility_id, list, account_id, tenths, first_month, last_month)
                            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                            """)
                    .params(Arrays.asList(
                            utility.value(),
                            list,
                            owner,
                            tenths,
                            first.atDay(1),
                            last.map(month -> month.atDay(1)).orElse(null)))
                    .update();
            if (added == 0 && !row(sql, utility, list, owner).equals(wanted)) {
                throw new RefusedException(
                        RefusalCode.ALREADY_EXISTS,
                        "the account stands on the list with other units or months; reject the list and record another");
            }
            return added == 1;
        });
    }

    private static Entitlement row(JdbcClient sql, UtilityId utility, String list, long account) {
        return sql.sql("""
                        SELECT *, false AS automatic, NULL::numeric AS most_average FROM entitlement
                        WHERE utility_id = ? AND list = ? AND account_id = ?
                        """)
                .params(utility.value(), list, account)
                .query((row, number) -> Entitlement.read(row))
                .single();
    }

    @Override
    public EntitlementList approve(ClientIdentity by, String reference) {
        by.require(Role.FINANCE);
        return transactions.in(by.utility(), sql -> {
            EntitlementList list = lock(sql, by.utility(), reference);
            if (isDecided(list, by, true)) {
                return list;
            }
            if (list.recordedBy().equals(by.clientId())) {
                throw new RefusedException(
                        RefusalCode.SECOND_PERSON_NEEDED, "the client recorded the list, and cannot approve it");
            }
            if (list.accounts() == 0) {
                throw new RefusedException(
                        RefusalCode.FIELD_INVALID, "nobody is on the list; put accounts on it, or reject it");
            }
            decide(sql, by, reference, "APPROVED");
            // in the order in which sales lock accounts, so that neither waits for the other in a circle
            sql.sql("""
                            SELECT count(*) FROM (
                                SELECT 1 FROM account a
                                JOIN entitlement e ON e.utility_id = a.utility_id AND e.account_id = a.id
                                LEFT JOIN meter m ON m.utility_id = a.utility_id AND m.id = a.meter_id
                                WHERE e.utility_id = ? AND e.list = ? ORDER BY m.pan FOR NO KEY UPDATE OF a) AS locked
                            """)
                    .params(by.utility().value(), reference)
                    .query(Long.class)
                    .single();
            sql.sql("""
                            UPDATE account a SET entitlement_list = CASE WHEN e.tenths > 0 THEN e.list END
                            FROM entitlement e
                            WHERE a.utility_id = ? AND e.utility_id = a.utility_id AND e.list = ? AND e.account_id = a.id
                            """).params(by.utility().value(), reference).update();
            return find(by.utility(), reference).orElseThrow();
        });
    }

    @Override
    public EntitlementList reject(ClientIdentity by, String reference) {
        by.require(Role.FINANCE);
        return transactions.in(by.utility(), sql -> {
            EntitlementList list = lock(sql, by.utility(), reference);
            if (isDecided(list, by, false)) {
                return list;
            }
            if (list.recordedBy().equals(by.clientId())) {
                throw new RefusedException(
                        RefusalCode.SECOND_PERSON_NEEDED, "the client recorded the list, and cannot decide about it");
            }
            decide(sql, by, reference, "REJECTED");
            return find(by.utility(), reference).orElseThrow();
        });
    }

    /** Whether this very decision stands already. */
    private static boolean isDecided(EntitlementList list, ClientIdentity by, boolean approved) {
        return list.decision()
                .map(decision -> {
                    if (decision.approved() != approved || !decision.by().equals(by.clientId())) {
                        throw decided(decision);
                    }
                    return true;
                })
                .orElse(false);
    }

    /** Without counting who is on it: asked for each of many accounts. */
    private static void requireOpen(JdbcClient sql, UtilityId utility, String reference) {
        Optional<EntitlementList.Decision> decision = sql.sql("""
                        SELECT decision, decided_by, decided_at FROM entitlement_list
                        WHERE utility_id = ? AND reference = ? FOR NO KEY UPDATE
                        """)
                .params(utility.value(), reference)
                .query((row, number) -> decision(row))
                .optional()
                .orElseThrow(JdbcEntitlements::missing);
        decision.ifPresent(made -> {
            throw decided(made);
        });
    }

    private static RefusedException missing() {
        return new RefusedException(RefusalCode.NOT_FOUND, "this utility has no such list");
    }

    private static RefusedException decided(EntitlementList.Decision decision) {
        return new RefusedException(
                RefusalCode.ALREADY_DECIDED,
                "the list was " + (decision.approved() ? "approved" : "rejected") + " at " + decision.at()
                        + "; what changes comes by a new list");
    }

    private void decide(JdbcClient sql, ClientIdentity by, String reference, String decision) {
        sql.sql("""
                        UPDATE entitlement_list SET decision = ?, decided_by = ?, decided_at = ?
                        WHERE utility_id = ? AND reference = ?
                        """)
                .params(decision, by.clientId(), now(), by.utility().value(), reference)
                .update();
    }

    private static EntitlementList lock(JdbcClient sql, UtilityId utility, String reference) {
        sql.sql("SELECT 1 FROM entitlement_list WHERE utility_id = ? AND reference = ? FOR NO KEY UPDATE")
                .params(utility.value(), reference)
                .query()
                .listOfRows();
        return find(sql, utility, reference).orElseThrow(JdbcEntitlements::missing);
    }

    @Override
    public Optional<EntitlementList> find(UtilityId utility, String reference) {
        return transactions.in(utility, sql -> find(sql, utility, reference));
    }

    private static Optional<EntitlementList> find(JdbcClient sql, UtilityId utility, String reference) {
        return sql.sql(LIST.formatted("AND l.reference = ?"))
                .params(utility.value(), reference)
                .query(JdbcEntitlements::read)
                .optional();
    }

    @Override
    public List<EntitlementList> all(UtilityId utility) {
        return transactions.in(
                utility,
                sql -> sql.sql(LIST.formatted(""))
                        .params(utility.value())
                        .query(JdbcEntitlements::read)
                        .list());
    }

    private static EntitlementList read(ResultSet row, int number) throws SQLException {
        return new EntitlementList(
                row.getString("reference"),
                new EntitlementList.Terms(
                        row.getString("funder"),
                        row.getBoolean("automatic"),
                        Optional.ofNullable(row.getBigDecimal("most_average")),
                        Optional.ofNullable(row.getBigDecimal("rate"))),
                row.getLong("accounts"),
                BigDecimal.valueOf(row.getLong("tenths"), 1),
                row.getString("recorded_by"),
                Objects.requireNonNull(row.getObject("recorded_at", OffsetDateTime.class))
                        .toInstant(),
                decision(row));
    }

    private static Optional<EntitlementList.Decision> decision(ResultSet row) throws SQLException {
        String decision = row.getString("decision");
        return decision == null
                ? Optional.empty()
                : Optional.of(new EntitlementList.Decision(
                        decision.equals("APPROVED"),
                        row.getString("decided_by"),
                        Objects.requireNonNull(row.getObject("decided_at", OffsetDateTime.class))
                                .toInstant()));
    }

    @Override
    public Optional<Entitlement> of(UtilityId utility, String account) {
        return transactions.in(
                utility,
                sql -> sql.sql("""
                        SELECT e.*, l.automatic, l.most_average FROM account a
                        JOIN entitlement e ON e.utility_id = a.utility_id AND e.account_id = a.id
                            AND e.list = a.entitlement_list
                        JOIN entitlement_list l ON l.utility_id = e.utility_id AND l.reference = e.list
                        WHERE a.utility_id = ? AND a.number = ?
                        """)
                        .params(utility.value(), account)
                        .query((row, number) -> Entitlement.read(row))
                        .optional());
    }

    @Override
    public List<Claim> claims(UtilityId utility, YearMonth month) {
        Utility owner = utilities.get(utility);
        LocalDate first = month.atDay(1);
        return transactions.in(
                utility,
                sql -> sql.sql("""
                        SELECT s.entitlement_list AS list, l.funder, l.rate,
                            count(*) FILTER (WHERE o.state = 'ISSUED') AS accounts,
                            coalesce(sum(s.credit_steps) FILTER (WHERE o.state = 'ISSUED'), 0) AS tenths,
                            count(*) FILTER (WHERE o.sale_id IS NULL) AS open
                        FROM sale s
                        JOIN entitlement_list l ON l.utility_id = s.utility_id AND l.reference = s.entitlement_list
                        LEFT JOIN sale_outcome o ON o.utility_id = s.utility_id AND o.sale_id = s.id
                        WHERE s.utility_id = :utility AND s.entitlement_list IS NOT NULL
                            AND s.id >= id_at(:from) AND s.id < id_at(:until) AND s.position_month = :month
                        GROUP BY 1, 2, 3
                        HAVING count(*) FILTER (WHERE o.state = 'ISSUED' OR o.sale_id IS NULL) > 0
                        ORDER BY 1
                        """)
                        .param("utility", utility.value())
                        // ids may lie a little beside the instants of their sales: the month is in the row
                        .param("from", start(first.minusDays(1), owner.settings()))
                        .param("until", start(first.plusMonths(1).plusDays(1), owner.settings()))
                        .param("month", first)
                        .query((row, number) -> claim(row, owner))
                        .list());
    }

    private static OffsetDateTime start(LocalDate day, UtilitySettings settings) {
        return day.atStartOfDay(settings.zone()).toInstant().atOffset(ZoneOffset.UTC);
    }

    private static Claim claim(ResultSet row, Utility owner) throws SQLException {
        long tenths = row.getLong("tenths");
        return new Claim(
                row.getString("list"),
                row.getString("funder"),
                row.getLong("accounts"),
                tenths,
                row.getLong("open"),
                Optional.ofNullable(row.getBigDecimal("rate"))
                        .map(rate -> rate.multiply(BigDecimal.valueOf(tenths, 1))
                                .setScale(owner.settings().minorDigits(), RoundingMode.HALF_UP)
                                .unscaledValue()
                                .longValueExact())
                        .map(owner::money));
    }

    private static <T> T checked(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RefusalCode.FIELD_INVALID, String.valueOf(e.getMessage()));
        }
    }

    private OffsetDateTime now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC);
    }
}
