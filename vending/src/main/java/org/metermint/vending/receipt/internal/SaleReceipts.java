package org.metermint.vending.receipt.internal;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Line;
import org.metermint.tariff.Tariff;
import org.metermint.vending.customer.Customer;
import org.metermint.vending.customer.Customers;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.money.Money;
import org.metermint.vending.receipt.CustomerDetails;
import org.metermint.vending.receipt.Letterhead;
import org.metermint.vending.receipt.Letterheads;
import org.metermint.vending.receipt.Paper;
import org.metermint.vending.receipt.Receipt;
import org.metermint.vending.receipt.Receipts;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleDesk;
import org.metermint.vending.sale.SaleToken;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.UtilitySettings;
import org.metermint.vending.vendor.Vendor;
import org.metermint.vending.vendor.Vendors;

/**
 * Receipts from sales. What a utility says of itself is taken as it was at the time of the sale; names of people come from
 * the registers as they are now, so that what was erased there is gone here too.
 */
public final class SaleReceipts implements Receipts {
    /** TT of tokens that are 20 digits for a keypad (IEC 62055-41, token carrier type). */
    private static final String KEYED_IN = "02";

    private final Utilities utilities;
    private final Letterheads letterheads;
    private final Vendors vendors;
    private final Customers customers;
    private final SaleDesk sales;

    public SaleReceipts(
            Utilities utilities, Letterheads letterheads, Vendors vendors, Customers customers, SaleDesk sales) {
        this.utilities = utilities;
        this.letterheads = letterheads;
        this.vendors = vendors;
        this.customers = customers;
        this.sales = sales;
    }

    @Override
    public Receipt of(Sale sale) {
        return make(sale, false);
    }

    @Override
    public Optional<Receipt> reprint(UtilityId utility, UUID saleId) {
        return sales.sale(utility, saleId)
                .filter(sale -> sale.state().hasTokens())
                .map(sale -> make(sale, true));
    }

    @Override
    public String text(Receipt receipt, Paper paper) {
        return ReceiptText.render(receipt, paper, Words.ENGLISH);
    }

    @Override
    public String message(Receipt receipt) {
        return ReceiptMessage.render(receipt, Words.ENGLISH);
    }

    @Override
    public byte[] pdf(Receipt receipt) {
        return ReceiptPdf.render(receipt, Words.ENGLISH);
    }

    private Receipt make(Sale sale, boolean copy) {
        if (!sale.state().hasTokens()) {
            throw new IllegalArgumentException("sale in state " + sale.state() + " has no receipt; it must be issued");
        }
        UtilitySettings settings = utilities.get(sale.utility()).settings();
        Letterhead letterhead = letterheads.at(sale.utility(), sale.receivedAt());
        Assessment assessment = sale.assessment();
        Tariff tariff = assessment.tariff();
        boolean money = sale.credit().type().isCurrency();
        Optional<Customer> customer = customer(sale);
        boolean bought = sale.tokens().stream().anyMatch(token -> token.kind() == SaleToken.Kind.CREDIT);
        return new Receipt(
                copy,
                sale.testOnly(),
                letterhead.name().orElse(settings.name()),
                new Receipt.Issuer(
                        letterhead.address(), letterhead.taxNumber(), letterhead.telephone(), letterhead.message()),
                letterhead
                        .invoiceTitle()
                        .filter(title -> !sale.isFree())
                        .map(title -> invoice(title, assessment, sale.tender())),
                sale.vendorCode(),
                vendors.find(sale.utility(), sale.vendorCode())
                        .map(Vendor::name)
                        .orElse(sale.vendorCode()),
                sale.operator(),
                sale.terminal(),
                sale.receiptNumber(),
                sale.id(),
                sale.receivedAt().atZone(settings.zone()),
                sale.meter().drn().digits(),
                sale.account(),
                customer.flatMap(known -> name(known, letterhead.customer())),
                customer.filter(known -> letterhead.customer() == CustomerDetails.NAME_AND_ADDRESS)
                        .flatMap(Customer::address),
                sale.supplyGroup().digits(),
                sale.revision().value(),
                sale.tariffIndex().digits(),
                sale.algorithm().code(),
                KEYED_IN,
                tariff.name(),
                tariff.version(),
                bought ? Optional.of(credit(sale)) : Optional.empty(),
                sale.credit().unit(tariff),
                bought ? roundedUp(sale) : Optional.empty(),
                freeUnits(sale),
                money ? List.of() : steps(assessment),
                lines(assessment, sale.tender()),
                owed(assessment, sale.tender()),
                sale.tender().decimal(),
                sale.tender().currency(),
                money
                        ? Optional.empty()
                        : Optional.of(figure(assessment.after().units().setScale(1, RoundingMode.HALF_UP), 1)),
                sale.tokens().stream().map(SaleReceipts::token).toList());
    }

