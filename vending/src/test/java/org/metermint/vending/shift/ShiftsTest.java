package org.metermint.vending.shift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.AccountBalance;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.NewVendor;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.Staff;
import org.metermint.vending.vendor.Till;
import org.metermint.vending.vendor.VendorKind;

class ShiftsTest {
    private static final Map<PaymentType, Long> NOTHING = Map.of();
    private static final AtomicLong COUNT = new AtomicLong();

    private static SaleFixture desk;
    private static Shifts shifts;
    private static Batches batches;

    @BeforeAll
    static void open() {
        desk = new SaleFixture(20);
        shifts = desk.vending.shifts();
        batches = desk.vending.batches();
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    /** A counter with a till, its cashier and a supervisor. */
    private record Counter(String vendor, ClientIdentity seller, ClientIdentity supervisor, Till till) {
        static Counter own() {
            return make("counter-" + COUNT.incrementAndGet());
        }

        static Counter ofAnother(long creditLine) {
            String vendor = "agent-" + COUNT.incrementAndGet();
            desk.vending
                    .vendors()
                    .register(
                            desk.utility,
                            new NewVendor(vendor, "Agent", VendorKind.GATEWAY, creditLine, Optional.empty()));
            return make(vendor);
        }

        private static Counter make(String vendor) {
            desk.vending.clients().create(desk.utility, vendor + ".till", vendor);
            desk.vending.clients().create(desk.utility, vendor + ".boss", vendor, Role.SUPERVISOR, Optional.empty());
            desk.vending.vendors().putOperator(desk.utility, vendor, new Staff("ann", "Ann", false));
            ClientIdentity seller = new ClientIdentity(desk.utility, vendor + ".till", vendor);
            return new Counter(
                    vendor,
                    seller,
                    new ClientIdentity(desk.utility, vendor + ".boss", vendor, Role.SUPERVISOR),
                    new Till(new UtilityTransactions(desk.pool), desk.vending.ledger(), seller));
        }

        NewShift shift(long openingCash) {
            return new NewShift(seller.clientId(), Optional.empty(), "ann", openingCash);
        }

        Shift open(long openingCash) {
            return shifts.open(seller, request(), shift(openingCash));
        }

        Till.Booked sell(PaymentType payment, long tender) {
            return till.sell(id(), desk.clock.instant(), payment.name(), tender, Optional.empty())
                    .orElseThrow();
        }

        void undo(Till.Booked sale) {
            till.undo(sale, id(), desk.clock.instant());
        }

        long balance() {
            return desk.vending
                    .vendors()
                    .find(desk.utility, vendor)
                    .orElseThrow()
                    .balance();
        }
    }

    private static String request() {
        return "r-" + COUNT.incrementAndGet();
    }

    private static UUID id() {
        return new UUID(
                (desk.clock.instant().toEpochMilli() << 16) | 0x7000 | (COUNT.incrementAndGet() & 0xfff),
                UUID.randomUUID().getLeastSignificantBits());
    }

    private static long account(String code) {
        return desk.vending.ledger().balances(desk.utility).stream()
                .filter(account -> account.code().equals(code))
                .mapToLong(AccountBalance::balance)
                .sum();
    }

    private static void assertRefused(RefusalCode code, ThrowingCallable act) {
        assertThatThrownBy(act)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(code));
    }

