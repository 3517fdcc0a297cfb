package org.metermint.vending.debt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.vending.debt.DebtFixture.code;
import static org.metermint.vending.debt.DebtFixture.terms;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.tariff.Debt.Method;
import org.metermint.tariff.DebtPaid;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.debt.DebtChange.Effect;
import org.metermint.vending.debt.DebtChange.Kind;
import org.metermint.vending.debt.DebtChanges.NewDebtChange;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;

/** What two persons make of a debt, beside purchases that recover it. */
@Tag("database")
class DebtChangesTest {
    private final DebtFixture office = new DebtFixture();
    private final DebtChanges changes = office.desk.vending.debtChanges();
    private int requests;

    @AfterEach
    void close() {
        office.close();
    }

    @Test
    void eachKind_changesDebtAndBooks_onceAnotherPersonApproves() {
        MeterPan meter = owing(100_00);
        DebtChange interest = ask(meter, Kind.INTEREST, 5_00);
        assertThat(office.balances(meter)).as("nobody decided").containsExactly(100_00L);
        DebtChange approved = approve(meter, interest);
        assertThat(approved.decision().orElseThrow().effect()).contains(new Effect(100_00, 105_00, 100_00, 105_00));
        assertThat(approve(meter, interest)).as("again").isEqualTo(approved);
        approve(meter, ask(meter, Kind.INCREASE, 10_00));
        approve(meter, ask(meter, Kind.DECREASE, 15_00));
        assertThat(office.booked("debt/ARREARS")).isEqualTo(100_00);
        assertThat(office.booked("raised/ARREARS")).isEqualTo(-100_00);
        approve(meter, ask(meter, Kind.WRITE_OFF, 30_00));
        assertThat(debt(meter).original()).as("what was once owed").isEqualTo(100_00);
        assertThat(debt(meter).balance()).isEqualTo(70_00);
        assertThat(office.booked("written-off/ARREARS")).isEqualTo(30_00);
        assertThat(office.booked("debt/ARREARS")).isEqualTo(70_00);
        assertThat(office.booked("raised/ARREARS")).isEqualTo(-100_00);
        assertThat(changes.of(office.desk.utility, office.number(meter), "old"))
                .extracting(DebtChange::kind)
                .containsExactly(Kind.INTEREST, Kind.INCREASE, Kind.DECREASE, Kind.WRITE_OFF);
        office.assertBooks();
        assertThat(office.sold("r", meter, "100").assessment().debts())
                .containsExactly(new DebtPaid("old", 40_00, 30_00));
        office.assertBooks();
    }

    @Test
    void onePersonAlone_changesNothing() {
        MeterPan meter = owing(100_00);
        DebtChange asked = ask(meter, Kind.WRITE_OFF, 100_00);
        String account = office.number(meter);
        assertThat(code(() -> changes.approve(office.one, account, "old", asked.id())))
                .isEqualTo(RefusalCode.SECOND_PERSON_NEEDED);
        for (Role role : List.of(Role.SELLER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR)) {
            ClientIdentity somebody = new ClientIdentity(office.desk.utility, "somebody", "office", role);
            assertThat(code(() -> changes.approve(somebody, account, "old", asked.id())))
                    .isEqualTo(RefusalCode.ROLE_NOT_ALLOWED);
            assertThat(code(() -> changes.request(somebody, "r", change(meter, Kind.INTEREST, 1))))
                    .isEqualTo(RefusalCode.ROLE_NOT_ALLOWED);
        }
        assertThatThrownBy(
                        () -> TestDatabase.superuser(office.desk.url).sql("""
                                UPDATE metermint.debt_change SET decision = 'APPROVED', decided_by = requested_by,
                                    decided_at = now(), entry_id = gen_random_uuid(), original_before = 1,
                                    original_after = 1, balance_before = 1, balance_after = 1
                                """).update())
                .hasMessageContaining("second_person");
        changes.reject(office.one, account, "old", asked.id());
        assertThat(code(() -> changes.approve(office.other, account, "old", asked.id())))
                .isEqualTo(RefusalCode.ALREADY_DECIDED);
        assertThat(office.balances(meter)).containsExactly(100_00L);
        office.assertBooks();
    }

    @Test
    void request_isOneChange_howeverOftenItComes_andOneWaitsAtATime() {
        MeterPan meter = owing(100_00);
        NewDebtChange change = change(meter, Kind.DECREASE, 10_00);
        DebtChange asked = changes.request(office.one, "c-1", change);
        assertThat(changes.request(office.one, "c-1", change)).isEqualTo(asked);
        assertThat(code(() -> changes.request(office.one, "c-1", change(meter, Kind.DECREASE, 10_01))))
                .isEqualTo(RefusalCode.REQUEST_ID_REUSED);
        assertThat(code(() -> changes.request(office.one, "c-2", change))).isEqualTo(RefusalCode.ALREADY_EXISTS);
        DebtChange approved = approve(meter, asked);
        assertThat(changes.request(office.one, "c-1", change))
                .as("after the decision")
                .isEqualTo(approved);
        assertThat(office.balances(meter)).containsExactly(90_00L);
    }

