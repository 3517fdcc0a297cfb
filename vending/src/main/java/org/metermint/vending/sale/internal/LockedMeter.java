package org.metermint.vending.sale.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.metermint.vending.entitlement.Entitlement;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.tariff.KeptFacts;
import org.metermint.vending.tariff.KeptPosition;

/**
 * Meter and account as they stand under lock.
 *
 * @param currency whether the meter takes money as credit and prices it itself
 * @param owes whether there may be debts to recover
 * @param debts what they are, once somebody looked
 * @param entitlementList the list that gives the account free units, if one does
 * @param freeMonth the month whose free units it has, if it ever had any
 * @param entitled what it is entitled to, once somebody looked
 * @param lastTids the last token identifier of each base date that was ever used
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
        @Nullable String entitlementList,
        @Nullable YearMonth freeMonth,
        @Nullable Entitled entitled,
        long meterId,
        MeterKeyState key,
        int keyChangeTokens,
        MeterStatus status,
        boolean currency,
        Map<BaseDate, TokenIdentifier> lastTids,
        @Nullable UUID lastSaleId,
        boolean open) {
    /** The columns that {@link #read} reads, of a meter {@code m} and its account {@code a}. */
    static final String COLUMNS = """
            m.id AS meter_id, m.pan, m.algorithm, m.supply_group, m.key_revision, m.tariff_index, m.key_type,
            m.key_change_tokens, m.status, m.credit, m.last_tid_1993, m.last_tid_2014, m.last_tid_2035, m.last_sale_id,
            a.id AS account_id, a.number AS account_number, a.supply_group AS account_supply_group,
            a.tariff_index AS account_tariff_index, a.tariff_id, a.position_month, a.position_units,
            a.position_at, a.position_more, a.usage_class, a.average_units, a.kilowatts, a.phases, a.opened_on, a.owes,
            a.entitlement_list, a.free_month
            """;

    /** The debts to recover of accounts. */
    static final String DEBTS = """
            SELECT * FROM debt WHERE utility_id = ? AND account_id = ANY (?) AND method IS NOT NULL AND balance > 0
            """;

    /** What lists give accounts; with a receipt number for each, should its units come along with a sale. */
    static final String ENTITLEMENTS = """
            SELECT e.*, l.automatic, l.most_average, %s AS receipt_number
            FROM unnest(?::text[], ?::bigint[]) AS w (list, account_id)
            CROSS JOIN LATERAL (
                SELECT * FROM entitlement e
                WHERE e.utility_id = ? AND e.list = w.list AND e.account_id = w.account_id LIMIT 1) AS e
            JOIN entitlement_list l ON l.utility_id = e.utility_id AND l.reference = e.list
            """;

    /**
     * What an account is entitled to.
     *
     * @param receiptNumber for the sale that brings the units along
     */
    record Entitled(Entitlement units, long receiptNumber) {
        static Entitled read(ResultSet row) throws SQLException {
            return new Entitled(Entitlement.read(row), row.getLong("receipt_number"));
        }
    }

    LockedMeter {
        debts = List.copyOf(debts);
        lastTids = Map.copyOf(lastTids);
    }

    /** The same, once somebody looked at what it owes. */
    LockedMeter owing(List<OwedDebt> found) {
        return with(position, found, entitled, lastTids, lastSaleId);
    }

    /** The same, once somebody looked at what it is entitled to. */
    LockedMeter entitled(Entitled found) {
        return with(position, debts, found, lastTids, lastSaleId);
    }

    /** As it stands after free units that come along with its next sale. */
    LockedMeter after(Priced free, UUID sale) {
        Map<BaseDate, TokenIdentifier> tids = new EnumMap<>(BaseDate.class);
        tids.putAll(lastTids);
        free.minting().ifPresent(minting -> tids.put(minting.plan().key().baseDate(), minting.tid()));
        return with(free.assessment().after(), debts, null, tids, sale);
    }

    private LockedMeter with(
            AccountPosition where,
            List<OwedDebt> owed,
            @Nullable Entitled units,
            Map<BaseDate, TokenIdentifier> tids,
            @Nullable UUID sale) {
        return new LockedMeter(
                accountId,
                accountNumber,
                accountSupplyGroup,
                accountTariffIndex,
                tariffId,
                facts,
                where,
                owes,
                owed,
                entitlementList,
                freeMonth,
                units,
                meterId,
                key,
                keyChangeTokens,
                status,
                currency,
                tids,
                sale,
                open);
    }

    /** For a sale that brings free units along: they have the number of the request, which is lower. */
    long freeReceiptNumber() {
        return Objects.requireNonNull(entitled).receiptNumber();
    }

    /** Whether the units of a month or a later one were given. */
    boolean hasFreeUnitsOf(YearMonth month) {
        return freeMonth != null && !freeMonth.isBefore(month);
    }

    Optional<TokenIdentifier> lastTid(BaseDate base) {
        return Optional.ofNullable(lastTids.get(base));
    }

    static LockedMeter read(ResultSet row) throws SQLException {
        LocalDate freeMonth = row.getObject("free_month", LocalDate.class);
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
                row.getString("entitlement_list"),
                freeMonth == null ? null : YearMonth.from(freeMonth),
                null,
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
                tids(row),
                row.getObject("last_sale_id", UUID.class),
                row.getBoolean("open"));
    }

    private static Map<BaseDate, TokenIdentifier> tids(ResultSet row) throws SQLException {
        Map<BaseDate, TokenIdentifier> tids = new EnumMap<>(BaseDate.class);
        for (BaseDate base : BaseDate.values()) {
            int minutes = row.getInt("last_tid_" + base.year());
            if (!row.wasNull()) {
                tids.put(base, new TokenIdentifier(minutes));
            }
        }
        return tids;
    }
}