    private static ShiftTotal total(List<ShiftTotal> totals, PaymentType payment) {
        return totals.stream()
                .filter(one -> one.payment() == payment)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aDayAtAnOwnCounter_fromOpeningToTheBank() {
        long overShort = account("over-short");
        Counter counter = Counter.own();
        Shift shift = counter.open(20_000);
        counter.sell(PaymentType.CASH, 10_000);
        Till.Booked undone = counter.sell(PaymentType.CASH, 5_000);
        counter.sell(PaymentType.CARD, 7_000);
        counter.undo(undone);
        assertThat(counter.balance()).isEqualTo(-17_000);

        assertRefused(RefusalCode.SHIFT_OPEN, () -> shifts.cashUp(counter.seller, shift.id(), NOTHING));
        assertRefused(RefusalCode.SHIFT_OPEN, () -> shifts.totals(counter.supervisor, shift.id()));
        Shift closed = shifts.close(counter.seller, shift.id());
        assertThat(closed.closedAt()).isPresent();
        assertThat(shifts.close(counter.supervisor, shift.id())).isEqualTo(closed);
        assertRefused(RefusalCode.SHIFT_NOT_COUNTED, () -> shifts.totals(counter.seller, shift.id()));

        // 29,900 were in the till: 100 short
        Map<PaymentType, Long> counted = Map.of(PaymentType.CASH, 29_900L, PaymentType.CARD, 7_000L);
        CashUp cashUp = shifts.cashUp(counter.seller, shift.id(), counted);
        assertThat(cashUp.overShort()).isEqualTo(-100);
        assertThat(shifts.cashUp(counter.seller, shift.id(), counted)).isEqualTo(cashUp);
        assertThat(shifts.cashUp(desk.utility, shift.id())).contains(cashUp);
        assertRefused(RefusalCode.ALREADY_DECIDED, () -> shifts.cashUp(counter.seller, shift.id(), NOTHING));
        List<ShiftTotal> totals = shifts.totals(counter.seller, shift.id());
        assertThat(totals).hasSize(PaymentType.values().length);
        assertThat(total(totals, PaymentType.CASH)).isEqualTo(new ShiftTotal(PaymentType.CASH, 2, 15_000, 5_000));
        assertThat(total(totals, PaymentType.CARD)).isEqualTo(new ShiftTotal(PaymentType.CARD, 1, 7_000, 0));
        assertThat(counter.balance()).isZero();
        assertThat(account("float/" + counter.vendor)).isZero();
        assertThat(account("cash/" + counter.vendor)).isEqualTo(9_900);
        assertThat(account("over-short") - overShort).isEqualTo(100);

        String request = request();
        SalesBatch batch =
                batches.gather(counter.supervisor, request, counter.vendor, List.of(shift.id()), Optional.empty());
        assertThat(batches.gather(counter.supervisor, request, counter.vendor, List.of(shift.id()), Optional.empty()))
                .isEqualTo(batch);
        assertThat(batch.totals())
                .contains(
                        new BatchTotal(PaymentType.CASH, 2, 10_000, 9_900),
                        new BatchTotal(PaymentType.CARD, 1, 7_000, 7_000));
        assertRefused(
                RefusalCode.ALREADY_GATHERED,
                () -> batches.gather(
                        counter.supervisor, request(), counter.vendor, List.of(shift.id()), Optional.empty()));
        NewBanking banking = new NewBanking(
                counter.vendor, List.of(batch.id()), "main", "slip " + COUNT.get(), 9_900, Optional.empty());
        String bankRequest = request();
        BankingBatch banked = batches.bank(counter.supervisor, bankRequest, banking);
        assertThat(banked.cash()).isEqualTo(9_900);
        assertThat(batches.bank(counter.supervisor, bankRequest, banking)).isEqualTo(banked);
        assertThat(account("cash/" + counter.vendor)).isZero();
        assertRefused(RefusalCode.ALREADY_EXISTS, () -> batches.bank(counter.supervisor, request(), banking));
        assertThat(batches.bankingBatchesAfter(desk.utility, counter.vendor, 0, 10))
                .containsExactly(banked);
        assertThat(batches.salesBatchesAfter(desk.utility, counter.vendor, 0, 10))
                .containsExactly(batch);
    }

    @Test
    void cashOfAnotherVendor_isItsOwn_andNothingIsBooked() {
        Counter agent = Counter.ofAnother(50_000);
        Shift shift = agent.open(0);
        agent.sell(PaymentType.CASH, 10_000);
        shifts.close(agent.seller, shift.id());
        CashUp cashUp = shifts.cashUp(agent.seller, shift.id(), Map.of(PaymentType.CASH, 11_000L));
        assertThat(cashUp.overShort()).isEqualTo(1_000);
        assertThat(agent.balance()).isEqualTo(-10_000);
        assertThat(account("cash/" + agent.vendor)).isZero();
        SalesBatch batch =
                batches.gather(agent.supervisor, request(), agent.vendor, List.of(shift.id()), Optional.empty());
        batches.bank(
                agent.supervisor,
                request(),
                new NewBanking(
                        agent.vendor, List.of(batch.id()), "main", "slip-" + request(), 11_000, Optional.empty()));
        assertThat(agent.balance()).isEqualTo(-10_000);
    }

    @Test
    void whatIsUndoneAfterClosing_changesNoClosedTotal_andCountsInTheLaterShift() {
        Counter counter = Counter.own();
        Shift first = counter.open(0);
        Till.Booked one = counter.sell(PaymentType.CASH, 4_000);
        Till.Booked two = counter.sell(PaymentType.CASH, 3_000);
        shifts.close(counter.seller, first.id());
        List<ShiftTotal> frozen = shifts.totals(counter.supervisor, first.id());
        counter.undo(one);
        assertThat(shifts.totals(counter.supervisor, first.id())).isEqualTo(frozen);

        Shift second = counter.open(0);
        counter.undo(two);
        shifts.close(counter.seller, second.id());
        assertThat(shifts.totals(counter.supervisor, first.id())).isEqualTo(frozen);
        assertThat(total(frozen, PaymentType.CASH).net()).isEqualTo(7_000);
        assertThat(total(shifts.totals(counter.supervisor, second.id()), PaymentType.CASH))
                .isEqualTo(new ShiftTotal(PaymentType.CASH, 0, 0, 3_000));
    }

    @Test
    void aTill_hasOneOpenShift_andARepeatedRequestGetsTheSame() {
        Counter counter = Counter.own();
        String request = request();
        Shift shift = shifts.open(counter.seller, request, counter.shift(100));
        assertThat(shifts.open(counter.seller, request, counter.shift(100))).isEqualTo(shift);
        assertRefused(RefusalCode.REQUEST_ID_REUSED, () -> shifts.open(counter.seller, request, counter.shift(101)));
        assertRefused(RefusalCode.SHIFT_OPEN, () -> shifts.open(counter.seller, request(), counter.shift(0)));
        assertRefused(RefusalCode.SHIFT_OPEN, () -> shifts.open(counter.supervisor, request(), counter.shift(0)));
        shifts.close(counter.seller, shift.id());
        assertThat(shifts.open(counter.seller, request, counter.shift(100)).closedAt())
                .isPresent();
        assertThat(counter.open(0).id()).isGreaterThan(shift.id());
    }

    @Test
    void reopening_isANewShiftOfASupervisor_andLeavesTheClosedOneAsItIs() {
        Counter counter = Counter.own();
        Shift closed = counter.open(500);
        counter.sell(PaymentType.CASH, 1_000);
        assertRefused(
                RefusalCode.SHIFT_OPEN,
                () -> shifts.reopen(counter.supervisor, request(), new Continuation(closed.id(), "late sale"), 0));
        shifts.close(counter.seller, closed.id());
        List<ShiftTotal> frozen = shifts.totals(counter.supervisor, closed.id());
        Continuation continues = new Continuation(closed.id(), "the till was closed too early");
        assertRefused(RefusalCode.ROLE_NOT_ALLOWED, () -> shifts.reopen(counter.seller, request(), continues, 1_500));
        Shift next = shifts.reopen(counter.supervisor, request(), continues, 1_500);
        assertThat(next.continues()).contains(continues);
        assertThat(next.id()).isNotEqualTo(closed.id());
        counter.sell(PaymentType.CASH, 2_000);
        shifts.close(counter.seller, next.id());
        assertThat(shifts.totals(counter.supervisor, closed.id())).isEqualTo(frozen);
        assertThat(total(shifts.totals(counter.supervisor, next.id()), PaymentType.CASH)
                        .sold())
                .isEqualTo(2_000);
    }

    @Test
    void continuedBatches_areNewBatchesOfASupervisor() {
        Counter counter = Counter.own();
        List<Shift> closed = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Shift shift = counter.open(0);
            counter.sell(PaymentType.CASH, 1_000);
            closed.add(shifts.close(counter.seller, shift.id()));
        }
        assertRefused(
                RefusalCode.SHIFT_NOT_COUNTED,
                () -> batches.gather(
                        counter.supervisor,
                        request(),
                        counter.vendor,
                        List.of(closed.getFirst().id()),
                        Optional.empty()));
        closed.forEach(shift -> shifts.cashUp(counter.seller, shift.id(), Map.of(PaymentType.CASH, 1_000L)));
        SalesBatch first = batches.gather(
                counter.supervisor,
                request(),
                counter.vendor,
                List.of(closed.getFirst().id()),
                Optional.empty());
        Optional<Continuation> more = Optional.of(new Continuation(first.id(), "one shift was forgotten"));
        ClientIdentity finance = new ClientIdentity(desk.utility, "office", "office", Role.FINANCE);
        List<Long> forgotten = List.of(closed.getLast().id());
        assertRefused(
                RefusalCode.ROLE_NOT_ALLOWED,
                () -> batches.gather(finance, request(), counter.vendor, forgotten, more));
        SalesBatch second = batches.gather(counter.supervisor, request(), counter.vendor, forgotten, more);
        assertThat(second.continues()).isEqualTo(more);
        assertThat(batches.salesBatch(desk.utility, first.id())).contains(first);
    }

