package org.metermint.vending.supply.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.supply.Service;
import org.metermint.vending.supply.SupplyGroup;
import org.metermint.vending.supply.SupplyGroups;

public final class JdbcSupplyGroups implements SupplyGroups {
    private final UtilityTransactions transactions;

    public JdbcSupplyGroups(UtilityTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public SupplyGroup register(UtilityId utility, SupplyGroup group) {
        return transactions.in(utility, sql -> {
            sql.sql("""
                            INSERT INTO supply_group (utility_id, code, name, key_revision, key_type, service)
                            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                            """)
                    .params(
                            utility.value(),
                            group.code().digits(),
                            group.name(),
                            group.revision().value(),
                            group.type().number(),
                            group.service().name())
                    .update();
            return find(utility, group.code())
                    .filter(group::equals)
                    .orElseThrow(() -> new RefusedException(
                            RefusalCode.ALREADY_EXISTS,
                            "supply group " + group.code().digits() + " is registered with other values"));
        });
    }

    @Override
    public SupplyGroup moveTo(UtilityId utility, SupplyGroupCode code, KeyRevisionNumber revision) {
        return transactions.in(utility, sql -> {
            SupplyGroup old = find(utility, code)
                    .orElseThrow(() -> new RefusedException(
                            RefusalCode.NOT_FOUND, "supply group " + code.digits() + " is not registered"));
            SupplyGroup moved = new SupplyGroup(code, old.name(), revision, old.type(), old.service());
            sql.sql("UPDATE supply_group SET key_revision = ? WHERE code = ?")
                    .params(revision.value(), code.digits())
                    .update();
            return moved;
        });
    }

    @Override
    public Optional<SupplyGroup> find(UtilityId utility, SupplyGroupCode code) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT * FROM supply_group WHERE code = ?")
                        .param(code.digits())
                        .query(JdbcSupplyGroups::read)
                        .optional());
    }

    @Override
    public List<SupplyGroup> all(UtilityId utility) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT * FROM supply_group ORDER BY code")
                        .query(JdbcSupplyGroups::read)
                        .list());
    }

    private static SupplyGroup read(ResultSet row, int number) throws SQLException {
        return new SupplyGroup(
                SupplyGroupCode.parse(row.getString("code")),
                row.getString("name"),
                new KeyRevisionNumber(row.getInt("key_revision")),
                KeyType.ofNumber(row.getInt("key_type")),
                Service.valueOf(row.getString("service")));
    }
}
