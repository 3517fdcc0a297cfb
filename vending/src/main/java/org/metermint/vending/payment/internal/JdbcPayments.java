package org.metermint.vending.payment.internal;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.debt.Debt;
import org.metermint.vending.debt.OwedDebt;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.money.Money;
import org.metermint.vending.payment.DebtPayment;
import org.metermint.vending.payment.PaymentRequest;
import org.metermint.vending.payment.Payments;
import org.metermint.vending.payment.internal.PaymentRows.Known;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.UtilitySettings;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.Vendors;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One transaction for each payment: under the lock of the account, which sales take too, request, payment, debts and
 * books are written, and last of all the vendor's float.
 */
public final class JdbcPayments implements Payments {
    private static final Pattern REQUEST_ID = Pattern.compile("[!-~]{1,64}");

    /** How many payments hold a connection at a time: they wait for rows that sales hold, which may need a second one. */
    private static final int MOST_AT_ONCE = 4;

    private final Semaphore places = new Semaphore(MOST_AT_ONCE, true);
    private final UtilityTransactions transactions;
    private final Utilities utilities;
    private final Vendors vendors;
    private final Ledger ledger;
    private final Clock clock;

    public JdbcPayments(
            UtilityTransactions transactions, Utilities utilities, Vendors vendors, Ledger ledger, Clock clock) {
        this.transactions = transactions;
        this.utilities = utilities;
        this.vendors = vendors;
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public DebtPayment pay(ClientIdentity client, PaymentRequest request) {
        client.require(Role.SELLER, Role.SUPERVISOR);
        if (!REQUEST_ID.matcher(request.requestId()).matches()) {
            throw new RefusedException(
                    RefusalCode.REQUEST_ID_INVALID, "the request id is not 1 to 64 printable characters");
        }
        places.acquireUninterruptibly();
        try {
            return decide(client, request);
        } finally {
            places.release();
        }
    }

    private DebtPayment decide(ClientIdentity client, PaymentRequest request) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        ledger.accounts(
                client.utility(), accounts(client, request)); // before a connection is taken: it may need its own
        try {
            return transactions.in(client.utility(), sql -> pay(sql, client, request, now));
        } catch (RefusedException e) {
            if (e.refusal().code().retryable() || e.refusal().code() == RefusalCode.REQUEST_ID_REUSED) {
                throw e;
            }
            transactions.in(
                    client.utility(),
                    sql -> PaymentRows.bind(sql, client, request, now.atOffset(ZoneOffset.UTC), null, e.refusal()));
            return transactions.in(
                    client.utility(), sql -> answered(sql, client, request).orElseThrow());
        }
    }

    /** The accounts in the books that the payment may post to. */
    private List<String> accounts(ClientIdentity client, PaymentRequest request) {
        return transactions.in(
                client.utility(),
                sql -> sql.sql("""
                        SELECT 'float/' || :vendor UNION
                        SELECT 'debt/' || d.type FROM debt d
                        JOIN account a ON a.utility_id = d.utility_id AND a.id = d.account_id
                        WHERE a.utility_id = :utility AND a.number = :account AND d.method IS NOT NULL
                        """)
                        .param("vendor", client.vendorCode())
                        .param("utility", client.utility().value())
                        .param("account", request.account())
                        .query(String.class)
                        .list());
    }

    private DebtPayment pay(JdbcClient sql, ClientIdentity client, PaymentRequest request, Instant now) {
        UtilityId utility = client.utility();
        UUID id = ledger.nextId(utility, now);
        Optional<Long> account = lockAccount(sql, utility, request.account());
        Optional<DebtPayment> before = answered(sql, client, request);
        if (before.isPresent()) {
            return before.get();
        }
        vendors.terms(utility, client.vendorCode())
                .orElseThrow()
                .requireAllowed(request.operator(), request.terminal());
        UtilitySettings settings = utilities.get(utility).settings();
        long amount = minorUnits(request, settings);
        long owner = account.orElseThrow(
                () -> new RefusedException(RefusalCode.NOT_FOUND, "this utility has no such account"));
        List<OwedDebt> all = debts(sql, utility, owner);
        Settling settling = Settling.of(amount, chosen(all, request, amount, settings));
        long owed = all.stream().mapToLong(debt -> debt.debt().balance()).sum();
        DebtPayment payment = new DebtPayment(
                id,
                sql.sql("SELECT nextval('receipt_number')").query(Long.class).single(),
                client.clientId(),
                client.vendorCode(),
                request.requestId(),
                now,
                request.account(),
                request.payment(),
                request.operator(),
                request.terminal(),
                shift(sql, client, request),
                amount,
                settling.parts(),
                owed - amount);
        PaymentRows.insert(sql, utility, owner, payment);
        if (!PaymentRows.bind(sql, client, request, now.atOffset(ZoneOffset.UTC), id, null)) {
            // another payment under this request id was faster, about another account; once more, and it is seen
            throw new CannotAcquireLockException("request id " + request.requestId() + " was bound meanwhile");
        }
        DebtRecovery.take(sql, utility, owner, settling.parts(), month(now, settings));
        ledger.post(utility, entry(payment, settling));
        debitFloat(sql, client, amount);
        return payment;
    }

