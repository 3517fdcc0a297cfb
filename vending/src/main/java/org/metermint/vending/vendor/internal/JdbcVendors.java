package org.metermint.vending.vendor.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.vendor.ChannelFee;
import org.metermint.vending.vendor.CommissionPlan;
import org.metermint.vending.vendor.NewVendor;
import org.metermint.vending.vendor.Settlement;
import org.metermint.vending.vendor.Staff;
import org.metermint.vending.vendor.Vendor;
import org.metermint.vending.vendor.VendorKind;
import org.metermint.vending.vendor.VendorStatus;
import org.metermint.vending.vendor.VendorTerms;
import org.metermint.vending.vendor.Vendors;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcVendors implements Vendors {
    private final UtilityTransactions transactions;
    private final Clock clock;

    public JdbcVendors(UtilityTransactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public Vendor register(UtilityId utility, NewVendor vendor) {
        return transactions.in(utility, sql -> {
            vendor.commissionPlan().ifPresent(plan -> requirePlan(sql, utility, plan));
            sql.sql("""
                            INSERT INTO vendor (utility_id, code, name, kind, credit_line, commission_plan, created_at)
                            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                            """)
                    .params(Arrays.asList(
                            utility.value(),
                            vendor.code(),
                            vendor.name(),
                            vendor.kind().name(),
                            vendor.creditLine(),
                            vendor.commissionPlan().orElse(null),
                            clock.instant().atOffset(ZoneOffset.UTC)))
                    .update();
            Vendor present = get(utility, vendor.code());
            boolean equal = present.name().equals(vendor.name())
                    && present.kind() == vendor.kind()
                    && present.creditLine().equals(OptionalLong.of(vendor.creditLine()))
                    && present.commissionPlan().equals(vendor.commissionPlan());
            if (!equal) {
                throw new RefusedException(
                        RefusalCode.ALREADY_EXISTS, "vendor code " + vendor.code() + " belongs to another vendor");
            }
            return present;
        });
    }

    @Override
    public Optional<Vendor> find(UtilityId utility, String code) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT * FROM vendor WHERE utility_id = ? AND code = ?")
                        .params(utility.value(), code)
                        .query(JdbcVendors::readVendor)
                        .optional());
    }

    private Vendor get(UtilityId utility, String code) {
        return find(utility, code)
                .orElseThrow(() -> new RefusedException(RefusalCode.NOT_FOUND, "this utility has no such vendor"));
    }

    @Override
    public List<Vendor> all(UtilityId utility) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT * FROM vendor WHERE utility_id = ? ORDER BY code COLLATE \"C\"")
                        .param(utility.value())
                        .query(JdbcVendors::readVendor)
                        .list());
    }

    @Override
    public Vendor setStatus(UtilityId utility, String code, VendorStatus status) {
        return transactions.in(utility, sql -> {
            sql.sql("UPDATE vendor SET status = ? WHERE utility_id = ? AND code = ?")
                    .params(status.name(), utility.value(), code)
                    .update();
            return get(utility, code);
        });
    }

    @Override
    public Vendor setCreditLine(UtilityId utility, String code, long creditLine) {
        try {
            NewVendor.requireCreditLine(creditLine);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RefusalCode.FIELD_INVALID, String.valueOf(e.getMessage()));
        }
        return transactions.in(utility, sql -> {
            get(utility, code);
            int changed = sql.sql("""
                            UPDATE vendor SET credit_line = :line
                            WHERE utility_id = :utility AND code = :code AND balance + :line >= 0
                            """)
                    .param("line", creditLine)
                    .param("utility", utility.value())
                    .param("code", code)
                    .update();
            if (changed == 0) {
                throw new RefusedException(
                        RefusalCode.FLOAT_EXHAUSTED,
                        "the balance of vendor " + code + " is below that credit line already");
            }
            return get(utility, code);
        });
    }

    @Override
    public Vendor setCommissionPlan(UtilityId utility, String code, Optional<String> plan) {
        return transactions.in(utility, sql -> {
            plan.ifPresent(wanted -> requirePlan(sql, utility, wanted));
            sql.sql("UPDATE vendor SET commission_plan = ? WHERE utility_id = ? AND code = ?")
                    .params(Arrays.asList(plan.orElse(null), utility.value(), code))
                    .update();
            return get(utility, code);
        });
    }

    private static void requirePlan(JdbcClient sql, UtilityId utility, String plan) {
        if (plans(sql, utility, plan).isEmpty()) {
            throw new RefusedException(RefusalCode.NOT_FOUND, "there is no commission plan " + plan);
        }
    }

    @Override
    public CommissionPlan addPlan(UtilityId utility, CommissionPlan version) {
        return transactions.in(utility, sql -> {
            sql.sql("SELECT pg_advisory_xact_lock(hashtextextended('commission plan ' || ?, ?))")
                    .params(version.code(), utility.value())
                    .query()
                    .singleRow();
            List<CommissionPlan> before = plans(sql, utility, version.code());
            if (before.size() >= version.version()) {
                if (!before.get(version.version() - 1).equals(version)) {
                    throw new RefusedException(
                            RefusalCode.ALREADY_EXISTS,
                            "commission plan " + version.code() + " has another version " + version.version());
                }
                return version;
            }
            requireNext(before, version);
            sql.sql("""
                            INSERT INTO commission_plan (utility_id, code, version, effective_from, percent, per_unit,
                                per_sale, per_month, settlement)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                            """)
                    .params(
                            utility.value(),
                            version.code(),
                            version.version(),
                            version.effectiveFrom().atOffset(ZoneOffset.UTC),
                            version.percent(),
                            version.perUnit(),
                            version.perSale(),
                            version.perMonth(),
                            version.settlement().name())
                    .update();
            return version;
        });
    }

    private static void requireNext(List<CommissionPlan> before, CommissionPlan version) {
        if (version.version() != before.size() + 1) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "version " + version.version() + " of commission plan " + version.code() + " is not the next, "
                            + (before.size() + 1));
        }
        if (!before.isEmpty()
                && !version.effectiveFrom().isAfter(before.getLast().effectiveFrom())) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "effective_from " + version.effectiveFrom() + " is not after that of the version before, "
                            + before.getLast().effectiveFrom());
        }
    }

    @Override
    public List<CommissionPlan> plans(UtilityId utility) {
        return transactions.in(
                utility,
                sql -> sql.sql("""
                                SELECT * FROM commission_plan WHERE utility_id = ?
                                ORDER BY code COLLATE "C", version
                                """)
                        .param(utility.value())
                        .query(JdbcVendors::readPlan)
                        .list());
    }

    private static List<CommissionPlan> plans(JdbcClient sql, UtilityId utility, String code) {
        return sql.sql("SELECT * FROM commission_plan WHERE utility_id = ? AND code = ? ORDER BY version")
                .params(utility.value(), code)
                .query(JdbcVendors::readPlan)
                .list();
    }

    @Override
    public ChannelFee addFee(UtilityId utility, String vendor, ChannelFee version) {
        return transactions.in(utility, sql -> {
            get(utility, vendor);
            return ChannelFeeRows.add(sql, utility, vendor, version);
        });
    }

    @Override
    public List<ChannelFee> fees(UtilityId utility, String vendor) {
        return transactions.in(utility, sql -> {
            get(utility, vendor);
            return ChannelFeeRows.of(sql, utility, vendor);
        });
    }

    @Override
    public Optional<VendorTerms> terms(UtilityId utility, String code) {
        return transactions.in(
                utility,
                sql -> find(utility, code)
                        .map(vendor -> new VendorTerms(
                                code,
                                vendor.status(),
                                vendor.commissionPlan()
                                        .map(plan -> plans(sql, utility, plan))
                                        .orElse(List.of()),
                                ChannelFeeRows.of(sql, utility, code),
                                enabled(staff(sql, "operator", utility, code)),
                                enabled(staff(sql, "terminal", utility, code)))));
    }

    @Override
    public Map<String, VendorTerms> allTerms(UtilityId utility) {
        return transactions.in(utility, sql -> {
            Map<String, List<CommissionPlan>> plans =
                    plans(utility).stream().collect(Collectors.groupingBy(CommissionPlan::code));
            Map<String, List<ChannelFee>> fees = ChannelFeeRows.byVendor(sql, utility);
            Map<String, Set<String>> operators = enabledByVendor(sql, "operator", utility);
            Map<String, Set<String>> terminals = enabledByVendor(sql, "terminal", utility);
            return all(utility).stream()
                    .map(vendor -> new VendorTerms(
                            vendor.code(),
                            vendor.status(),
                            vendor.commissionPlan()
                                    .map(plan -> plans.getOrDefault(plan, List.of()))
                                    .orElse(List.of()),
                            fees.getOrDefault(vendor.code(), List.of()),
                            operators.getOrDefault(vendor.code(), Set.of()),
                            terminals.getOrDefault(vendor.code(), Set.of())))
                    .collect(Collectors.toMap(VendorTerms::code, Function.identity()));
        });
    }

    private static Map<String, Set<String>> enabledByVendor(JdbcClient sql, String table, UtilityId utility) {
        Map<String, Set<String>> codes = new HashMap<>();
        sql.sql("SELECT vendor_code, code FROM " + table + " WHERE utility_id = ? AND disabled_at IS NULL")
                .param(utility.value())
                .query(row -> {
                    codes.computeIfAbsent(row.getString("vendor_code"), vendor -> new HashSet<>())
                            .add(row.getString("code"));
                });
        return codes;
    }

    private static Set<String> enabled(List<Staff> staff) {
        return staff.stream().filter(one -> !one.disabled()).map(Staff::code).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Staff putOperator(UtilityId utility, String vendor, Staff operator) {
        get(utility, vendor);
        return put("operator", utility, vendor, operator);
    }

    @Override
    public Staff putTerminal(UtilityId utility, String vendor, Staff terminal) {
        if (!get(utility, vendor).kind().hasTerminals()) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID, "vendor " + vendor + " is neither a gateway nor a super vendor");
        }
        return put("terminal", utility, vendor, terminal);
    }

    private Staff put(String table, UtilityId utility, String vendor, Staff staff) {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        return transactions.in(utility, sql -> {
            sql.sql("""
                            INSERT INTO %1$s AS t (utility_id, vendor_code, code, name, disabled_at)
                            VALUES (?, ?, ?, ?, ?)
                            ON CONFLICT (utility_id, vendor_code, code) DO UPDATE SET name = excluded.name,
                                disabled_at = CASE WHEN excluded.disabled_at IS NULL THEN NULL
                                              ELSE coalesce(t.disabled_at, excluded.disabled_at) END
                            """.formatted(table))
                    .params(Arrays.asList(
                            utility.value(), vendor, staff.code(), staff.name(), staff.disabled() ? now : null))
                    .update();
            return staff;
        });
    }

    @Override
    public List<Staff> operators(UtilityId utility, String vendor) {
        return transactions.in(utility, sql -> staff(sql, "operator", utility, vendor));
    }

    @Override
    public List<Staff> terminals(UtilityId utility, String vendor) {
        return transactions.in(utility, sql -> staff(sql, "terminal", utility, vendor));
    }

    private static List<Staff> staff(JdbcClient sql, String table, UtilityId utility, String vendor) {
        return sql.sql("SELECT * FROM " + table
                        + " WHERE utility_id = ? AND vendor_code = ? ORDER BY code COLLATE \"C\"")
                .params(utility.value(), vendor)
                .query((row, number) ->
                        new Staff(row.getString("code"), row.getString("name"), row.getObject("disabled_at") != null))
                .list();
    }

    private static Vendor readVendor(ResultSet row, int number) throws SQLException {
        String code = row.getString("code");
        Long line = row.getObject("credit_line", Long.class);
        return new Vendor(
                code,
                Objects.requireNonNullElse(row.getString("name"), code),
                VendorKind.valueOf(row.getString("kind")),
                VendorStatus.valueOf(row.getString("status")),
                row.getLong("balance"),
                line == null ? OptionalLong.empty() : OptionalLong.of(line),
                Optional.ofNullable(row.getString("commission_plan")));
    }

    private static CommissionPlan readPlan(ResultSet row, int number) throws SQLException {
        return new CommissionPlan(
                row.getString("code"),
                row.getInt("version"),
                row.getObject("effective_from", OffsetDateTime.class).toInstant(),
                row.getBigDecimal("percent"),
                row.getBigDecimal("per_unit"),
                row.getLong("per_sale"),
                row.getLong("per_month"),
                Settlement.valueOf(row.getString("settlement")));
    }
}
