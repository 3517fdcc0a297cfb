package org.metermint.vending.debt.internal;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.metermint.tariff.AccountFacts;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Charge;
import org.metermint.tariff.Circumstances;
import org.metermint.tariff.Debt.Method;
import org.metermint.tariff.Tariff;
import org.metermint.tariff.TariffPlan;
import org.metermint.vending.database.BooksLock;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.debt.AdvancedUnits;
import org.metermint.vending.debt.Advances;
import org.metermint.vending.debt.Debt;
import org.metermint.vending.debt.DebtTerms;
import org.metermint.vending.debt.Debts;
import org.metermint.vending.debt.OwedDebt;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.tariff.KeptFacts;
import org.metermint.vending.tariff.KeptPosition;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.UtilitySettings;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A row that says what the units were valued at, beside the debt that they became, in one transaction. */
public final class JdbcAdvances implements Advances {
    private static final BigDecimal MOST_UNITS = BigDecimal.valueOf(1_000_000);

    private final UtilityTransactions transactions;
    private final Utilities utilities;
    private final Tariffs tariffs;
    private final Debts debts;
    private final Clock clock;

    public JdbcAdvances(
            UtilityTransactions transactions, Utilities utilities, Tariffs tariffs, Debts debts, Clock clock) {
        this.transactions = transactions;
        this.utilities = utilities;
        this.tariffs = tariffs;
        this.debts = debts;
        this.clock = clock;
    }

    /** What of an account its tariff prices by. */
    private record Holder(long id, String tariff, AccountFacts facts, AccountPosition position) {
        static Holder read(ResultSet row, int number) throws SQLException {
            return new Holder(
                    row.getLong("id"), row.getString("tariff_id"), KeptFacts.read(row), KeptPosition.read(row));
        }
    }

    @Override
    public AdvancedUnits record(ClientIdentity by, NewAdvance advance) {
        by.require(Role.FINANCE);
        UtilityId utility = by.utility();
        BigDecimal units = checked(advance.units());
        return transactions.in(utility, sql -> {
            BooksLock.share(sql, utility);
            Holder holder = lock(sql, utility, advance.account());
            Optional<AdvancedUnits> before = find(utility, advance.account(), advance.reference());
            if (before.isPresent()) {
                return same(before.get(), units);
            }
            if (debts.of(utility, advance.account()).stream()
                    .anyMatch(debt -> debt.reference().equals(advance.reference()))) {
                throw new RefusedException(
                        RefusalCode.ALREADY_EXISTS, "the account has a debt of that reference, and not for units");
            }
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            UtilitySettings settings = utilities.get(utility).settings();
            Tariff tariff = tariffs.inForce(utility, holder.tariff(), now)
                    .orElseThrow(() -> new RefusedException(
                            RefusalCode.TARIFF_NOT_IN_FORCE,
                            "tariff " + holder.tariff() + " has no version in force at " + now));
            long amount = value(utility, holder, tariff, units, now, settings);
            debts.bringIn(
                    utility,
                    advance.account(),
                    advance.reference(),
                    amount,
                    terms(advance, LocalDate.ofInstant(now, settings.zone())));
            insert(sql, by, holder, advance.reference(), units, tariff, now, amount);
            return find(utility, advance.account(), advance.reference()).orElseThrow();
        });
    }

    private static BigDecimal checked(BigDecimal units) {
        if (units.signum() <= 0 || units.stripTrailingZeros().scale() > 1 || units.compareTo(MOST_UNITS) > 0) {
            throw new RefusedException(
                    RefusalCode.UNITS_INVALID,
                    "the units are zero, negative, finer than a tenth or above " + MOST_UNITS.toPlainString());
        }
        return units.setScale(1, RoundingMode.UNNECESSARY);
    }

    private static Holder lock(JdbcClient sql, UtilityId utility, String account) {
        return sql.sql("SELECT * FROM account WHERE utility_id = ? AND number = ? FOR NO KEY UPDATE")
                .params(utility.value(), account)
                .query(Holder::read)
                .optional()
                .orElseThrow(() -> new RefusedException(RefusalCode.NOT_FOUND, "this utility has no such account"));
    }

