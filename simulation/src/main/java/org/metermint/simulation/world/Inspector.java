package org.metermint.simulation.world;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.TokenVerification;
import org.metermint.tariff.Assessment;
import org.metermint.token.CreditAmount;
import org.metermint.token.KeyType;
import org.metermint.token.TransferCredit;
import org.metermint.vending.Vending;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.ledger.AccountBalance;
import org.metermint.vending.ledger.Verification;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleState;
import org.metermint.vending.sale.SaleToken;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Holds what the database and the security module have against what the tills were told, after every step. Each sale is
 * looked at when it appears and when it ends; at the end of the world all are read once more, since history does not change.
 */
final class Inspector {
    private record Row(UUID id, long receipt, String clientId, String requestId) {}

    private record VendorFloat(
            String code, long balance, @Nullable Long line) {}

    /** What the database held at one instant. */
    private record Seen(List<Row> appeared, List<UUID> ended, List<VendorFloat> floats) {}

    /** Receipt numbers are given before the commit: a smaller one may appear later, from a server that died meanwhile. */
    private static final long LATE = 200;

    private final Vending vending;
    private final UtilityId utility;
    private final JdbcClient database;

    /** A server that died may still commit: the database goes on with what it was told last. */
    private final TransactionTemplate atOneInstant;

    private final SecurityModule module;
    private final Answers answers;
    private final Payments payments;

    private final Map<String, UUID> byRequest = new HashMap<>();
    private final Set<UUID> open = new HashSet<>();
    private final Map<UUID, Sale> ended = new HashMap<>();
    private final Set<String> free = new HashSet<>();
    private final Set<String> tokens = new HashSet<>();
    private final Map<String, Long> owed = new HashMap<>();
    private long lastReceipt;

    /**
     * An inspector.
     *
     * @param vending one of his own, to read with
     */
    Inspector(
            Vending vending,
            UtilityId utility,
            DataSource database,
            SecurityModule module,
            Answers answers,
            Payments payments) {
        this.vending = vending;
        this.utility = utility;
        this.database = JdbcClient.create(database);
        this.atOneInstant = new TransactionTemplate(new DataSourceTransactionManager(database));
        atOneInstant.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        atOneInstant.setReadOnly(true);
        this.module = module;
        this.answers = answers;
        this.payments = payments;
    }

    int sales() {
        return byRequest.size();
    }

    int completed() {
        return (int) ended.values().stream().filter(Inspector::isSold).count();
    }

    int openSales() {
        return open.size();
    }

    /**
     * What can be seen after each step at a cost that does not grow.
     *
     * @return whether a sale appeared or ended since the last look
     */
    boolean look() {
        Seen seen = Objects.requireNonNull(atOneInstant.execute(status -> see()));
        for (Row row : seen.appeared()) {
            appears(row);
        }
        for (UUID id : seen.ended()) {
            Sale sale = read(id);
            require(!sale.state().open(), "sale " + id + " has an outcome and is open");
            open.remove(id);
            ended.put(id, sale);
            ends(sale);
        }
        seen.floats().forEach(this::checkFloat);
        return !seen.appeared().isEmpty() || !seen.ended().isEmpty();
    }

    private Seen see() {
        List<Row> appeared = newRows();
        List<UUID> undecided = new ArrayList<>(open);
        appeared.forEach(row -> undecided.add(row.id()));
        return new Seen(appeared, decidedAmong(undecided), floats());
    }

    /** Money was paid into a float, and confirmed. */
    void deposited(String vendor, long amount) {
        owed.merge("float/" + vendor, -amount, Long::sum);
    }

    private List<VendorFloat> floats() {
        return database.sql("SELECT code, balance, credit_line FROM metermint.vendor WHERE utility_id = ?")
                .param(utility.value())
                .query((row, number) -> new VendorFloat(
                        row.getString("code"), row.getLong("balance"), row.getObject("credit_line", Long.class)))
                .list();
    }

