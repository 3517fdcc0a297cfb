package org.metermint.vending.receipt.internal;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Line;
import org.metermint.vending.customer.Customer;
import org.metermint.vending.customer.Customers;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.money.Money;
import org.metermint.vending.receipt.Paper;
import org.metermint.vending.receipt.Receipt;
import org.metermint.vending.receipt.Receipts;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleDesk;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.UtilitySettings;

/** Receipts from sales; names come from the registers, so that what was erased there is gone here too. */
public final class SaleReceipts implements Receipts {
    private final Utilities utilities;
    private final Customers customers;
    private final SaleDesk sales;

    public SaleReceipts(Utilities utilities, Customers customers, SaleDesk sales) {
        this.utilities = utilities;
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
        Assessment assessment = sale.assessment();
        Optional<Customer> customer = customers
                .account(sale.utility(), sale.account())
                .flatMap(account -> customers.customer(sale.utility(), account.customer()))
                .filter(known -> known.erasedAt().isEmpty());
        return new Receipt(
                copy,
                sale.testOnly(),
                settings.name(),
                sale.vendorCode(),
                sale.receiptNumber(),
                sale.id(),
                sale.receivedAt().atZone(settings.zone()),
                sale.meter().drn().digits(),
                sale.account(),
                customer.map(Customer::name),
                sale.supplyGroup().digits(),
                sale.revision().value(),
                sale.tariffIndex().digits(),
                sale.algorithm().code(),
                assessment.tariff().name(),
                sale.credit().amount().toPlainString(),
                sale.credit().unit(assessment.tariff()),
                steps(assessment),
                lines(assessment, sale.tender()),
                owed(assessment, sale.tender()),
                sale.tender().decimal(),
                sale.tender().currency(),
                assessment
                        .after()
                        .units()
                        .stripTrailingZeros()
                        .setScale(1, java.math.RoundingMode.HALF_UP)
                        .toPlainString(),
                sale.tokens().stream()
                        .map(token -> new Receipt.Token(
                                token.number(),
                                token.of(),
                                token.kind().name(),
                                token.token().digits(),
                                token.token().grouped()))
                        .toList());
    }

    private static List<Receipt.Step> steps(Assessment assessment) {
        return assessment.steps().stream()
                .map(step -> new Receipt.Step(
                        step.units().stripTrailingZeros().toPlainString(),
                        step.price().toPlainString()))
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
                        new Money(paid.balanceAfter(), tender.digits(), tender.currency()).decimal()))
                .toList();
    }

    private static List<Receipt.Line> lines(Assessment assessment, Money tender) {
        return assessment.lines().stream()
                .map(line -> new Receipt.Line(
                        line.code(),
                        line.label(),
                        new Money(line.amount(), tender.digits(), tender.currency()).decimal()))
                .toList();
    }
}