    @Test
    void shiftsOfOthers_areOutOfReach() {
        Counter counter = Counter.own();
        Counter stranger = Counter.own();
        Shift shift = counter.open(0);
        assertRefused(RefusalCode.NOT_FOUND, () -> shifts.close(stranger.seller, shift.id()));
        assertRefused(RefusalCode.NOT_FOUND, () -> shifts.close(stranger.supervisor, shift.id()));
        assertRefused(RefusalCode.NOT_FOUND, () -> shifts.totals(stranger.seller, shift.id()));
        ClientIdentity colleague = new ClientIdentity(desk.utility, "colleague", counter.vendor);
        assertRefused(RefusalCode.ROLE_NOT_ALLOWED, () -> shifts.close(colleague, shift.id()));
        assertRefused(RefusalCode.ROLE_NOT_ALLOWED, () -> shifts.open(colleague, request(), counter.shift(0)));
        for (Role role : List.of(Role.FINANCE, Role.AUDITOR, Role.ADMINISTRATOR)) {
            ClientIdentity other = new ClientIdentity(desk.utility, "other", counter.vendor, role);
            assertRefused(RefusalCode.ROLE_NOT_ALLOWED, () -> shifts.close(other, shift.id()));
            assertRefused(RefusalCode.ROLE_NOT_ALLOWED, () -> shifts.open(other, request(), counter.shift(0)));
        }
        assertRefused(
                RefusalCode.ROLE_NOT_ALLOWED,
                () -> batches.gather(counter.seller, request(), counter.vendor, List.of(shift.id()), Optional.empty()));
        assertRefused(
                RefusalCode.NOT_FOUND,
                () -> batches.gather(
                        stranger.supervisor, request(), counter.vendor, List.of(shift.id()), Optional.empty()));
        assertRefused(
                RefusalCode.OPERATOR_NOT_ALLOWED,
                () -> shifts.open(
                        stranger.seller,
                        request(),
                        new NewShift(stranger.seller.clientId(), Optional.empty(), "bob", 0)));
        assertRefused(
                RefusalCode.OPERATOR_NOT_ALLOWED,
                () -> shifts.open(
                        stranger.seller,
                        request(),
                        new NewShift(stranger.seller.clientId(), Optional.of("T9"), "ann", 0)));
    }

