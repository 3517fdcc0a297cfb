package org.metermint.vending.customer.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.metermint.tariff.AccountFacts;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.vending.customer.Account;
import org.metermint.vending.customer.Customer;
import org.metermint.vending.customer.Customers;
import org.metermint.vending.customer.SupplyPoint;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.debt.Debt;
import org.metermint.vending.debt.OwedDebt;
import org.metermint.vending.meter.MeterNumbers;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.meter.Meters;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.supply.SupplyGroups;
import org.metermint.vending.tariff.KeptFacts;
import org.metermint.vending.tariff.KeptPosition;
import org.metermint.vending.tariff.TariffLock;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcCustomers implements Customers {
    private static final int MAX_FOUND = 100;
    private static final String ACCOUNTS = """
            SELECT a.*, c.number AS customer_number, m.pan FROM account a
            JOIN customer c ON c.utility_id = a.utility_id AND c.id = a.customer_id
            LEFT JOIN meter m ON m.utility_id = a.utility_id AND m.id = a.meter_id
            WHERE\s""";

    private static final int LONGEST_REASON = 200;

    private final UtilityTransactions transactions;
    private final SupplyGroups supplyGroups;
    private final Meters meters;
    private final Tariffs tariffs;
    private final Clock clock;

    public JdbcCustomers(
            UtilityTransactions transactions, SupplyGroups supplyGroups, Meters meters, Tariffs tariffs, Clock clock) {
        this.transactions = transactions;
        this.supplyGroups = supplyGroups;
        this.meters = meters;
        this.tariffs = tariffs;
        this.clock = clock;
    }

    @Override
    public Customer register(UtilityId utility, Customer customer) {
        return transactions.in(utility, sql -> {
            sql.sql("""
                            INSERT INTO customer (utility_id, number, name, phone, address) VALUES (?, ?, ?, ?, ?)
                            ON CONFLICT DO NOTHING
                            """)
                    .params(Arrays.asList(
                            utility.value(),
                            customer.number(),
                            customer.name(),
                            customer.phone().orElse(null),
                            customer.address().orElse(null)))
                    .update();
            return customer(utility, customer.number())
                    .filter(customer::equals)
                    .orElseThrow(() -> new RefusedException(
                            RefusalCode.ALREADY_EXISTS, "the customer number is registered with other values"));
        });
    }

    @Override
    public Customer erase(UtilityId utility, String number) {
        return transactions.in(utility, sql -> {
            sql.sql("""
                            UPDATE customer SET name = NULL, phone = NULL, address = NULL, erased_at = ?
                            WHERE number = ? AND erased_at IS NULL
                            """)
                    .params(clock.instant().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC), number)
                    .update();
            return customer(utility, number)
                    .orElseThrow(
                            () -> new RefusedException(RefusalCode.NOT_FOUND, "this utility has no such customer"));
        });
    }

    @Override
    public Account register(UtilityId utility, Account account) {
        return transactions.in(utility, sql -> {
            Optional<Account> present = account(utility, account.number());
            if (present.isEmpty()) {
                insert(sql, utility, account);
                present = account(utility, account.number());
            }
            return present.filter(other -> equalBesidesSales(other, account))
                    .orElseThrow(() -> new RefusedException(
                            RefusalCode.ALREADY_EXISTS, "the account number is registered with other values"));
        });
    }

    @Override
    public Account change(UtilityId utility, String number, AccountFacts facts) {
        return transactions.in(utility, sql -> {
            List<Object> values = new ArrayList<>(KeptFacts.values(facts));
            values.add(number);
            sql.sql("UPDATE account SET (%s) = (?, ?, ?, ?, ?) WHERE number = ?".formatted(KeptFacts.COLUMNS))
                    .params(values)
                    .update();
            return account(utility, number)
                    .orElseThrow(() -> new RefusedException(RefusalCode.NOT_FOUND, "this utility has no such account"));
        });
    }

    @Override
    public Account replaceMeter(ClientIdentity by, String number, MeterPan meter, String reason) {
        by.require(Role.ADMINISTRATOR);
        if (reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "reason of " + reason.length() + " characters is outside 1.." + LONGEST_REASON + ", or blank");
        }
        UtilityId utility = by.utility();
        try {
            return transactions.in(utility, sql -> {
                // under the lock that sales take, so that none is priced between the two meters
                sql.sql("SELECT 1 FROM account WHERE utility_id = ? AND number = ? FOR NO KEY UPDATE")
                        .params(utility.value(), number)
                        .query()
                        .listOfRows();
                Account before = account(utility, number)
                        .orElseThrow(
                                () -> new RefusedException(RefusalCode.NOT_FOUND, "this utility has no such account"));
                require(meters.find(utility, meter).isPresent(), "meter");
                if (!before.meter().equals(Optional.of(meter))) {
                    before.meter().ifPresent(old -> meters.setStatus(utility, old, MeterStatus.BLOCKED));
                    replace(sql, by, number, meter, reason);
                }
                return account(utility, number).orElseThrow();
            });
        } catch (DuplicateKeyException e) {
            throw new RefusedException(RefusalCode.ALREADY_EXISTS, "the meter belongs to another account");
        }
    }

    private void replace(JdbcClient sql, ClientIdentity by, String number, MeterPan meter, String reason) {
        sql.sql("""
                        INSERT INTO meter_replacement (utility_id, account_id, old_meter_id, new_meter_id, at, client_id,
                            reason)
                        SELECT a.utility_id, a.id, a.meter_id, m.id, ?, ?, ? FROM account a
                        JOIN meter m ON m.utility_id = a.utility_id AND m.pan = ?
                        WHERE a.utility_id = ? AND a.number = ?
                        """)
                .params(
                        clock.instant().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC),
                        by.clientId(),
                        reason,
                        meter.digits(),
                        by.utility().value(),
                        number)
                .update();
        sql.sql("""
                        UPDATE account a SET meter_id = m.id FROM meter m
                        WHERE a.utility_id = ? AND a.number = ? AND m.utility_id = a.utility_id AND m.pan = ?
                        """).params(by.utility().value(), number, meter.digits()).update();
    }

    private void insert(JdbcClient sql, UtilityId utility, Account account) {
        TariffLock.share(sql, utility, account.tariff());
        require(supplyGroups.find(utility, account.supplyGroup()).isPresent(), "supply group");
        require(tariffs.all(utility).stream().anyMatch(tariff -> tariff.id().equals(account.tariff())), "tariff");
        require(customer(utility, account.customer()).isPresent(), "customer");
        account.meter().ifPresent(pan -> require(meters.find(utility, pan).isPresent(), "meter"));
        int inserted = sql.sql("""
                        INSERT INTO account (utility_id, number, customer_id, meter_id, supply_group, tariff_index,
                            tariff_id, position_month, position_units, %s)
                        VALUES (?, ?, (SELECT id FROM customer WHERE number = ?), (SELECT id FROM meter WHERE pan = ?),
                            ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT DO NOTHING
                        """.formatted(KeptFacts.COLUMNS))
                .params(Arrays.asList(
                        utility.value(),
                        account.number(),
                        account.customer(),
                        account.meter().map(MeterPan::digits).orElse(null),
                        account.supplyGroup().digits(),
                        account.tariffIndex().value(),
                        account.tariff(),
                        account.position().month().atDay(1),
                        account.position().units()))
                .params(KeptFacts.values(account.facts()))
                .update();
        if (inserted == 0) {
            throw new RefusedException(
                    RefusalCode.ALREADY_EXISTS, "the account number or the meter belongs to another account");
        }
        for (Debt debt : account.debts()) {
            if (debt.terms().isPresent()) {
                throw new RefusedException(
                        RefusalCode.FIELD_INVALID,
                        "a debt with terms cannot come with a new account; register the account, then put the debt");
            }
            sql.sql("""
                            INSERT INTO debt (utility_id, account_id, reference, original, balance)
                            SELECT utility_id, id, ?, ?, ? FROM account WHERE number = ?
                            """)
                    .params(debt.reference(), debt.original(), debt.balance(), account.number())
                    .update();
        }
    }

    private static void require(boolean registered, String what) {
        if (!registered) {
            throw new RefusedException(
                    RefusalCode.NOT_FOUND, "the " + what + " of the account is not registered; register it first");
        }
    }

    private static boolean equalBesidesSales(Account present, Account offered) {
        return present.customer().equals(offered.customer())
                && present.meter().equals(offered.meter())
                && present.supplyGroup().equals(offered.supplyGroup())
                && present.tariffIndex().equals(offered.tariffIndex())
                && present.tariff().equals(offered.tariff())
                && present.facts().equals(offered.facts());
    }

    @Override
    public Optional<Customer> customer(UtilityId utility, String number) {
        return customers(utility, "number = ?", number, 1).stream().findFirst();
    }

    @Override
    public Optional<Account> account(UtilityId utility, String number) {
        return accounts(utility, "a.number = ?", number).stream().findFirst();
    }

    @Override
    public Optional<Account> accountOf(UtilityId utility, MeterPan meter) {
        return accounts(utility, "m.pan = ?", meter.digits()).stream().findFirst();
    }

    @Override
    public List<SupplyPoint> find(UtilityId utility, String text, int limit) {
        if (limit < 1 || limit > MAX_FOUND) {
            throw new RefusedException(RefusalCode.FIELD_INVALID, "limit " + limit + " is outside 1.." + MAX_FOUND);
        }
        String wanted = text.strip();
        if (wanted.isEmpty()
                || wanted.chars().anyMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c))) {
            return List.of();
        }
        return transactions.in(
                utility,
                sql -> firstFound(
                        () -> byMeter(utility, wanted),
                        () -> points(utility, customers(utility, "number = ?", wanted, limit), limit),
                        () -> byAccount(utility, wanted),
                        () -> points(utility, byPhone(utility, wanted, limit), limit),
                        () -> points(
                                utility,
                                customers(
                                        utility,
                                        "lower(name) LIKE lower(?) || '%' ORDER BY lower(name), number",
                                        escapeLike(wanted),
                                        limit),
                                limit)));
    }

    @SafeVarargs
    private static List<SupplyPoint> firstFound(Supplier<List<SupplyPoint>>... kinds) {
        for (Supplier<List<SupplyPoint>> kind : kinds) {
            List<SupplyPoint> found = kind.get();
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    private List<SupplyPoint> byMeter(UtilityId utility, String text) {
        MeterPan pan;
        try {
            pan = MeterNumbers.parse(text);
        } catch (RefusedException notAMeterNumber) {
            return List.of();
        }
        return accountOf(utility, pan).stream()
                .map(account -> point(utility, account))
                .toList();
    }

    private List<SupplyPoint> byAccount(UtilityId utility, String number) {
        return account(utility, number).stream()
                .map(account -> point(utility, account))
                .toList();
    }

    private List<Customer> byPhone(UtilityId utility, String text, int limit) {
        String digits = text.replaceAll("[^0-9]", "");
        boolean phone = digits.length() >= 6 && text.matches("[0-9 ()+-]+");
        return phone ? customers(utility, "phone = '+' || ? ORDER BY number", digits, limit) : List.of();
    }

    private SupplyPoint point(UtilityId utility, Account account) {
        Customer customer = customer(utility, account.customer()).orElseThrow();
        return new SupplyPoint(
                customer, Optional.of(account), account.meter().flatMap(pan -> meters.find(utility, pan)));
    }

    /** Each customer with each account; a customer without one stands alone. */
    private List<SupplyPoint> points(UtilityId utility, List<Customer> customers, int limit) {
        return customers.stream()
                .flatMap(customer -> {
                    List<Account> accounts = accounts(utility, "c.number = ? ORDER BY a.number", customer.number());
                    return accounts.isEmpty()
                            ? List.of(new SupplyPoint(customer, Optional.empty(), Optional.empty())).stream()
                            : accounts.stream().map(account -> point(utility, account));
                })
                .limit(limit)
                .toList();
    }

    private List<Customer> customers(UtilityId utility, String condition, String parameter, int limit) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT number, name, phone, address, erased_at FROM customer WHERE " + condition
                                + " LIMIT " + limit)
                        .param(parameter)
                        .query((row, number) -> customer(row))
                        .list());
    }

    private static Customer customer(ResultSet row) throws SQLException {
        OffsetDateTime erasedAt = row.getObject("erased_at", OffsetDateTime.class);
        return erasedAt != null
                ? Customer.erased(row.getString("number"), erasedAt.toInstant())
                : new Customer(
                        row.getString("number"),
                        row.getString("name"),
                        Optional.ofNullable(row.getString("phone")),
                        Optional.ofNullable(row.getString("address")));
    }

    private List<Account> accounts(UtilityId utility, String condition, String parameter) {
        return transactions.in(
                utility,
                sql -> sql.sql(ACCOUNTS + condition)
                        .param(parameter)
                        .query((row, number) -> read(sql, row))
                        .list());
    }

    private static Account read(JdbcClient sql, ResultSet row) throws SQLException {
        List<Debt> debts = sql.sql("SELECT * FROM debt WHERE account_id = ? ORDER BY reference")
                .param(row.getLong("id"))
                .query((debt, number) -> OwedDebt.debt(debt))
                .list();
        return new Account(
                row.getString("number"),
                row.getString("customer_number"),
                Optional.ofNullable(row.getString("pan")).map(MeterPan::new),
                SupplyGroupCode.parse(row.getString("supply_group")),
                new TariffIndex(row.getInt("tariff_index")),
                row.getString("tariff_id"),
                KeptFacts.read(row),
                KeptPosition.read(row),
                debts);
    }

    private static String escapeLike(String text) {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }
}