    /** Invariant 5: what is left of each float is what was paid in and not sold, and not below its line. */
    private void checkFloat(VendorFloat left) {
        require(
                left.line() == null || left.balance() + left.line() >= 0,
                "the float of " + left.code() + " is below its line");
        require(
                left.balance() == -owed.getOrDefault("float/" + left.code(), 0L),
                "the float of " + left.code() + " is " + left.balance()
                        + " minor units, and not what was paid in and sold");
    }

    private List<UUID> decidedAmong(List<UUID> sales) {
        return sales.isEmpty()
                ? List.of()
                : database.sql("SELECT sale_id FROM metermint.sale_outcome WHERE utility_id = ? AND sale_id = ANY (?)")
                        .params(utility.value(), sales.toArray(UUID[]::new))
                        .query(UUID.class)
                        .list();
    }

    private List<Row> newRows() {
        return database
                .sql("""
                        SELECT id, receipt_number, client_id, request_id FROM metermint.sale
                        WHERE utility_id = ? AND receipt_number > ? ORDER BY receipt_number
                        """)
                .params(utility.value(), lastReceipt - LATE)
                .query((row, number) -> new Row(
                        Objects.requireNonNull(row.getObject("id", UUID.class)),
                        row.getLong("receipt_number"),
                        row.getString("client_id"),
                        row.getString("request_id")))
                .list()
                .stream()
                .filter(row -> !open.contains(row.id()) && !ended.containsKey(row.id()))
                .toList();
    }

    private void appears(Row row) {
        lastReceipt = Math.max(lastReceipt, row.receipt());
        require(answers.wasSent(row.requestId()), "nobody sent request " + row.requestId() + ", and it has a sale");
        UUID other = byRequest.put(row.clientId() + "/" + row.requestId(), row.id());
        require(other == null, "request " + row.requestId() + " has two sales: " + other + " and " + row.id());
        open.add(row.id());
        Sale sale = read(row.id());
        owed.merge("float/" + sale.vendorCode(), sale.tender().minor(), Long::sum);
        require(!payments.isGivenBack(row.requestId()), "payment " + row.requestId() + " was given back, and sells");
    }

    private void ends(Sale sale) {
        reprice(sale);
        if (sale.state() == SaleState.REFUSED) {
            String why = sale.refusal().orElseThrow().detail();
            require(
                    !why.contains("TID_NOT_RISING"),
                    "sale " + sale.id() + " was refused, since its identifier did not rise");
            require(!payments.isKept(sale.requestId()), "payment " + sale.requestId() + " was kept for no token");
            owed.merge("float/" + sale.vendorCode(), -sale.tender().minor(), Long::sum);
            return;
        }
        require(!payments.isGivenBack(sale.requestId()), "payment " + sale.requestId() + " was given back for a token");
        if (sale.isFree()) {
            String month = sale.account() + " in " + sale.assessment().after().month();
            require(free.add(month), "account " + month + " was given free units twice");
        }
        for (SaleToken token : sale.tokens()) {
            require(tokens.add(token.token().digits()), "sale " + sale.id() + " has a token that another has");
        }
        try {
            decodes(sale);
        } catch (SecurityModuleException e) {
            throw new BreachException("the module does not tell of sale " + sale.id() + ": " + e.kind());
        }
    }

    /** Invariant 6, and that the lines of the receipt sum to the tender. */
    private static void reprice(Sale sale) {
        Assessment stored = sale.assessment();
        Object again = stored.again();
        require(again.equals(stored), "sale " + sale.id() + " does not reproduce its price: " + again);
        require(stored.tender() == sale.tender().minor(), "sale " + sale.id() + " was priced for another tender");
        require(
                new CreditAmount(stored.issuedTenths()).onToken().tenths()
                        == sale.credit().steps(),
                "sale " + sale.id() + " has other units than were priced");
    }

