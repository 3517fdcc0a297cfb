package org.metermint.vending.vendor.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.vendor.ChannelFee;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The versions of channel fees. */
final class ChannelFeeRows {
    private ChannelFeeRows() {}

    static ChannelFee add(JdbcClient sql, UtilityId utility, String vendor, ChannelFee fee) {
        sql.sql("SELECT pg_advisory_xact_lock(hashtextextended('channel fee ' || ?, ?))")
                .params(vendor, utility.value())
                .query()
                .singleRow();
        List<ChannelFee> before = of(sql, utility, vendor);
        if (before.size() >= fee.version()) {
            if (!before.get(fee.version() - 1).equals(fee)) {
                throw new RefusedException(
                        RefusalCode.ALREADY_EXISTS,
                        "vendor " + vendor + " has another channel fee of version " + fee.version());
            }
            return fee;
        }
        requireNext(before, fee);
        sql.sql("""
                        INSERT INTO channel_fee (utility_id, vendor_code, version, effective_from, per_sale, percent, most)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """)
                .params(Arrays.asList(
                        utility.value(),
                        vendor,
                        fee.version(),
                        fee.effectiveFrom().atOffset(ZoneOffset.UTC),
                        fee.perSale(),
                        fee.percent(),
                        fee.most().isPresent() ? fee.most().getAsLong() : null))
                .update();
        return fee;
    }

    private static void requireNext(List<ChannelFee> before, ChannelFee fee) {
        if (fee.version() != before.size() + 1) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "version " + fee.version() + " of the channel fee is not the next, " + (before.size() + 1));
        }
        if (!before.isEmpty() && !fee.effectiveFrom().isAfter(before.getLast().effectiveFrom())) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "effective_from " + fee.effectiveFrom() + " is not after that of the version before, "
                            + before.getLast().effectiveFrom());
        }
    }

    static List<ChannelFee> of(JdbcClient sql, UtilityId utility, String vendor) {
        return sql.sql("SELECT * FROM channel_fee WHERE utility_id = ? AND vendor_code = ? ORDER BY version")
                .params(utility.value(), vendor)
                .query((row, number) -> read(row))
                .list();
    }

    static Map<String, List<ChannelFee>> byVendor(JdbcClient sql, UtilityId utility) {
        Map<String, List<ChannelFee>> fees = new HashMap<>();
        sql.sql("SELECT * FROM channel_fee WHERE utility_id = ? ORDER BY vendor_code, version")
                .param(utility.value())
                .query(row -> {
                    fees.computeIfAbsent(row.getString("vendor_code"), vendor -> new ArrayList<>())
                            .add(read(row));
                });
        return fees;
    }

    private static ChannelFee read(ResultSet row) throws SQLException {
        Long most = row.getObject("most", Long.class);
        return new ChannelFee(
                row.getInt("version"),
                row.getObject("effective_from", OffsetDateTime.class).toInstant(),
                row.getLong("per_sale"),
                row.getBigDecimal("percent"),
                most == null ? OptionalLong.empty() : OptionalLong.of(most));
    }
}
