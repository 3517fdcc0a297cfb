package org.metermint.channel.rest;

import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.metermint.tariff.AccountFacts;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Block;
import org.metermint.tariff.Levy;
import org.metermint.tariff.Limits;
import org.metermint.tariff.Pricing;
import org.metermint.tariff.Purchase;
import org.metermint.tariff.RateVersion;
import org.metermint.tariff.Rounding;
import org.metermint.tariff.Tariff;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;
import org.metermint.vending.customer.Account;
import org.metermint.vending.customer.Customer;
import org.metermint.vending.customer.Customers;
import org.metermint.vending.customer.SupplyPoint;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.debt.Advances;
import org.metermint.vending.debt.DebtChanges;
import org.metermint.vending.debt.Debts;
import org.metermint.vending.entitlement.Entitlements;
import org.metermint.vending.ledger.ChartOfAccounts;
import org.metermint.vending.ledger.DailyClose;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.meter.Meter;
import org.metermint.vending.meter.MeterNumbers;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.meter.Meters;
import org.metermint.vending.payment.PaymentReversals;
import org.metermint.vending.payment.Payments;
import org.metermint.vending.receipt.Letterhead;
import org.metermint.vending.receipt.Letterheads;
import org.metermint.vending.receipt.Paper;
import org.metermint.vending.receipt.Receipt;
import org.metermint.vending.receipt.Receipts;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.AfterSales;
import org.metermint.vending.sale.Quotes;
import org.metermint.vending.sale.Reversals;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleCredit;
import org.metermint.vending.sale.SaleDesk;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.sale.SaleState;
import org.metermint.vending.sale.SaleToken;
import org.metermint.vending.sale.TokenStamp;
import org.metermint.vending.sale.TrialAnswer;
import org.metermint.vending.shift.Batches;
import org.metermint.vending.shift.Shifts;
import org.metermint.vending.supply.Service;
import org.metermint.vending.supply.SupplyGroup;
import org.metermint.vending.supply.SupplyGroups;
import org.metermint.vending.tariff.RateDraft;
import org.metermint.vending.tariff.RateDrafts;
import org.metermint.vending.tariff.TariffDraft;
import org.metermint.vending.tariff.TariffDrafts;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.utility.KeyChangePolicy;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.utility.UtilitySettings;
import org.metermint.vending.vendor.Client;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.ClientSecret;
import org.metermint.vending.vendor.Clients;
import org.metermint.vending.vendor.Floats;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.Vendors;

/**
 * Vending in memory: registers that keep what they are given, and a desk that answers as the test says. It is there for
 * what the interface does by itself; what vending decides is tried against the real one.
 */
final class FakeVending {
    static final String CREDENTIAL = "till-1:secret";
    static final UtilityId UTILITY = new UtilityId(1);
    static final Tariff TARIFF = new Tariff(
            "flat",
            1,
            "Flat",
            "ZAR",
            2,
            "kWh",
            Instant.parse("2026-01-01T00:00:00Z"),
            List.of(Block.of("0", "2.5")),
            List.of(Levy.includedTax("VAT", "VAT 15 %", "15")),
            Rounding.STANDARD,
            Limits.STANDARD);

    private static final ZoneId ZONE = ZoneId.of("Africa/Johannesburg");

    final AtomicInteger asked = new AtomicInteger();
    volatile Function<SaleRequest, SaleAnswer> desk = request -> new SaleAnswer.Sold(sale(request));
    volatile Function<String, Optional<ClientIdentity>> credentials = id -> Optional.of(client(id));

    private final Map<String, SaleAnswer> answers = new ConcurrentHashMap<>();

    TestServer.Parts parts() {
        Tariffs tariffs = tariffs();
        return new TestServer.Parts(
                utilities(),
                clients(),
                absent(Vendors.class),
                absent(Debts.class),
                absent(DebtChanges.class),
                absent(Advances.class),
                absent(Payments.class),
                absent(PaymentReversals.class),
                entitlements(),
                absent(Floats.class),
                absent(Shifts.class),
                absent(Batches.class),
                absent(Ledger.class),
                absent(ChartOfAccounts.class),
                absent(DailyClose.class),
                supplyGroups(),
                tariffs,
                drafts(tariffs),
                rateDrafts(tariffs),
                meters(),
                customers(),
                saleDesk(),
                absent(Quotes.class),
                afterSales(),
                absent(Reversals.class),
                letterheads(),
                receipts());
    }

