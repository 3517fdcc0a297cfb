package org.metermint.vending.sale.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.MeterKeyState;
import org.metermint.tariff.AccountFacts;
import org.metermint.tariff.AccountPosition;
import org.metermint.token.BaseDate;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.debt.OwedDebt;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.tariff.KeptFacts;
import org.metermint.vending.tariff.KeptPosition;

/**
 * Meter and account as they stand under lock.
 *
 * @param currency whether the meter takes money as credit and prices it itself
 * @param owes whether there may be debts to recover
 * @param debts what they are, once somebody looked
 * @param lastSaleId the sale before
 * @param open whether the sale before is undecided
 */
record LockedMeter(
        long accountId,
        String accountNumber,
        SupplyGroupCode accountSupplyGroup,
        TariffIndex accountTariffIndex,
        String tariffId,
        AccountFacts facts,
        AccountPosition position,
        boolean owes,
        List<OwedDebt> debts,
        long meterId,
        MeterKeyState key,
        int keyChangeTokens,
        MeterStatus status,
        boolean currency,
        @Nullable TokenIdentifier last1993,
        @Nullable TokenIdentifier last2014,
        @Nullable TokenIdentifier last2035,
        @Nullable UUID lastSaleId,
        boolean open) {
    /** The columns that {@link #read} reads, of a meter {@code m} and its account {@code a}. */
    static final String COLUMNS = """
            m.id AS meter_id, m.pan, m.algorithm, m.supply_group, m.key_revision, m.tariff_index, m.key_type,
            m.key_change_tokens, m.status, m.credit, m.last_tid_1993, m.last_tid_2014, m.last_tid_2035, m.last_sale_id,
            a.id AS account_id, a.number AS account_number, a.supply_group AS account_supply_group,
            a.tariff_index AS account_tariff_index, a.tariff_id, a.position_month, a.position_units,
            a.position_at, a.position_more, a.usage_class, a.average_units, a.kilowatts, a.phases, a.opened_on, a.owes
            """;

    /** The debts to recover of accounts. */
    static final String DEBTS = """
            SELECT * FROM debt WHERE utility_id = ? AND account_id = ANY (?) AND method IS NOT NULL AND balance > 0
            """;

    /** The same, once somebody looked at what it owes. */
    LockedMeter owing(List<OwedDebt> found) {
        return new LockedMeter(
                accountId,
                accountNumber,
                accountSupplyGroup,
                accountTariffIndex,
                tariffId,
                facts,
                position,
                owes,
                found,
                meterId,
                key,
                keyChangeTokens,
                status,
                currency,
                last1993,
                last2014,
                last2035,
                lastSaleId,
                open);
    }

    Optional<TokenIdentifier> lastTid(BaseDate base) {
        return Optional.ofNullable(
                switch (base) {
                    case BASE_1993 -> last1993;
                    case BASE_2014 -> last2014;
                    case BASE_2035 -> last2035;
                });
    }

    static LockedMeter read(ResultSet row) throws SQLException {
        return new LockedMeter(
                row.getLong("account_id"),
                row.getString("account_number"),
                SupplyGroupCode.parse(row.getString("account_supply_group")),
                new TariffIndex(row.getInt("account_tariff_index")),
                row.getString("tariff_id"),
                KeptFacts.read(row),
                KeptPosition.read(row),
                row.getBoolean("owes"),
                List.of(),
                row.getLong("meter_id"),
                new MeterKeyState(
                        new MeterPan(row.getString("pan")),
                        EncryptionAlgorithm.ofNumber(row.getInt("algorithm")),
                        SupplyGroupCode.parse(row.getString("supply_group")),
                        new TariffIndex(row.getInt("tariff_index")),
                        new KeyRevisionNumber(row.getInt("key_revision")),
                        KeyType.ofNumber(row.getInt("key_type"))),
                row.getInt("key_change_tokens"),
                MeterStatus.valueOf(row.getString("status")),
                row.getString("credit").equals("CURRENCY"),
                tid(row, "last_tid_1993"),
                tid(row, "last_tid_2014"),
                tid(row, "last_tid_2035"),
                row.getObject("last_sale_id", UUID.class),
                row.getBoolean("open"));
    }

    private static @Nullable TokenIdentifier tid(ResultSet row, String column) throws SQLException {
        int minutes = row.getInt(column);
        return row.wasNull() ? null : new TokenIdentifier(minutes);
    }
}