    @Test
    void database_refusesEveryChangeOfWhatIsClosed() {
        Counter counter = Counter.own();
        Shift shift = counter.open(0);
        counter.sell(PaymentType.CASH, 1_000);
        shifts.close(counter.seller, shift.id());
        shifts.cashUp(counter.seller, shift.id(), Map.of(PaymentType.CASH, 1_000L));
        SalesBatch batch =
                batches.gather(counter.supervisor, request(), counter.vendor, List.of(shift.id()), Optional.empty());
        batches.bank(
                counter.supervisor,
                request(),
                new NewBanking(
                        counter.vendor, List.of(batch.id()), "main", "slip-" + request(), 1_000, Optional.empty()));
        Shift later = counter.open(0);
        shifts.close(counter.seller, later.id());
        shifts.cashUp(counter.seller, later.id(), NOTHING);
        for (String change : List.of(
                "UPDATE shift SET closed_at = NULL, closed_by = NULL WHERE id = " + shift.id(),
                "UPDATE shift SET opening_cash = 1 WHERE id = " + shift.id(),
                "DELETE FROM shift WHERE id = " + shift.id(),
                "UPDATE shift_total SET sold = 1 WHERE shift_id = " + shift.id(),
                "DELETE FROM shift_total WHERE shift_id = " + shift.id(),
                "INSERT INTO shift_total SELECT utility_id, shift_id, 'OTHER', 1, 1, 0 FROM shift_total LIMIT 1",
                "UPDATE shift_count SET counted = 1",
                "INSERT INTO shift_count SELECT utility_id, shift_id, 'OTHER', 1, 1 FROM shift_count LIMIT 1",
                "UPDATE shift_cash_up SET counted_by = 'x'",
                "UPDATE sales_batch SET made_by = 'x'",
                "UPDATE sales_batch_total SET counted = 1",
                "DELETE FROM sales_batch_shift",
                "INSERT INTO sales_batch_shift SELECT utility_id, %d, %d FROM utility"
                        .formatted(batch.id(), later.id()),
                "INSERT INTO sales_batch_total SELECT utility_id, batch_id, 'OTHER', 1, 1, 1 FROM sales_batch_total"
                        + " LIMIT 1",
                "UPDATE banking_batch SET amount = 1",
                "DELETE FROM banking_batch_sales_batch",
                "TRUNCATE shift_total")) {
            assertThatThrownBy(
                            () -> TestDatabase.superuser(desk.url).sql(change).update())
                    .as(change)
                    .rootCause()
                    .hasMessageMatching("(?s).*(correct by a new row|takes nothing more).*");
        }
    }