    private Optional<Customer> customer(Sale sale) {
        return customers
                .account(sale.utility(), sale.account())
                .flatMap(account -> customers.customer(sale.utility(), account.customer()))
                .filter(known -> known.erasedAt().isEmpty());
    }

    private static Optional<String> name(Customer customer, CustomerDetails told) {
        return switch (told) {
            case NAME_AND_ADDRESS, NAME -> Optional.of(customer.name());
            case MASKED -> Optional.of(CustomerDetails.masked(customer.name()));
            case NONE -> Optional.empty();
        };
    }

    private static Receipt.Token token(SaleToken token) {
        return new Receipt.Token(
                token.number(),
                token.of(),
                token.kind().name(),
                token.token().digits(),
                token.token().grouped());
    }

    /** Everything but debts was supplied with this payment; a debt was invoiced when it arose. */
    private static Receipt.Invoice invoice(String title, Assessment assessment, Money tender) {
        long debts = assessment.lines().stream()
                .filter(line -> line.kind() == Line.Kind.DEBT)
                .mapToLong(Line::amount)
                .sum();
        long supplied = tender.minor() - debts;
        return new Receipt.Invoice(
                title,
                like(tender, supplied - assessment.taxes()),
                like(tender, assessment.taxes()),
                like(tender, supplied));
    }

    private static String credit(Sale sale) {
        return figure(
                sale.credit().amount(),
                sale.credit().type().isCurrency() ? sale.tender().digits() : 1);
    }

    /** Free units of which a token is on the receipt: those of the sale itself, or those that came along. */
    private static Optional<String> freeUnits(Sale sale) {
        return sale.isFree()
                ? Optional.of(credit(sale))
                : sale.free().filter(free -> free.state().hasTokens()).map(free -> figure(free.units(), 1));
    }

    /** What the token carries above what the payment is worth. */
    private static Optional<String> roundedUp(Sale sale) {
        Assessment assessment = sale.assessment();
        BigDecimal worth = sale.credit().type().isCurrency()
                ? BigDecimal.valueOf(assessment.energy(), sale.tender().digits())
                : assessment.exactUnits();
        return Optional.of(sale.credit().amount().subtract(worth))
                .filter(more -> more.signum() > 0)
                .map(more -> figure(more, 0));
    }

    /** A figure without the zeros at its end, but with so many decimals at least. */
    private static String figure(BigDecimal figure, int decimals) {
        BigDecimal plain = figure.stripTrailingZeros();
        return plain.setScale(Math.max(decimals, plain.scale())).toPlainString();
    }

    private static List<Receipt.Step> steps(Assessment assessment) {
        return assessment.steps().stream()
                .map(step ->
                        new Receipt.Step(figure(step.units(), 0), step.price().toPlainString()))
                .toList();
    }

    private static List<Receipt.Owed> owed(Assessment assessment, Money tender) {
        return assessment.debts().stream()
                .map(paid -> new Receipt.Owed(
                        assessment.lines().stream()
                                .filter(line -> line.kind() == Line.Kind.DEBT
                                        && line.code().equals(paid.reference()))
                                .map(Line::label)
                                .findFirst()
                                .orElseThrow(),
                        like(tender, paid.balanceAfter())))
                .toList();
    }

    private static List<Receipt.Line> lines(Assessment assessment, Money tender) {
        return assessment.lines().stream()
                .map(line -> {
                    Optional<BigDecimal> taxable = taxable(line, tender);
                    return new Receipt.Line(
                            line.code(),
                            line.label(),
                            like(tender, line.amount()),
                            line.kind().name(),
                            taxable.map(amount -> figure(line.rate(), 0)),
                            taxable.map(BigDecimal::toPlainString));
                })
                .toList();
    }

    /** What the rate of a tax applies to, without the tax; empty if it is no percentage. */
    private static Optional<BigDecimal> taxable(Line line, Money tender) {
        if (line.kind() != Line.Kind.TAX || line.rate().signum() == 0) {
            return Optional.empty();
        }
        return switch (line.rule()) {
            case PERCENT_INCLUDED, PERCENT_ADDED, PERCENT_OF_PAYMENT ->
                Optional.of(line.base().setScale(tender.digits(), RoundingMode.HALF_UP));
            case PERCENT_WITHIN_PAYMENT ->
                Optional.of(line.base()
                        .subtract(BigDecimal.valueOf(line.amount(), tender.digits()))
                        .setScale(tender.digits(), RoundingMode.HALF_UP));
            default -> Optional.empty();
        };
    }

    private static String like(Money tender, long minor) {
        return new Money(minor, tender.digits(), tender.currency()).decimal();
    }
}
