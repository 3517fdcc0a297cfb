package org.metermint.vending.sale.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.metermint.token.MeterPan;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.debt.OwedDebt;
import org.metermint.vending.sale.internal.BatchTransaction.Look;

/** What a batch looks at of some accounts only, once their rows are locked and say that there is something. */
final class AccountLooks {
    private static final String ENTITLEMENTS = LockedMeter.ENTITLEMENTS.formatted("nextval('receipt_number')");

    private final Connection connection;
    private final UtilityId utility;

    /** Looks in the transaction of a connection. */
    AccountLooks(Connection connection, UtilityId utility) {
        this.connection = connection;
        this.utility = utility;
    }

    /** The same look, with the debts of those who owe: they are locked with their accounts. */
    Look withDebts(Look look) throws SQLException {
        Map<Long, MeterPan> owing = new HashMap<>();
        look.meters().forEach((pan, meter) -> {
            if (meter.owes()) {
                owing.put(meter.accountId(), pan);
            }
        });
        if (owing.isEmpty()) {
            return look;
        }
        Map<MeterPan, List<OwedDebt>> debts = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(LockedMeter.DEBTS)) {
            statement.setLong(1, utility.value());
            statement.setArray(2, numbers(owing.keySet().stream()));
            for (ResultSet row = statement.executeQuery(); row.next(); ) {
                debts.computeIfAbsent(owing.get(row.getLong("account_id")), pan -> new ArrayList<>())
                        .add(OwedDebt.read(row));
            }
        }
        Map<MeterPan, LockedMeter> meters = new HashMap<>(look.meters());
        debts.forEach((pan, found) -> meters.computeIfPresent(pan, (key, meter) -> meter.owing(found)));
        return look.with(meters);
    }

    /** The same look, with what those are entitled to who have not had the free units of a month. */
    Look withEntitlements(Look look, YearMonth month) throws SQLException {
        Map<Long, LockedMeter> entitled = new TreeMap<>();
        look.meters().values().stream()
                .filter(meter -> meter.entitlementList() != null && !meter.hasFreeUnitsOf(month))
                .forEach(meter -> entitled.put(meter.accountId(), meter));
        if (entitled.isEmpty()) {
            return look;
        }
        Map<MeterPan, LockedMeter> meters = new HashMap<>(look.meters());
        try (PreparedStatement statement = connection.prepareStatement(ENTITLEMENTS)) {
            statement.setArray(1, texts(entitled.values().stream().map(LockedMeter::entitlementList)));
            statement.setArray(2, numbers(entitled.keySet().stream()));
            statement.setLong(3, utility.value());
            for (ResultSet row = statement.executeQuery(); row.next(); ) {
                LockedMeter meter = Objects.requireNonNull(entitled.get(row.getLong("account_id")));
                meters.put(meter.key().pan(), meter.entitled(LockedMeter.Entitled.read(row)));
            }
        }
        return look.with(meters);
    }

    private java.sql.Array texts(Stream<? extends @Nullable String> values) throws SQLException {
        return connection.createArrayOf("text", values.toArray());
    }

    private java.sql.Array numbers(Stream<Long> values) throws SQLException {
        return connection.createArrayOf("bigint", values.toArray());
    }
}