    /** Random days: every closed shift's totals are the sum of its sales, and stay so whatever follows. */
    @Test
    void totalsAreTheSumOfTheSales_andNeverChange_overRandomDays() {
        Random random = new Random(20261122);
        Counter counter = Counter.own();
        List<Till.Booked> sold = new ArrayList<>();
        Map<UUID, Long> tenders = new java.util.HashMap<>();
        Map<UUID, PaymentType> payments = new java.util.HashMap<>();
        Map<Long, List<ShiftTotal>> frozen = new java.util.HashMap<>();
        Map<PaymentType, long[]> running = running();
        Optional<Shift> open = Optional.empty();
        for (int i = 0; i < 250; i++) {
            desk.clock.advance(Duration.ofMillis(random.nextInt(1, 3_000)));
            switch (random.nextInt(8)) {
                case 0 -> {
                    if (open.isEmpty()) {
                        open = Optional.of(counter.open(random.nextLong(1_000)));
                        running = running();
                    } else {
                        shifts.close(counter.seller, open.get().id());
                        List<ShiftTotal> totals =
                                shifts.totals(counter.supervisor, open.get().id());
                        for (ShiftTotal one : totals) {
                            assertThat(new long[] {one.sales(), one.sold(), one.undone()})
                                    .as(
                                            "%s of shift %d",
                                            one.payment(), open.get().id())
                                    .isEqualTo(running.get(one.payment()));
                        }
                        frozen.put(open.get().id(), totals);
                        open = Optional.empty();
                    }
                }
                case 1 -> {
                    if (!sold.isEmpty()) {
                        Till.Booked sale = sold.remove(random.nextInt(sold.size()));
                        counter.undo(sale);
                        if (open.isPresent()) {
                            running.get(payments.get(sale.id()))[2] += tenders.get(sale.id());
                        }
                    }
                }
                default -> {
                    PaymentType payment =
                            List.of(PaymentType.values()).get(random.nextInt(PaymentType.values().length));
                    long tender = 1 + random.nextLong(10_000);
                    Till.Booked sale = counter.sell(payment, tender);
                    assertThat(sale.shift()).isEqualTo(open.map(Shift::id));
                    sold.add(sale);
                    tenders.put(sale.id(), tender);
                    payments.put(sale.id(), payment);
                    if (open.isPresent()) {
                        running.get(payment)[0]++;
                        running.get(payment)[1] += tender;
                    }
                }
            }
        }
        assertThat(frozen.size()).isGreaterThan(5);
        frozen.forEach((id, totals) ->
                assertThat(shifts.totals(counter.supervisor, id)).isEqualTo(totals));
        assertThat(account("float/" + counter.vendor)).isEqualTo(-counter.balance());
    }