    /** What the request was answered before. */
    private static Optional<DebtPayment> answered(JdbcClient sql, ClientIdentity client, PaymentRequest request) {
        Optional<Known> known = PaymentRows.known(sql, client, request.requestId());
        if (known.isPresent() && !known.get().body().equals(PaymentBody.sha256(request))) {
            throw new RefusedException(
                    RefusalCode.REQUEST_ID_REUSED,
                    "account, amount, currency, payment, debt or operator differ from those first sent under this request"
                            + " id");
        }
        return known.map(one -> outcome(sql, client.utility(), one));
    }

    private static DebtPayment outcome(JdbcClient sql, UtilityId utility, Known known) {
        if (known.refusal() != null) {
            throw known.refusal().toException();
        }
        UUID payment = known.payment();
        if (payment == null) {
            throw new IllegalStateException("a request names neither a payment nor a refusal");
        }
        return PaymentRows.find(sql, utility, payment).orElseThrow();
    }

    private static Optional<Long> lockAccount(JdbcClient sql, UtilityId utility, String number) {
        return sql.sql("SELECT id FROM account WHERE utility_id = ? AND number = ? FOR NO KEY UPDATE")
                .params(utility.value(), number)
                .query(Long.class)
                .optional();
    }

    private static long minorUnits(PaymentRequest request, UtilitySettings settings) {
        if (!request.currency().equals(settings.currency())) {
            throw new RefusedException(
                    RefusalCode.CURRENCY_MISMATCH, "the payment must be in " + settings.currency() + ", the utility's");
        }
        BigDecimal minor =
                request.amount().movePointRight(settings.minorDigits()).stripTrailingZeros();
        if (minor.signum() <= 0 || minor.scale() > 0) {
            throw new RefusedException(
                    RefusalCode.TENDER_INVALID,
                    "the amount is zero, negative or finer than the " + settings.minorDigits() + " decimals of "
                            + settings.currency());
        }
        return minor.min(BigDecimal.valueOf(Debt.MOST)).longValueExact();
    }

    /** The debts of an account that are in the books and owed, in the order in which they are paid. */
    private static List<OwedDebt> debts(JdbcClient sql, UtilityId utility, long account) {
        return sql.sql("""
                        SELECT * FROM debt
                        WHERE utility_id = ? AND account_id = ? AND method IS NOT NULL AND balance > 0
                        ORDER BY priority, since, reference COLLATE "C"
                        """)
                .params(utility.value(), account)
                .query((row, number) -> OwedDebt.read(row))
                .list();
    }

    /** Those that the request is about. */
    private static List<OwedDebt> chosen(
            List<OwedDebt> all, PaymentRequest request, long amount, UtilitySettings settings) {
        List<OwedDebt> chosen = request.debt().isEmpty()
                ? all
                : all.stream()
                        .filter(owed ->
                                owed.debt().reference().equals(request.debt().get()))
                        .toList();
        if (chosen.isEmpty() && request.debt().isPresent()) {
            throw new RefusedException(RefusalCode.NOT_FOUND, "the account owes nothing by a debt of that reference");
        }
        long owed = chosen.stream().mapToLong(debt -> debt.debt().balance()).sum();
        if (amount > owed) {
            throw new RefusedException(
                    RefusalCode.PAYMENT_TOO_LARGE,
                    "the amount is above " + new Money(owed, settings.minorDigits(), settings.currency())
                            + ", what the account owes" + (request.debt().isPresent() ? " of that debt" : ""));
        }
        return chosen;
    }

    private static LocalDate month(Instant now, UtilitySettings settings) {
        return LocalDate.ofInstant(now, settings.zone()).withDayOfMonth(1);
    }

    /** The open shift of the till. */
    private static Optional<Long> shift(JdbcClient sql, ClientIdentity client, PaymentRequest request) {
        return sql.sql("""
                        SELECT id FROM shift WHERE utility_id = ? AND client_id = ? AND coalesce(terminal, '') = ?
                            AND closed_at IS NULL
                        """)
                .params(
                        client.utility().value(),
                        client.clientId(),
                        request.terminal().orElse(""))
                .query(Long.class)
                .optional();
    }

    private static JournalEntry entry(DebtPayment payment, Settling settling) {
        return new JournalEntry(
                payment.id(),
                JournalEntry.Kind.PAYMENT,
                Optional.empty(),
                Optional.of("payment/" + payment.receiptNumber()),
                payment.shift(),
                payment.receivedAt(),
                settling.postings(payment.vendor(), payment.amount()));
    }

    /** Takes the amount from the float, last of all: sales of the vendor wait for this row. */
    private static void debitFloat(JdbcClient sql, ClientIdentity client, long amount) {
        int debited = sql.sql("""
                        UPDATE vendor SET balance = balance - :amount
                        WHERE utility_id = :utility AND code = :code
                            AND (credit_line IS NULL OR balance - :amount + credit_line >= 0)
                        """)
                .param("amount", amount)
                .param("utility", client.utility().value())
                .param("code", client.vendorCode())
                .update();
        if (debited == 0) {
            throw new RefusedException(
                    RefusalCode.FLOAT_EXHAUSTED, "float and credit line of the vendor do not cover the payment");
        }
    }

    @Override
    public Optional<DebtPayment> find(UtilityId utility, UUID id) {
        return transactions.in(utility, sql -> PaymentRows.find(sql, utility, id));
    }

    @Override
    public Optional<DebtPayment> byRequest(ClientIdentity client, String requestId) {
        return transactions.in(
                client.utility(),
                sql -> PaymentRows.known(sql, client, requestId).map(known -> outcome(sql, client.utility(), known)));
    }
}