    /** Takes accounts on any list, and has none. */
    private static Entitlements entitlements() {
        return (Entitlements) Proxy.newProxyInstance(
                Entitlements.class.getClassLoader(),
                new Class<?>[] {Entitlements.class},
                (proxy, method, given) -> switch (method.getName()) {
                    case "add" -> true;
                    case "all", "claims" -> List.of();
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    /** A part that is not there: whoever asks it fails. */
    private static <T> T absent(Class<T> part) {
        return part.cast(
                Proxy.newProxyInstance(part.getClassLoader(), new Class<?>[] {part}, (proxy, method, given) -> {
                    throw new UnsupportedOperationException(method.getName());
                }));
    }

    static ClientIdentity client(String id) {
        return client(id, Role.SELLER);
    }

    static ClientIdentity client(String id, Role role) {
        return new ClientIdentity(UTILITY, id, "vendor-1", role);
    }

    static Sale sale(SaleRequest request) {
        Instant at = Instant.parse("2026-07-15T10:20:30.123456Z");
        SaleRequest.Tender asked = (SaleRequest.Tender) request.amount();
        long tender = asked.tender().movePointRight(2).longValueExact();
        Assessment assessment = (Assessment) Pricing.assess(
                TARIFF,
                AccountPosition.startOf(YearMonth.of(2026, 7)),
                new Purchase.Tender(tender, asked.currency()),
                at,
                ZONE);
        return new Sale(
                UUID.nameUUIDFromBytes(request.requestId().getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                UTILITY,
                1001,
                "till-1",
                "vendor-1",
                request.requestId(),
                request.operator(),
                request.terminal(),
                at,
                SaleState.ISSUED,
                MeterNumbers.parse(request.meterNumber()),
                EncryptionAlgorithm.EA07,
                "A-1",
                request.payment(),
                settings().money(tender),
                Service.ELECTRICITY,
                assessment,
                new SaleCredit(CreditType.ELECTRICITY, assessment.issuedTenths()),
                new SupplyGroupCode(123456),
                new KeyRevisionNumber(1),
                new TariffIndex(1),
                Optional.of(new TokenStamp(BaseDate.BASE_2014, TokenIdentifier.at(at, BaseDate.BASE_2014))),
                List.of(new SaleToken(1, 1, SaleToken.Kind.CREDIT, TokenNumber.parse("12345678901234567890"))),
                Optional.empty(),
                true,
                Optional.of(at),
                Optional.empty());
    }

    private static Utility settings() {
        return new Utility(
                UTILITY,
                "demo",
                new UtilitySettings("Demo", "ZAR", 2, ZONE, KeyChangePolicy.WITH_SALE, 1, 100_000_000),
                Instant.EPOCH);
    }

    private Utilities utilities() {
        return new Utilities() {
            @Override
            public Utility register(String code, UtilitySettings settings) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Utility change(UtilityId id, UtilitySettings settings) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Utility get(UtilityId id) {
                return settings();
            }

            @Override
            public Optional<Utility> byCode(String code) {
                return Optional.of(settings());
            }

            @Override
            public List<UtilityId> all() {
                return List.of(UTILITY);
            }
        };
    }

    private Clients clients() {
        return new Clients() {
            @Override
            public ClientSecret create(UtilityId utility, String clientId, String vendorCode) {
                throw new UnsupportedOperationException();
            }

            @Override
            public ClientSecret create(
                    UtilityId utility, String clientId, String vendorCode, Role role, Optional<String> terminal) {
                throw new UnsupportedOperationException();
            }

            @Override
            public List<Client> of(UtilityId utility, String vendorCode) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Optional<Client> find(UtilityId utility, String clientId) {
                throw new UnsupportedOperationException();
            }

            @Override
            public ClientSecret renew(UtilityId utility, String clientId) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void disable(UtilityId utility, String clientId) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Optional<ClientIdentity> authenticate(String clientId, String secret) {
                return secret.equals("secret") ? credentials.apply(clientId) : Optional.empty();
            }
        };
    }

    private SupplyGroups supplyGroups() {
        Map<SupplyGroupCode, SupplyGroup> kept = new TreeMap<>(java.util.Comparator.comparing(SupplyGroupCode::value));
        return new SupplyGroups() {
            @Override
            public SupplyGroup register(UtilityId utility, SupplyGroup group) {
                kept.put(group.code(), group);
                return group;
            }

            @Override
            public SupplyGroup moveTo(UtilityId utility, SupplyGroupCode code, KeyRevisionNumber revision) {
                SupplyGroup old = Optional.ofNullable(kept.get(code)).orElseThrow(() -> Missing.record("group"));
                return register(utility, new SupplyGroup(code, old.name(), revision, old.type(), old.service()));
            }

            @Override
            public Optional<SupplyGroup> find(UtilityId utility, SupplyGroupCode code) {
                return Optional.ofNullable(kept.get(code));
            }

            @Override
            public List<SupplyGroup> all(UtilityId utility) {
                return List.copyOf(kept.values());
            }
        };
    }

    private Tariffs tariffs() {
        Map<String, Tariff> kept = new TreeMap<>();
        Set<RateVersion> rates = ConcurrentHashMap.newKeySet();
        return new Tariffs() {
            @Override
            public Tariff add(UtilityId utility, Tariff version) {
                kept.put(version.id() + version.version(), version);
                return version;
            }

            @Override
            public Optional<Tariff> inForce(UtilityId utility, String id, Instant at) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Optional<Tariff> version(UtilityId utility, String id, int version) {
                return Optional.ofNullable(kept.get(id + version));
            }

            @Override
            public List<Tariff> all(UtilityId utility) {
                return List.copyOf(kept.values());
            }

            @Override
            public RateVersion add(UtilityId utility, RateVersion version) {
                rates.add(version);
                return version;
            }

            @Override
            public List<RateVersion> rates(UtilityId utility) {
                return List.copyOf(rates);
            }
        };
    }

    /** No account uses a tariff here: what is proposed is added. */
    private static TariffDrafts drafts(Tariffs tariffs) {
        Function<ClientIdentity, TariffDraft> draft = by ->
                new TariffDraft(1, TARIFF, by.clientId(), Instant.parse("2026-01-01T00:00:00Z"), Optional.empty());
        return new TariffDrafts() {
            @Override
            public Optional<TariffDraft> propose(ClientIdentity by, Tariff version) {
                by.require(Role.ADMINISTRATOR);
                tariffs.add(by.utility(), version);
                return Optional.empty();
            }

            @Override
            public TariffDraft approve(ClientIdentity by, String tariff, int version) {
                by.require(Role.FINANCE, Role.ADMINISTRATOR);
                return draft.apply(by);
            }

            @Override
            public TariffDraft reject(ClientIdentity by, String tariff, int version, String reason) {
                by.require(Role.FINANCE, Role.ADMINISTRATOR);
                return draft.apply(by);
            }

            @Override
            public Optional<TariffDraft> find(UtilityId utility, String tariff, int version) {
                return tariffs.version(utility, tariff, version).map(found -> draft.apply(client("admin")));
            }

            @Override
            public List<TariffDraft> after(UtilityId utility, long id, int limit) {
                return List.of();
            }
        };
    }

    /** No tariff in use names a table here: what is proposed is added. */
    private static RateDrafts rateDrafts(Tariffs tariffs) {
        Function<ClientIdentity, RateDraft> draft = by -> {
            by.require(Role.FINANCE, Role.ADMINISTRATOR);
            return new RateDraft(
                    1,
                    new RateVersion("FUEL", 1, Instant.parse("2026-01-01T00:00:00Z"), BigDecimal.ONE),
                    by.clientId(),
                    Instant.parse("2026-01-01T00:00:00Z"),
                    Optional.empty());
        };
        return new RateDrafts() {
            @Override
            public Optional<RateDraft> propose(ClientIdentity by, RateVersion version) {
                by.require(Role.ADMINISTRATOR);
                tariffs.add(by.utility(), version);
                return Optional.empty();
            }

            @Override
            public RateDraft approve(ClientIdentity by, String table, int version) {
                return draft.apply(by);
            }

            @Override
            public RateDraft reject(ClientIdentity by, String table, int version, String reason) {
                return draft.apply(by);
            }

            @Override
            public List<RateDraft> after(UtilityId utility, long id, int limit) {
                return List.of();
            }
        };
    }

    private Meters meters() {
        Map<MeterPan, Meter> kept = new ConcurrentHashMap<>();
        return new Meters() {
            @Override
            public Meter register(UtilityId utility, Meter meter) {
                kept.put(meter.pan(), meter);
                return meter;
            }

            @Override
            public Meter setStatus(UtilityId utility, MeterPan pan, MeterStatus status) {
                Meter old = find(utility, pan).orElseThrow(() -> Missing.record("meter"));
                return register(
                        utility,
                        new Meter(
                                pan,
                                old.algorithm(),
                                old.supplyGroup(),
                                old.revision(),
                                old.tariffIndex(),
                                old.keyType(),
                                old.keyChangeTokens(),
                                status,
                                old.lastTokenIdentifiers()));
            }

            @Override
            public Optional<Meter> find(UtilityId utility, MeterPan pan) {
                return Optional.ofNullable(kept.get(pan));
            }
        };
    }

    private Customers customers() {
        Map<String, Customer> customers = new ConcurrentHashMap<>();
        Map<String, Account> accounts = new ConcurrentHashMap<>();
        return new Customers() {
            @Override
            public Customer register(UtilityId utility, Customer customer) {
                Customer old = customers.putIfAbsent(customer.number(), customer);
                if (old != null && !old.equals(customer)) {
                    throw new RefusedException(RefusalCode.ALREADY_EXISTS, "the customer number is taken");
                }
                return customer;
            }

            @Override
            public Customer erase(UtilityId utility, String number) {
                return Optional.ofNullable(
                                customers.computeIfPresent(number, (key, old) -> Customer.erased(key, Instant.EPOCH)))
                        .orElseThrow(() -> Missing.record("customer"));
            }

            @Override
            public Account register(UtilityId utility, Account account) {
                accounts.put(account.number(), account);
                return account;
            }

            @Override
            public Account replaceMeter(ClientIdentity by, String number, MeterPan meter, String reason) {
                by.require(Role.ADMINISTRATOR);
                return Objects.requireNonNull(accounts.get(number));
            }

            @Override
            public Account change(UtilityId utility, String number, AccountFacts facts) {
                return Objects.requireNonNull(accounts.computeIfPresent(
                        number,
                        (key, old) -> new Account(
                                key,
                                old.customer(),
                                old.meter(),
                                old.supplyGroup(),
                                old.tariffIndex(),
                                old.tariff(),
                                facts,
                                old.position(),
                                old.debts())));
            }

            @Override
            public Optional<Customer> customer(UtilityId utility, String number) {
                return Optional.ofNullable(customers.get(number));
            }

            @Override
            public Optional<Account> account(UtilityId utility, String number) {
                return Optional.ofNullable(accounts.get(number));
            }

            @Override
            public Optional<Account> accountOf(UtilityId utility, MeterPan meter) {
                throw new UnsupportedOperationException();
            }

            @Override
            public List<SupplyPoint> find(UtilityId utility, String text, int limit) {
                return customers.values().stream()
                        .filter(customer -> customer.phone().equals(Optional.of(text)))
                        .map(customer -> new SupplyPoint(customer, Optional.empty(), Optional.empty()))
                        .toList();
            }
        };
    }

    private SaleDesk saleDesk() {
        return new SaleDesk() {
            @Override
            public SaleAnswer advise(ClientIdentity client, String requestId) {
                return byRequest(client, requestId).orElseThrow();
            }

            @Override
            public SaleAnswer sell(ClientIdentity client, SaleRequest request) {
                asked.incrementAndGet();
                SaleAnswer answer = desk.apply(request);
                answers.put(request.requestId(), answer);
                return answer;
            }

            @Override
            public Optional<SaleAnswer> byRequest(ClientIdentity client, String requestId) {
                return Optional.ofNullable(answers.get(requestId));
            }

            @Override
            public Optional<Sale> sale(UtilityId utility, UUID id) {
                return answers.values().stream()
                        .filter(SaleAnswer.Sold.class::isInstance)
                        .map(answer -> ((SaleAnswer.Sold) answer).sale())
                        .filter(sale -> sale.id().equals(id))
                        .findFirst();
            }

            @Override
            public TrialAnswer trial(ClientIdentity client, SaleRequest request) {
                return switch (desk.apply(request)) {
                    case SaleAnswer.Sold(Sale sale) ->
                        new TrialAnswer.Priced(
                                sale.meter(),
                                sale.account(),
                                sale.tender(),
                                sale.assessment(),
                                sale.credit(),
                                0,
                                Optional.empty());
                    case SaleAnswer.Refused refused -> new TrialAnswer.Refused(refused.refusal());
                };
            }

            @Override
            public int recover(UtilityId utility) {
                return 0;
            }
        };
    }

    private AfterSales afterSales() {
        return new AfterSales() {
            @Override
            public Sale confirm(ClientIdentity client, UUID sale) {
                return find(client, sale);
            }

            @Override
            public Sale resend(ClientIdentity client, UUID sale) {
                return find(client, sale);
            }

            private Sale find(ClientIdentity client, UUID sale) {
                return saleDesk()
                        .sale(client.utility(), sale)
                        .orElseThrow(() -> new RefusedException(RefusalCode.NOT_FOUND, "no such sale"));
            }
        };
    }

    private Receipts receipts() {
        return new Receipts() {
            @Override
            public Receipt of(Sale sale) {
                return receipt(sale, false);
            }

            @Override
            public Optional<Receipt> reprint(UtilityId utility, UUID saleId) {
                return saleDesk().sale(utility, saleId).map(sale -> receipt(sale, true));
            }

            @Override
            public String text(Receipt receipt, Paper paper) {
                return (receipt.copy() ? "COPY" : "RECEIPT") + "\n";
            }

            @Override
            public String message(Receipt receipt) {
                throw new UnsupportedOperationException();
            }

            @Override
            public byte[] pdf(Receipt receipt) {
                throw new UnsupportedOperationException();
            }
        };
    }

    private static Receipt receipt(Sale sale, boolean copy) {
        return new Receipt(
                copy,
                true,
                "Demo",
                new Receipt.Issuer(List.of(), Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.empty(),
                sale.vendorCode(),
                sale.vendorCode(),
                sale.operator(),
                sale.terminal(),
                sale.receiptNumber(),
                sale.id(),
                sale.receivedAt().atZone(ZONE),
                sale.meter().digits(),
                sale.account(),
                Optional.empty(),
                Optional.empty(),
                sale.supplyGroup().digits(),
                sale.revision().value(),
                sale.tariffIndex().digits(),
                "07",
                "02",
                "Flat",
                1,
                Optional.of(sale.credit().amount().toPlainString()),
                "kWh",
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                sale.tender().decimal(),
                sale.tender().currency(),
                Optional.of("0"),
                List.of());
    }

    private static Letterheads letterheads() {
        return new Letterheads() {
            @Override
            public Letterhead at(UtilityId utility, Instant instant) {
                return Letterhead.PLAIN;
            }

            @Override
            public Letterhead.Version add(UtilityId utility, Letterhead letterhead, Optional<Instant> from) {
                return new Letterhead.Version(1, from.orElse(Instant.EPOCH), letterhead);
            }

            @Override
            public List<Letterhead.Version> versions(UtilityId utility) {
                return List.of();
            }
        };
    }
}