    private static Map<PaymentType, long[]> running() {
        Map<PaymentType, long[]> running = new EnumMap<>(PaymentType.class);
        for (PaymentType payment : PaymentType.values()) {
            running.put(payment, new long[3]);
        }
        return running;
    }

    /** Shifts are closed and opened while many threads sell and undo: each sale counts in exactly the shift it names. */
    @Test
    void closingWhileOthersSell_countsEverySaleOnce() throws Exception {
        Counter counter = Counter.own();
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch selling = new CountDownLatch(6);
        List<Callable<List<Till.Booked>>> sellers = new ArrayList<>();
        for (int thread = 0; thread < 6; thread++) {
            sellers.add(() -> {
                List<Till.Booked> booked = new ArrayList<>();
                while (!over.get()) {
                    booked.add(counter.sell(PaymentType.CASH, 100));
                    selling.countDown();
                    if (booked.size() % 5 == 0) {
                        counter.undo(booked.getLast());
                    }
                }
                return booked;
            });
        }
        List<Long> closed = new ArrayList<>();
        Map<Long, List<ShiftTotal>> frozen = new java.util.HashMap<>();
        long sales = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Till.Booked>>> running =
                    sellers.stream().map(threads::submit).toList();
            try {
                selling.await();
                for (int i = 0; i < 12; i++) {
                    Shift shift = counter.open(0);
                    sellOneIn(counter);
                    shifts.close(counter.seller, shift.id());
                    closed.add(shift.id());
                    frozen.put(shift.id(), shifts.totals(counter.supervisor, shift.id()));
                }
            } finally {
                over.set(true);
            }
            for (Future<List<Till.Booked>> done : running) {
                sales += done.get().size();
            }
        }
        assertThat(sales).isPositive();
        for (long shift : closed) {
            List<ShiftTotal> totals = shifts.totals(counter.supervisor, shift);
            assertThat(totals).isEqualTo(frozen.get(shift));
            ShiftTotal cash = total(totals, PaymentType.CASH);
            assertThat(cash.sales()).isPositive().isEqualTo(booked("SALE", shift));
            assertThat(cash.sold()).isEqualTo(100 * booked("SALE", shift));
            assertThat(cash.undone()).isEqualTo(100 * booked("REVERSAL", shift));
        }
        assertThat(account("float/" + counter.vendor)).isEqualTo(-counter.balance());
    }

    private static void sellOneIn(Counter counter) {
        assertThat(counter.sell(PaymentType.CASH, 100).shift()).isPresent();
    }

    private static long booked(String kind, long shift) {
        return TestDatabase.superuser(desk.url)
                .sql("SELECT count(*) FROM journal_entry WHERE kind = ? AND shift_id = ?")
                .params(kind, shift)
                .query(Long.class)
                .single();
    }
}
