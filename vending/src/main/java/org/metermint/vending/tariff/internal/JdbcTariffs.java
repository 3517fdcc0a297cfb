package org.metermint.vending.tariff.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.metermint.tariff.RateVersion;
import org.metermint.tariff.Tariff;
import org.metermint.tariff.TariffPlan;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.tariff.TariffJson;
import org.metermint.vending.tariff.TariffLock;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.UtilitySettings;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcTariffs implements Tariffs {
    private record Key(UtilityId utility, String id, int version) {}

    /** Versions read by sales, which see committed ones only; a version never changes. */
    private final Map<Key, Tariff> committed = new ConcurrentHashMap<>();

    private final UtilityTransactions transactions;
    private final Utilities utilities;

    public JdbcTariffs(UtilityTransactions transactions, Utilities utilities) {
        this.transactions = transactions;
        this.utilities = utilities;
    }

    @Override
    public Tariff add(UtilityId utility, Tariff version) {
        return transactions.in(utility, sql -> {
            TariffLock.exclude(sql, utility, version.id());
            if (!takeUnlessInUse(sql, utility, version)) {
                throw new RefusedException(
                        RefusalCode.TARIFF_IN_USE,
                        "accounts use tariff " + version.id() + ", so that version " + version.version()
                                + " needs a second person: let one client propose it and another one approve it");
            }
            return version;
        });
    }

    /**
     * Adds a version of a tariff that no account uses; one that is there already is left as it is. The caller excludes
     * others by the lock on the tariff.
     *
     * @return false if nothing was done, since accounts use the tariff
     */
    boolean takeUnlessInUse(JdbcClient sql, UtilityId utility, Tariff version) {
        requireCurrency(utility, version);
        Optional<Tariff> present = version(utility, version.id(), version.version());
        if (present.isPresent()) {
            if (!present.get().equals(version)) {
                throw otherContent(version);
            }
            return true;
        }
        boolean used = sql.sql("SELECT EXISTS (SELECT 1 FROM account WHERE utility_id = ? AND tariff_id = ?)")
                .params(utility.value(), version.id())
                .query(Boolean.class)
                .single();
        if (!used) {
            insert(sql, utility, version);
        }
        return !used;
    }

    /** Makes a version, which must not be there. */
    void insert(JdbcClient sql, UtilityId utility, Tariff version) {
        requireCurrency(utility, version);
        int inserted = sql.sql("""
                        INSERT INTO tariff_version (utility_id, tariff_id, version, effective_from, document)
                        VALUES (?, ?, ?, ?, ?::jsonb) ON CONFLICT DO NOTHING
                        """)
                .params(
                        utility.value(),
                        version.id(),
                        version.version(),
                        version.effectiveFrom().atOffset(ZoneOffset.UTC),
                        TariffJson.write(version))
                .update();
        if (inserted == 0) {
            throw otherContent(version);
        }
    }

    private void requireCurrency(UtilityId utility, Tariff version) {
        UtilitySettings settings = utilities.get(utility).settings();
        if (!version.currency().equals(settings.currency()) || version.minorDigits() != settings.minorDigits()) {
            throw new RefusedException(
                    RefusalCode.CURRENCY_MISMATCH,
                    "tariff " + version.id() + " is in " + version.currency() + " with " + version.minorDigits()
                            + " decimals, the utility in " + settings.currency() + " with " + settings.minorDigits());
        }
    }

    private static RefusedException otherContent(Tariff version) {
        return new RefusedException(
                RefusalCode.ALREADY_EXISTS,
                "tariff " + version.id() + " version " + version.version()
                        + " has other content; a correction is a new version");
    }

    @Override
    public Optional<Tariff> inForce(UtilityId utility, String id, Instant at) {
        Optional<Integer> number = transactions.in(
                utility,
                sql -> sql.sql("""
                        SELECT version FROM tariff_version WHERE tariff_id = ? AND effective_from <= ?
                        ORDER BY effective_from DESC, version DESC LIMIT 1
                        """)
                        .params(id, at.atOffset(ZoneOffset.UTC))
                        .query(Integer.class)
                        .optional());
        return number.map(version -> committed.computeIfAbsent(
                new Key(utility, id, version),
                key -> version(utility, id, version).orElseThrow()));
    }

    @Override
    public Optional<Tariff> version(UtilityId utility, String id, int version) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT document FROM tariff_version WHERE tariff_id = ? AND version = ?")
                        .params(id, version)
                        .query((row, number) -> TariffJson.parse(row.getString(1)))
                        .optional());
    }

    @Override
    public List<Tariff> all(UtilityId utility) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT document FROM tariff_version ORDER BY tariff_id, version")
                        .query((row, number) -> TariffJson.parse(row.getString(1)))
                        .list());
    }

    @Override
    public RateVersion add(UtilityId utility, RateVersion version) {
        return transactions.in(utility, sql -> {
            if (!takeUnlessInUse(sql, utility, version)) {
                throw new RefusedException(
                        RefusalCode.TARIFF_IN_USE,
                        "a tariff that accounts use takes figures from rate table " + version.table()
                                + ", so that version " + version.version()
                                + " needs a second person: let one client propose it and another one approve it");
            }
            return version;
        });
    }

    /**
     * Adds a version of a rate table that no tariff in use names; one that is there already is left as it is.
     *
     * @return false if nothing was done, since a tariff in use names it
     */
    boolean takeUnlessInUse(JdbcClient sql, UtilityId utility, RateVersion version) {
        Optional<RateVersion> present = sql.sql("SELECT * FROM rate_version WHERE rate_table = ? AND version = ?")
                .params(version.table(), version.version())
                .query((row, number) -> rate(row))
                .optional();
        if (present.isPresent()) {
            if (!present.get().equals(version)) {
                throw otherFigure(version);
            }
            return true;
        }
        String[] naming = all(utility).stream()
                .filter(tariff -> TariffPlan.of(tariff).rateTables().contains(version.table()))
                .map(Tariff::id)
                .distinct()
                .sorted()
                .toArray(String[]::new);
        for (String tariff : naming) {
            TariffLock.exclude(sql, utility, tariff);
        }
        boolean used = sql.sql("SELECT EXISTS (SELECT 1 FROM account WHERE utility_id = ? AND tariff_id = ANY (?))")
                .params(utility.value(), naming)
                .query(Boolean.class)
                .single();
        if (!used) {
            insert(sql, utility, version);
        }
        return !used;
    }

    /** Makes a version of a rate table, which must not be there. */
    void insert(JdbcClient sql, UtilityId utility, RateVersion version) {
        int inserted = sql.sql("""
                        INSERT INTO rate_version (utility_id, rate_table, version, effective_from, rate)
                        VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """)
                .params(
                        utility.value(),
                        version.table(),
                        version.version(),
                        version.effectiveFrom().atOffset(ZoneOffset.UTC),
                        version.rate())
                .update();
        if (inserted == 0) {
            throw otherFigure(version);
        }
    }

    private static RefusedException otherFigure(RateVersion version) {
        return new RefusedException(
                RefusalCode.ALREADY_EXISTS,
                "rate table " + version.table() + " version " + version.version()
                        + " has another figure or instant; a correction is a new version");
    }

    @Override
    public List<RateVersion> rates(UtilityId utility) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT * FROM rate_version ORDER BY rate_table, version")
                        .query((row, number) -> rate(row))
                        .list());
    }

    static RateVersion rate(ResultSet row) throws SQLException {
        return new RateVersion(
                row.getString("rate_table"),
                row.getInt("version"),
                Objects.requireNonNull(row.getObject("effective_from", OffsetDateTime.class))
                        .toInstant(),
                row.getBigDecimal("rate"));
    }
}
