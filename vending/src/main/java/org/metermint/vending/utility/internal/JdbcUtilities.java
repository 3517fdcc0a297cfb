package org.metermint.vending.utility.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.utility.KeyChangePolicy;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.utility.UtilitySettings;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcUtilities implements Utilities {
    private static final Pattern CODE = Pattern.compile("[a-z0-9-]{1,32}");

    private final UtilityTransactions transactions;
    private final Clock clock;

    public JdbcUtilities(UtilityTransactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public Utility register(String code, UtilitySettings settings) {
        if (!CODE.matcher(code).matches()) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID, "utility code '" + code + "' is not 1..32 of a-z, 0-9 and '-'");
        }
        Optional<Utility> present = byCode(code);
        if (present.isEmpty()) {
            insert(code, settings);
            present = byCode(code);
        }
        return present.filter(utility -> utility.settings().equals(settings))
                .orElseThrow(() -> new RefusedException(
                        RefusalCode.ALREADY_EXISTS, "utility code " + code + " belongs to one with other settings"));
    }

    private void insert(String code, UtilitySettings settings) {
        long id = transactions.inNone(
                sql -> sql.sql("SELECT nextval('utility_id')").query(Long.class).single());
        transactions.in(
                new UtilityId(id),
                sql -> sql.sql("""
                                INSERT INTO utility (utility_id, code, name, currency, minor_digits, zone, key_change,
                                    smallest_tender, largest_tender, created_at)
                                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                                ON CONFLICT (code) DO NOTHING
                                """)
                        .params(
                                id,
                                code,
                                settings.name(),
                                settings.currency(),
                                settings.minorDigits(),
                                settings.zone().getId(),
                                settings.keyChange().name(),
                                settings.smallestTender(),
                                settings.largestTender(),
                                clock.instant().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC))
                        .update());
    }

    @Override
    public Utility change(UtilityId id, UtilitySettings settings) {
        return transactions.in(id, sql -> {
            UtilitySettings old = get(id).settings();
            if (!old.currency().equals(settings.currency()) || old.minorDigits() != settings.minorDigits()) {
                throw new RefusedException(
                        RefusalCode.FIELD_INVALID,
                        "currency and minorDigits stay " + old.currency() + " and " + old.minorDigits()
                                + ", because the books are kept in them");
            }
            sql.sql("""
                            UPDATE utility SET name = ?, zone = ?, key_change = ?, smallest_tender = ?,
                                largest_tender = ?
                            """)
                    .params(
                            settings.name(),
                            settings.zone().getId(),
                            settings.keyChange().name(),
                            settings.smallestTender(),
                            settings.largestTender())
                    .update();
            return get(id);
        });
    }

    @Override
    public Utility get(UtilityId id) {
        return transactions
                .in(id, sql -> select(sql))
                .orElseThrow(() -> new RefusedException(RefusalCode.NOT_FOUND, "there is no utility of that id"));
    }

    private static Optional<Utility> select(JdbcClient sql) {
        return sql.sql("SELECT * FROM utility").query(JdbcUtilities::read).optional();
    }

    @Override
    public Optional<Utility> byCode(String code) {
        return transactions
                .inNone(sql -> sql.sql("SELECT utility_id FROM utility_directory() WHERE code = ?")
                        .param(code)
                        .query(Long.class)
                        .optional())
                .map(id -> get(new UtilityId(id)));
    }

    @Override
    public List<UtilityId> all() {
        return transactions.inNone(sql -> sql.sql("SELECT utility_id FROM utility_directory() ORDER BY utility_id")
                .query((row, number) -> new UtilityId(row.getLong(1)))
                .list());
    }

    private static Utility read(ResultSet row, int number) throws SQLException {
        Instant createdAt = row.getObject("created_at", OffsetDateTime.class).toInstant();
        return new Utility(
                new UtilityId(row.getLong("utility_id")),
                row.getString("code"),
                new UtilitySettings(
                        row.getString("name"),
                        row.getString("currency"),
                        row.getInt("minor_digits"),
                        ZoneId.of(row.getString("zone")),
                        KeyChangePolicy.valueOf(row.getString("key_change")),
                        row.getLong("smallest_tender"),
                        row.getLong("largest_tender")),
                createdAt);
    }
}
