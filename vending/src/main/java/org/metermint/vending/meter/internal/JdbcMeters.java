package org.metermint.vending.meter.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.token.BaseDate;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.meter.Meter;
import org.metermint.vending.meter.MeterCredit;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.meter.Meters;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.supply.SupplyGroups;

public final class JdbcMeters implements Meters {
    private final UtilityTransactions transactions;
    private final SupplyGroups supplyGroups;

    public JdbcMeters(UtilityTransactions transactions, SupplyGroups supplyGroups) {
        this.transactions = transactions;
        this.supplyGroups = supplyGroups;
    }

    @Override
    public Meter register(UtilityId utility, Meter meter) {
        return transactions.in(utility, sql -> {
            if (supplyGroups.find(utility, meter.supplyGroup()).isEmpty()) {
                throw new RefusedException(
                        RefusalCode.NOT_FOUND,
                        "supply group " + meter.supplyGroup().digits() + " is not registered; register it first");
            }
            sql.sql("""
                            INSERT INTO meter (utility_id, pan, algorithm, supply_group, key_revision, tariff_index,
                                key_type, key_change_tokens, status, last_tid_1993, last_tid_2014, last_tid_2035,
                                credit)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                            """)
                    .params(Arrays.asList(
                            utility.value(),
                            meter.pan().digits(),
                            meter.algorithm().number(),
                            meter.supplyGroup().digits(),
                            meter.revision().value(),
                            meter.tariffIndex().value(),
                            meter.keyType().number(),
                            meter.keyChangeTokens(),
                            meter.status().name(),
                            last(meter, BaseDate.BASE_1993),
                            last(meter, BaseDate.BASE_2014),
                            last(meter, BaseDate.BASE_2035),
                            meter.credit().name()))
                    .update();
            return find(utility, meter.pan())
                    .filter(present -> equalBesidesSales(present, meter))
                    .orElseThrow(() -> new RefusedException(
                            RefusalCode.ALREADY_EXISTS, "the meter is registered with other values"));
        });
    }

    /** Whether two records are the same meter; a sale since the first registration moves identifiers on. */
    private static boolean equalBesidesSales(Meter present, Meter offered) {
        return present.algorithm() == offered.algorithm()
                && present.supplyGroup().equals(offered.supplyGroup())
                && present.revision().equals(offered.revision())
                && present.tariffIndex().equals(offered.tariffIndex())
                && present.keyType() == offered.keyType()
                && present.keyChangeTokens() == offered.keyChangeTokens()
                && present.credit() == offered.credit()
                && offered.lastTokenIdentifiers().entrySet().stream().allMatch(entry -> {
                    TokenIdentifier last = present.lastTokenIdentifiers().get(entry.getKey());
                    return last != null && last.compareTo(entry.getValue()) >= 0;
                });
    }

    private static @Nullable Integer last(Meter meter, BaseDate base) {
        TokenIdentifier tid = meter.lastTokenIdentifiers().get(base);
        return tid == null ? null : tid.minutes();
    }

    @Override
    public Meter setStatus(UtilityId utility, MeterPan pan, MeterStatus status) {
        return transactions.in(utility, sql -> {
            sql.sql("UPDATE meter SET status = ? WHERE pan = ?")
                    .params(status.name(), pan.digits())
                    .update();
            return find(utility, pan)
                    .orElseThrow(() -> new RefusedException(
                            RefusalCode.METER_UNKNOWN, "the meter is not registered with this utility"));
        });
    }

    @Override
    public Optional<Meter> find(UtilityId utility, MeterPan pan) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT * FROM meter WHERE pan = ?")
                        .param(pan.digits())
                        .query(JdbcMeters::read)
                        .optional());
    }

    private static Meter read(ResultSet row, int number) throws SQLException {
        Map<BaseDate, TokenIdentifier> last = new EnumMap<>(BaseDate.class);
        for (BaseDate base : BaseDate.values()) {
            Integer minutes = row.getObject("last_tid_" + base.year(), Integer.class);
            if (minutes != null) {
                last.put(base, new TokenIdentifier(minutes));
            }
        }
        return new Meter(
                new MeterPan(row.getString("pan")),
                EncryptionAlgorithm.ofNumber(row.getInt("algorithm")),
                SupplyGroupCode.parse(row.getString("supply_group")),
                new KeyRevisionNumber(row.getInt("key_revision")),
                new TariffIndex(row.getInt("tariff_index")),
                KeyType.ofNumber(row.getInt("key_type")),
                row.getInt("key_change_tokens"),
                MeterStatus.valueOf(row.getString("status")),
                last,
                MeterCredit.valueOf(row.getString("credit")));
    }
}