    @Test
    void whatDoesNotFit_isRefused_withTheBound() {
        MeterPan meter = owing(100_00);
        assertThatThrownBy(() -> ask(meter, Kind.DECREASE, 100_01)).hasMessageContaining("above 10000");
        assertThatThrownBy(() -> ask(meter, Kind.INCREASE, Debt.MOST)).hasMessageContaining("by which the debt may");
        assertThat(code(() -> ask(meter, Kind.INTEREST, 0))).isEqualTo(RefusalCode.FIELD_INVALID);
        assertThat(code(() -> changes.request(
                        office.one, "c", new NewDebtChange(office.number(meter), "old", Kind.INTEREST, 1, " "))))
                .isEqualTo(RefusalCode.FIELD_INVALID);
        assertThat(code(() -> changes.request(
                        office.one, "c", new NewDebtChange(office.number(meter), "new", Kind.INTEREST, 1, "why"))))
                .isEqualTo(RefusalCode.NOT_FOUND);
        DebtChange decrease = ask(meter, Kind.DECREASE, 80_00);
        office.sold("r-1", meter, "100");
        assertThat(code(() -> approve(meter, decrease)))
                .as("a purchase recovered some of it meanwhile")
                .isEqualTo(RefusalCode.FIELD_INVALID);
        changes.reject(office.one, office.number(meter), "old", decrease.id());
        DebtChange rest = ask(meter, Kind.WRITE_OFF, 100_00);
        assertThat(approve(meter, rest).decision().orElseThrow().effect())
                .as("no more than is owed")
                .contains(new Effect(100_00, 100_00, 60_00, 0));
        assertThat(code(() -> ask(meter, Kind.WRITE_OFF, 1))).isEqualTo(RefusalCode.FIELD_INVALID);
        assertThat(office.sold("r-2", meter, "100").assessment().debts()).isEmpty();
        office.assertBooks();
    }

    @Test
    void reversedSale_owesAgain_whatWasGivenUpStaysSo() {
        MeterPan meter = owing(100_00);
        Sale sale = office.sold("r-1", meter, "100");
        approve(meter, ask(meter, Kind.WRITE_OFF, 60_00));
        assertThat(office.balances(meter)).containsExactly(0L);
        office.desk.reverse(sale);
        assertThat(office.balances(meter)).containsExactly(40_00L);
        office.assertBooks();
        assertThat(office.sold("r-2", meter, "200").assessment().debts())
                .containsExactly(new DebtPaid("old", 40_00, 0));
        office.assertBooks();
    }

    @Test
    void changesAmongPurchases_loseNoCent() throws Exception {
        long seed = 20260310;
        List<Kind> kinds = List.of(Kind.values());
        Random random = new Random(seed);
        MeterPan meter = owing(900_00);
        long raised = 900_00;
        long writtenOff = 0;
        long recovered = 0;
        try (ExecutorService tills = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 8; round++) {
                Kind kind = kinds.get(random.nextInt(kinds.size()));
                List<Future<Sale>> sales = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    String id = round + "-" + i;
                    sales.add(tills.submit(() -> ((Sold) office.desk
                                    .vending
                                    .saleDesk()
                                    .sell(office.desk.client, SaleFixture.request(id, meter, "20")))
                            .sale()));
                }
                long amount = random.nextLong(1, 20_00);
                Future<Long> changed = tills.submit(() -> change(meter, ask(meter, kind, amount)));
                for (Future<Sale> sale : sales) {
                    recovered += sale.get().assessment().debts().stream()
                            .mapToLong(DebtPaid::amount)
                            .sum();
                }
                switch (kind) {
                    case INTEREST, INCREASE, DECREASE -> raised += changed.get();
                    case WRITE_OFF -> writtenOff -= changed.get();
                }
            }
        }
        assertThat(office.balances(meter)).as("seed " + seed).containsExactly(raised - recovered - writtenOff);
        assertThat(office.booked("debt/ARREARS")).isEqualTo(raised - recovered - writtenOff);
        assertThat(office.booked("raised/ARREARS")).isEqualTo(-raised);
        assertThat(office.booked("written-off/ARREARS")).isEqualTo(writtenOff);
        office.assertBooks();
    }

    @Test
    void proof_findsAChangeThatSomebodyMadeGreater() {
        MeterPan meter = owing(100_00);
        DebtChange change = approve(meter, ask(meter, Kind.WRITE_OFF, 10_00));
        TestDatabase.superuser(office.desk.url)
                .sql("SET session_replication_role = replica; UPDATE metermint.debt_change SET balance_after = 1")
                .update();
        assertThat(office.desk.vending.ledger().verify(office.desk.utility).faults())
                .containsExactly("change " + change.id() + " of a debt is not booked with what it changed");
    }

    /** Approves a change; how much the balance rose. */
    private long change(MeterPan meter, DebtChange asked) {
        Effect effect = approve(meter, asked).decision().orElseThrow().effect().orElseThrow();
        return effect.balanceAfter() - effect.balanceBefore();
    }

    private MeterPan owing(long amount) {
        MeterPan meter = office.meter();
        office.owe(meter, "old", amount, terms("ARREARS", 1, Method.PERCENT_OF_PURCHASE, "40"));
        return meter;
    }

    private Debt debt(MeterPan meter) {
        return office.desk
                .vending
                .debts()
                .of(office.desk.utility, office.number(meter))
                .getFirst();
    }

    private NewDebtChange change(MeterPan meter, Kind kind, long amount) {
        return new NewDebtChange(office.number(meter), "old", kind, amount, "as the court said");
    }

    private DebtChange ask(MeterPan meter, Kind kind, long amount) {
        return changes.request(office.one, "c-" + ++requests, change(meter, kind, amount));
    }

    private DebtChange approve(MeterPan meter, DebtChange change) {
        return changes.approve(office.other, office.number(meter), "old", change.id());
    }
}
