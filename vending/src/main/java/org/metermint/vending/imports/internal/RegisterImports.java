package org.metermint.vending.imports.internal;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.tariff.AccountFacts;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Debt.Method;
import org.metermint.token.BaseDate;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.customer.Account;
import org.metermint.vending.customer.Customer;
import org.metermint.vending.customer.Customers;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.debt.Debt;
import org.metermint.vending.debt.DebtTerms;
import org.metermint.vending.debt.Debts;
import org.metermint.vending.entitlement.Entitlements;
import org.metermint.vending.imports.ImportKind;
import org.metermint.vending.imports.ImportRow;
import org.metermint.vending.imports.Imports;
import org.metermint.vending.imports.RowReport;
import org.metermint.vending.meter.Meter;
import org.metermint.vending.meter.MeterCredit;
import org.metermint.vending.meter.MeterNumbers;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.meter.Meters;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.UtilitySettings;

/** Reads rows into records and registers them. */
public final class RegisterImports implements Imports {
    private static final int USUAL_PRIORITY = 10;

    private final UtilityTransactions transactions;
    private final Utilities utilities;
    private final Customers customers;
    private final Meters meters;
    private final Debts debts;
    private final SecurityModule securityModule;
    private final Entitlements entitlements;
    private final Clock clock;

    public RegisterImports(
            UtilityTransactions transactions,
            Utilities utilities,
            Customers customers,
            Meters meters,
            Debts debts,
            SecurityModule securityModule,
            Entitlements entitlements,
            Clock clock) {
        this.transactions = transactions;
        this.utilities = utilities;
        this.customers = customers;
        this.meters = meters;
        this.debts = debts;
        this.securityModule = securityModule;
        this.entitlements = entitlements;
        this.clock = clock;
    }

    @Override
    public List<RowReport> run(UtilityId utility, ImportKind kind, List<ImportRow> rows, boolean dryRun) {
        List<VendingKeyInfo> keys = kind == ImportKind.METERS ? vendingKeys() : List.of();
        UtilitySettings settings = utilities.get(utility).settings();
        Importer importer = new Importer(utility, settings, kind, keys, dryRun);
        return dryRun
                ? transactions.inThenUndo(
                        utility, sql -> rows.stream().map(importer::report).toList())
                : transactions.in(
                        utility, sql -> rows.stream().map(importer::report).toList());
    }

    private static long tenths(String units) {
        try {
            return new BigDecimal(units).movePointRight(1).longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("'" + units + "' is no number of whole tenths, such as 50 or 12.5", e);
        }
    }