    /** The token says what the sale says, and is the one that the module has under the sale's id. */
    private void decodes(Sale sale) throws SecurityModuleException {
        SaleToken credit = sale.tokens().getLast();
        MeterKeyState meter = new MeterKeyState(
                sale.meter(), sale.algorithm(), sale.supplyGroup(), sale.tariffIndex(), sale.revision(), KeyType.DUTK);
        boolean right = module.verify(meter, credit.token()) instanceof TokenVerification.Valid valid
                && valid.token() instanceof TransferCredit transfer
                && sale.stamp()
                        .filter(stamp -> stamp.identifier().equals(transfer.tid()))
                        .isPresent()
                && transfer.amount().tenths() == sale.credit().steps();
        require(right, "the token of sale " + sale.id() + " says something else than the sale");
        require(
                module.find(MessageId.of(sale.id()))
                        .map(issued -> issued.tokens().equals(List.of(credit.token())))
                        .orElse(false),
                "the module knows another token for sale " + sale.id() + ", or none");
    }

    /** The answer to each decided request is what the database has. */
    void compareWithAnswers(Iterable<String> requestIds, String clientOf) {
        for (String request : requestIds) {
            Optional<SaleAnswer> told = answers.decision(request);
            if (told.isEmpty()) {
                continue;
            }
            UUID id = byRequest.get(clientOf + "/" + request);
            if (told.get() instanceof SaleAnswer.Sold(Sale sale)) {
                require(sale.equals(ended.get(sale.id())), "the till was told another sale than " + sale.id() + " is");
            } else if (id != null) {
                Sale sale = Objects.requireNonNull(ended.get(id), "an open sale was refused");
                require(sale.state() == SaleState.REFUSED, "request " + request + " was refused, and is sold");
            }
        }
    }

    /** Invariant 3, over everything there is. */
    void audit() {
        for (Optional<String> difference = difference(); difference.isPresent(); difference = difference()) {
            String found = difference.get();
            require(look(), found); // right is only what a dead server committed since the last look
        }
    }

    /** What the books say otherwise than this inspector; that they are right in themselves is required at once. */
    private Optional<String> difference() {
        Verification books = vending.ledger().verify(utility);
        require(books.proved(), "the books are wrong: " + books.faults());
        List<AccountBalance> balances = vending.ledger().balances(utility);
        require(balances.stream().mapToLong(AccountBalance::balance).sum() == 0, "the balances do not sum to zero");
        if (books.sales() != byRequest.size()) {
            return Optional.of("the books have " + books.sales() + " sales, and " + byRequest.size() + " were seen");
        }
        return owed.entrySet().stream()
                .filter(entry -> !balances.contains(new AccountBalance(entry.getKey(), entry.getValue())))
                .map(entry -> entry.getKey() + " has another balance than its sales sum to: " + entry.getValue()
                        + " minor units")
                .findFirst();
    }

    /** At the end of the world: everything is decided, the module issued what was sold, and no history changed. */
    void judge() {
        look();
        require(open.isEmpty(), "" + open.size() + " sales are still open");
        audit();
        long issued = 0;
        for (Map.Entry<UUID, Sale> entry : ended.entrySet()) {
            Sale sale = entry.getValue();
            require(read(entry.getKey()).equals(sale), "sale " + entry.getKey() + " has changed");
            if (isSold(sale)) {
                boolean keyChange = sale.tokens().getFirst().kind() == SaleToken.Kind.KEY_CHANGE;
                issued += keyChange ? 2 : 1;
            }
        }
        List<String> kept = new ArrayList<>(payments.allKept());
        kept.removeIf(request ->
                ended.values().stream().anyMatch(sale -> sale.requestId().equals(request) && isSold(sale)));
        require(kept.isEmpty(), "payments were kept for no token: " + kept);
        long messages = module.status().issuedMessages();
        require(messages == issued, "the module issued " + messages + " messages, and " + issued + " are sold");
    }

    private static boolean isSold(Sale sale) {
        return !sale.state().open() && sale.state() != SaleState.REFUSED;
    }

    private Sale read(UUID id) {
        return vending.saleDesk()
                .sale(utility, id)
                .orElseThrow(() -> new BreachException("sale " + id + " has a row and is not found"));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new BreachException(otherwise);
        }
    }
}