    private static AdvancedUnits same(AdvancedUnits before, BigDecimal units) {
        if (before.units().compareTo(units) != 0) {
            throw new RefusedException(
                    RefusalCode.ALREADY_EXISTS,
                    "under that reference " + before.units() + " units were recorded; change the debt by two persons");
        }
        return before;
    }

    private static DebtTerms terms(NewAdvance advance, LocalDate today) {
        try {
            return new DebtTerms(
                    TYPE,
                    advance.label(),
                    advance.priority(),
                    today,
                    Method.PERCENT_OF_PURCHASE,
                    advance.percent(),
                    today);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RefusalCode.FIELD_INVALID, String.valueOf(e.getMessage()));
        }
    }

    /** What so many units cost now beyond none at all: with taxes and levies, without charges, also those that are due. */
    private long value(
            UtilityId utility, Holder holder, Tariff tariff, BigDecimal units, Instant now, UtilitySettings settings) {
        TariffPlan plan = TariffPlan.of(withoutCharges(tariff));
        Circumstances circumstances = new Circumstances(holder.facts(), List.of(), 0, tariffs.rates(utility));
        BigDecimal price;
        try {
            price = plan.price(circumstances, holder.position(), units, now, settings.zone())
                    .subtract(plan.price(circumstances, holder.position(), BigDecimal.ZERO, now, settings.zone()));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RefusalCode.TARIFF_UNFIT, String.valueOf(e.getMessage()));
        }
        return price.movePointRight(settings.minorDigits())
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    /** The same tariff with charges of nothing: levies may name them. */
    private static Tariff withoutCharges(Tariff tariff) {
        return new Tariff(
                tariff.id(),
                tariff.version(),
                tariff.name(),
                tariff.currency(),
                tariff.minorDigits(),
                tariff.unit(),
                tariff.effectiveFrom(),
                tariff.energy(),
                tariff.levies(),
                tariff.charges().stream().map(JdbcAdvances::ofNothing).toList(),
                tariff.deductions(),
                tariff.continuity(),
                tariff.rounding(),
                tariff.limits());
    }

    private static Charge ofNothing(Charge charge) {
        return new Charge(
                charge.code(),
                charge.label(),
                charge.period(),
                charge.per(),
                BigDecimal.ZERO,
                charge.threePhaseAmount() == null ? null : BigDecimal.ZERO,
                charge.lifelineAmount() == null ? null : BigDecimal.ZERO,
                charge.aboveTender(),
                charge.maxPeriods());
    }

    private static void insert(
            JdbcClient sql,
            ClientIdentity by,
            Holder holder,
            String reference,
            BigDecimal units,
            Tariff tariff,
            Instant now,
            long amount) {
        sql.sql("""
                        INSERT INTO advanced_units (utility_id, account_id, reference, tenths, tariff_id, tariff_version,
                            valued_at, amount, recorded_by)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)
                .params(
                        by.utility().value(),
                        holder.id(),
                        reference,
                        units.movePointRight(1).longValueExact(),
                        tariff.id(),
                        tariff.version(),
                        now.atOffset(ZoneOffset.UTC),
                        amount,
                        by.clientId())
                .update();
    }

    @Override
    public Optional<AdvancedUnits> find(UtilityId utility, String account, String reference) {
        return transactions.in(
                utility,
                sql -> sql.sql("""
                        SELECT d.*, u.tenths, u.tariff_id, u.tariff_version, u.valued_at, u.amount, u.recorded_by
                        FROM advanced_units u
                        JOIN account a ON a.utility_id = u.utility_id AND a.id = u.account_id
                        JOIN debt d ON d.utility_id = u.utility_id AND d.account_id = u.account_id
                            AND d.reference = u.reference
                        WHERE u.utility_id = ? AND a.number = ? AND u.reference = ?
                        """)
                        .params(utility.value(), account, reference)
                        .query((row, number) -> read(row, account))
                        .optional());
    }

    private static AdvancedUnits read(ResultSet row, String account) throws SQLException {
        Debt debt = OwedDebt.debt(row);
        return new AdvancedUnits(
                account,
                debt.reference(),
                BigDecimal.valueOf(row.getLong("tenths"), 1),
                row.getString("tariff_id"),
                row.getInt("tariff_version"),
                Objects.requireNonNull(row.getObject("valued_at", OffsetDateTime.class))
                        .toInstant(),
                row.getLong("amount"),
                row.getString("recorded_by"),
                debt);
    }
}
