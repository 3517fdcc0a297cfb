package org.metermint.vending.debt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.vending.SaleFixture.GROUP;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.metermint.tariff.Block;
import org.metermint.tariff.Continuity;
import org.metermint.tariff.Debt.Method;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Tariff;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.ledger.AccountBalance;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;

/** A utility with accounts that owe, on a tariff of 2.00 for a unit and nothing else; and two persons of its finance. */
public final class DebtFixture implements AutoCloseable {
    public static final LocalDate LONG_AGO = LocalDate.parse("2025-06-01");

    public final SaleFixture desk = new SaleFixture();
    public final ClientIdentity one = new ClientIdentity(desk.utility, "finance-1", "office", Role.FINANCE);
    public final ClientIdentity other = new ClientIdentity(desk.utility, "finance-2", "office", Role.FINANCE);
    public final Tariff tariff = SaleFixture.tariff(
            "plain",
            Energy.blocks(List.of(Block.of("0", "2"))),
            List.of(),
            List.of(),
            new Deductions(
                    Deductions.STANDARD.order(),
                    new BigDecimal("100"),
                    new BigDecimal("100"),
                    1,
                    Deductions.WhenNothingLeft.REFUSE),
            Continuity.STANDARD);

    public MeterPan meter() {
        desk.vending.tariffs().add(desk.utility, tariff);
        return desk.meter(GROUP, 1, tariff.id());
    }

    public static DebtTerms terms(String type, int priority, Method method, String value) {
        return new DebtTerms(type, "Old bills", priority, LONG_AGO, method, new BigDecimal(value), LONG_AGO);
    }

    public Debt owe(MeterPan meter, String reference, long amount, DebtTerms terms) {
        return desk.vending.debts().put(one, number(meter), reference, amount, terms);
    }

    public String number(MeterPan meter) {
        return desk.vending
                .customers()
                .accountOf(desk.utility, meter)
                .orElseThrow()
                .number();
    }

    public List<Long> balances(MeterPan meter) {
        return desk.vending.debts().of(desk.utility, number(meter)).stream()
                .map(Debt::balance)
                .toList();
    }

    public long booked(String account) {
        return desk.vending.ledger().balances(desk.utility).stream()
                .filter(balance -> balance.code().equals(account))
                .mapToLong(AccountBalance::balance)
                .sum();
    }

    public void assertBooks() {
        assertThat(desk.vending.ledger().verify(desk.utility).faults()).isEmpty();
    }

    public Sale sold(String id, MeterPan meter, String tender) {
        return ((Sold) desk.sell(id, meter, tender)).sale();
    }

    /** Why an act is refused. */
    public static RefusalCode code(Runnable act) {
        List<RefusalCode> code = new ArrayList<>();
        assertThatThrownBy(act::run)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> code.add(e.refusal().code()));
        return code.getFirst();
    }

    @Override
    public void close() {
        desk.close();
    }
}