    private static YearMonth month(String text) {
        try {
            return YearMonth.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "' is no month such as 2026-07", e);
        }
    }

    private List<VendingKeyInfo> vendingKeys() {
        try {
            return securityModule.vendingKeys();
        } catch (SecurityModuleException e) {
            throw new RefusedException(RefusalCode.SECURITY_MODULE_UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    /** The rows of one run. */
    private final class Importer {
        private final UtilityId utility;
        private final UtilitySettings settings;
        private final ImportKind kind;
        private final List<VendingKeyInfo> keys;
        private final boolean dryRun;

        Importer(
                UtilityId utility,
                UtilitySettings settings,
                ImportKind kind,
                List<VendingKeyInfo> keys,
                boolean dryRun) {
            this.utility = utility;
            this.settings = settings;
            this.kind = kind;
            this.keys = keys;
            this.dryRun = dryRun;
        }

        RowReport report(ImportRow row) {
            try {
                RowFields fields = new RowFields(kind, row);
                boolean present = switch (kind) {
                    case CUSTOMERS -> customer(fields);
                    case METERS -> meter(fields);
                    case ACCOUNTS -> account(fields);
                    case FACTS -> facts(fields);
                    case DEBTS -> debt(fields);
                    case ENTITLEMENTS -> entitlement(fields);
                };
                return new RowReport(row.line(), present ? RowReport.Result.UNCHANGED : RowReport.Result.CREATED, "");
            } catch (RefusedException e) {
                if (e.refusal().code().retryable()) {
                    throw e;
                }
                return refused(row, e.refusal().detail());
            } catch (IllegalArgumentException e) {
                return refused(row, String.valueOf(e.getMessage()));
            }
        }

        private static RowReport refused(ImportRow row, String message) {
            return new RowReport(row.line(), RowReport.Result.REFUSED, message);
        }

        private boolean entitlement(RowFields row) {
            return !entitlements.add(
                    utility,
                    row.required("list"),
                    row.required("account"),
                    row.readRequired("units", RegisterImports::tenths),
                    row.readRequired("first_month", RegisterImports::month),
                    row.read("last_month", RegisterImports::month));
        }

        private boolean customer(RowFields row) {
            Customer customer =
                    new Customer(row.required("number"), row.required("name"), row.text("phone"), row.text("address"));
            boolean present = customers.customer(utility, customer.number()).isPresent();
            customers.register(utility, customer);
            return present;
        }

        private boolean meter(RowFields row) {
            EncryptionAlgorithm algorithm =
                    row.readRequired("algorithm", text -> EncryptionAlgorithm.ofNumber(Integer.parseInt(text)));
            SupplyGroupCode group = row.readRequired("supply_group", SupplyGroupCode::parse);
            KeyRevisionNumber revision =
                    row.readRequired("key_revision", text -> new KeyRevisionNumber(Integer.parseInt(text)));
            KeyType type = row.read("key_type", text -> KeyType.ofNumber(Integer.parseInt(text)))
                    .orElse(KeyType.DUTK);
            Optional<BaseDate> base = baseDate(row, group, revision, type);
            Map<BaseDate, TokenIdentifier> last = row.read(
                            "last_tid", text -> new TokenIdentifier(Integer.parseInt(text)))
                    .map(tid -> Map.of(
                            base.orElseThrow(() -> new IllegalArgumentException(
                                    "column last_tid needs a base_date: the vending key is not loaded")),
                            tid))
                    .orElse(Map.of());
            Meter meter = new Meter(
                    row.readRequired("meter", MeterNumbers::parse),
                    algorithm,
                    group,
                    revision,
                    row.readRequired("tariff_index", TariffIndex::parse),
                    type,
                    row.read("key_change_tokens", Integer::valueOf).orElse(Meter.usualKeyChangeTokens(algorithm)),
                    row.read("status", MeterStatus::valueOf).orElse(MeterStatus.ACTIVE),
                    last,
                    row.read("credit", MeterCredit::valueOf).orElse(MeterCredit.UNITS));
            boolean present = meters.find(utility, meter.pan()).isPresent();
            meters.register(utility, meter);
            return present;
        }

        /** The base date of the row, which must be that of the vending key if the key is loaded. */
        private Optional<BaseDate> baseDate(
                RowFields row, SupplyGroupCode group, KeyRevisionNumber revision, KeyType type) {
            Optional<BaseDate> told = row.read("base_date", text -> BaseDate.ofYear(Integer.parseInt(text)));
            Optional<BaseDate> known = keys.stream()
                    .filter(key ->
                            key.supplyGroup().equals(group) && key.revision().equals(revision) && key.type() == type)
                    .map(VendingKeyInfo::baseDate)
                    .findFirst();
            if (told.isPresent() && known.isPresent() && !told.equals(known)) {
                throw new IllegalArgumentException(
                        "column base_date is " + told.get().year()
                                + ", but the vending key of supply group " + group.digits() + " revision "
                                + revision.value() + " has " + known.get().year());
            }
            return told.or(() -> known);
        }

        private boolean account(RowFields row) {
            MeterPan pan = row.readRequired("meter", MeterNumbers::parse);
            Meter meter = meters.find(utility, pan)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "column meter: the meter is not registered; import meters first"));
            YearMonth month = row.read("units_month", YearMonth::parse)
                    .orElseGet(() -> YearMonth.now(clock.withZone(settings.zone())));
            BigDecimal units = row.read("units_bought", BigDecimal::new).orElse(BigDecimal.ZERO);
            Account account = new Account(
                    row.required("number"),
                    row.required("customer"),
                    Optional.of(pan),
                    row.read("supply_group", SupplyGroupCode::parse).orElse(meter.supplyGroup()),
                    row.read("tariff_index", TariffIndex::parse).orElse(meter.tariffIndex()),
                    row.required("tariff"),
                    new AccountFacts(
                            row.text("usage_class").orElse(null),
                            row.read("average_units", BigDecimal::new).orElse(BigDecimal.ZERO),
                            row.read("kilowatts", BigDecimal::new).orElse(BigDecimal.ZERO),
                            row.read("phases", Integer::valueOf).orElse(1),
                            row.read("opened_on", LocalDate::parse).orElse(null)),
                    new AccountPosition(month, units),
                    row.read("debt", this::minorUnits)
                            .map(balance ->
                                    List.of(new Debt(row.text("debt_reference").orElse("IMPORTED"), balance)))
                            .orElse(List.of()));
            boolean present = customers.account(utility, account.number()).isPresent();
            customers.register(utility, account);
            return present;
        }

        /** What a row leaves out stays as it is. */
        private boolean facts(RowFields row) {
            Account account = registered(row);
            AccountFacts known = account.facts();
            AccountFacts facts = new AccountFacts(
                    row.text("usage_class").orElse(known.usageClass()),
                    row.read("average_units", BigDecimal::new).orElse(known.averageUnits()),
                    row.read("kilowatts", BigDecimal::new).orElse(known.kilowatts()),
                    row.read("phases", Integer::valueOf).orElse(known.phases()),
                    row.read("opened_on", LocalDate::parse).orElse(known.since()));
            if (!facts.equals(known)) {
                customers.change(utility, account.number(), facts);
            }
            return facts.equals(known);
        }

        private Account registered(RowFields row) {
            return customers
                    .account(utility, row.required("account"))
                    .orElseThrow(() -> new IllegalArgumentException(
                            "column account: the account is not registered; import accounts first"));
        }

        private boolean debt(RowFields row) {
            String account = registered(row).number();
            String reference = row.required("reference");
            long amount = row.readRequired("amount", this::minorUnits);
            DebtTerms terms = terms(row, amount);
            boolean present = debts.of(utility, account).stream()
                    .anyMatch(debt -> debt.reference().equals(reference)
                            && debt.original() == amount
                            && debt.terms().filter(terms::equals).isPresent());
            if (dryRun) {
                debts.check(utility, account, reference, amount, terms);
            } else {
                debts.bringIn(utility, account, reference, amount, terms);
            }
            return present;
        }

        private DebtTerms terms(RowFields row, long amount) {
            Optional<Integer> instalments = row.read("instalments", Integer::valueOf);
            if (instalments.isPresent()
                    && (row.text("method").isPresent() || row.text("value").isPresent())) {
                throw new IllegalArgumentException(
                        "column instalments says how it is recovered; leave method and value empty, or it");
            }
            LocalDate since = row.readRequired("since", LocalDate::parse);
            Method method = instalments
                    .map(months -> Method.FIXED_PER_MONTH)
                    .or(() -> row.read("method", Method::valueOf))
                    .orElseThrow(() -> new IllegalArgumentException("column method is empty, and so is instalments"));
            BigDecimal value = instalments
                    .map(months -> DebtTerms.instalment(amount, months))
                    .or(() -> row.read(
                            "value",
                            text -> method == Method.FIXED_PER_MONTH || method == Method.FIXED_PER_PURCHASE
                                    ? BigDecimal.valueOf(minorUnits(text))
                                    : new BigDecimal(text)))
                    .orElse(BigDecimal.ZERO);
            return new DebtTerms(
                    row.required("type"),
                    row.required("label"),
                    row.read("priority", Integer::valueOf).orElse(USUAL_PRIORITY),
                    since,
                    method,
                    value,
                    row.read("due_on", LocalDate::parse).orElse(since),
                    row.read("blocks_after_days", Integer::valueOf));
        }

        private Long minorUnits(String text) {
            try {
                return new BigDecimal(text)
                        .movePointRight(settings.minorDigits())
                        .longValueExact();
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException(
                        "amount has more than " + settings.minorDigits() + " decimals, or is too large");
            }
        }
    }
}
