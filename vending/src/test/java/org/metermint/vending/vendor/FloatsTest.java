package org.metermint.vending.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.AccountBalance;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;

class FloatsTest {
    private static SaleFixture desk;
    private static Floats floats;
    private static ClientIdentity maker;
    private static ClientIdentity checker;
    private static final AtomicLong COUNT = new AtomicLong();

    @BeforeAll
    static void open() {
        desk = new SaleFixture(20);
        floats = desk.vending.floats();
        desk.vending.clients().create(desk.utility, "office-1", "office", Role.FINANCE, Optional.empty());
        maker = new ClientIdentity(desk.utility, "office-1", "office", Role.FINANCE);
        checker = new ClientIdentity(desk.utility, "office-2", "office", Role.FINANCE);
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    private static void assertRefused(RefusalCode code, ThrowingCallable act) {
        assertThatThrownBy(act)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(code));
    }

    private static String vendor(long creditLine) {
        String code = "v" + COUNT.incrementAndGet();
        desk.vending
                .vendors()
                .register(
                        desk.utility,
                        new NewVendor(code, "Vendor " + code, VendorKind.MULTI_CLIENT, creditLine, Optional.empty()));
        return code;
    }

    private static NewMovement movement(String vendor, MovementKind kind, long amount) {
        return new NewMovement(
                vendor, kind, amount, "main", "REF " + COUNT.incrementAndGet(), LocalDate.parse("2026-03-09"));
    }

    private static long balance(String vendor) {
        return desk.vending.vendors().find(desk.utility, vendor).orElseThrow().balance();
    }

    private static long account(String code) {
        return desk.vending.ledger().balances(desk.utility).stream()
                .filter(account -> account.code().equals(code))
                .mapToLong(AccountBalance::balance)
                .sum();
    }

    private static void deposit(String vendor, long amount) {
        FloatMovement recorded = floats.record(maker, movement(vendor, MovementKind.DEPOSIT, amount));
        floats.confirm(checker, vendor, recorded.id());
    }

    private static Till till(String vendor) {
        return new Till(
                new UtilityTransactions(desk.pool),
                desk.vending.ledger(),
                new ClientIdentity(desk.utility, "till-" + vendor, vendor));
    }

    /** An id that begins with the time of the clock. */
    private static UUID id() {
        return new UUID(
                (desk.clock.instant().toEpochMilli() << 16) | 0x7000 | (COUNT.incrementAndGet() & 0xfff),
                UUID.randomUUID().getLeastSignificantBits());
    }

    @Test
    void deposit_movesTheFloat_onlyWhenAnotherHasConfirmedIt() {
        String vendor = vendor(0);
        NewMovement wanted = movement(vendor, MovementKind.DEPOSIT, 12_345);
        FloatMovement recorded = floats.record(maker, wanted);
        assertThat(floats.record(maker, wanted)).isEqualTo(recorded);
        assertThat(balance(vendor)).isZero();
        assertRefused(RefusalCode.SECOND_PERSON_NEEDED, () -> floats.confirm(maker, vendor, recorded.id()));
        assertThat(balance(vendor)).isZero();

        FloatMovement confirmed = floats.confirm(checker, vendor, recorded.id());
        assertThat(confirmed.decision().orElseThrow().confirmed()).isTrue();
        assertThat(floats.confirm(checker, vendor, recorded.id())).isEqualTo(confirmed);
        assertThat(balance(vendor)).isEqualTo(12_345);
        assertThat(account("float/" + vendor)).isEqualTo(-12_345);
        assertRefused(RefusalCode.ALREADY_DECIDED, () -> floats.reject(checker, vendor, recorded.id(), "late"));
        assertRefused(RefusalCode.ALREADY_EXISTS, () -> floats.record(checker, wanted));
        assertThat(desk.vending.ledger().verify(desk.utility).faults())
                .noneMatch(fault -> fault.contains("float") || fault.contains("sum to zero"));
    }

    @Test
    void rejection_booksNothing_andFreesTheReference() {
        String vendor = vendor(0);
        NewMovement wanted = movement(vendor, MovementKind.DEPOSIT, 500);
        FloatMovement first = floats.record(maker, wanted);
        FloatMovement rejected = floats.reject(checker, vendor, first.id(), "not on the bank's statement");
        assertThat(rejected.decision().orElseThrow().reason()).contains("not on the bank's statement");
        assertRefused(RefusalCode.ALREADY_DECIDED, () -> floats.confirm(checker, vendor, first.id()));
        FloatMovement second = floats.record(maker, wanted);
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(floats.after(desk.utility, vendor, 0, 10)).containsExactly(rejected, second);
        assertThat(floats.after(desk.utility, vendor, first.id(), 10)).containsExactly(second);
        assertThat(balance(vendor)).isZero();
    }

    @Test
    void floats_areMovedByFinanceOnly_andNeverByTheVendorsOwn() {
        String vendor = vendor(0);
        NewMovement wanted = movement(vendor, MovementKind.DEPOSIT, 500);
        for (Role role : Role.values()) {
            ClientIdentity own = new ClientIdentity(desk.utility, "own", vendor, role);
            ClientIdentity other = new ClientIdentity(desk.utility, "other", "office", role);
            RefusalCode ofOwn = role == Role.FINANCE ? RefusalCode.SECOND_PERSON_NEEDED : RefusalCode.ROLE_NOT_ALLOWED;
            assertRefused(ofOwn, () -> floats.record(own, wanted));
            if (role != Role.FINANCE) {
                assertRefused(RefusalCode.ROLE_NOT_ALLOWED, () -> floats.record(other, wanted));
                assertRefused(RefusalCode.ROLE_NOT_ALLOWED, () -> floats.confirm(other, vendor, 1));
                assertRefused(RefusalCode.ROLE_NOT_ALLOWED, () -> floats.reject(other, vendor, 1, "no"));
                assertRefused(
                        RefusalCode.ROLE_NOT_ALLOWED,
                        () -> floats.recordCommission(other, vendor, YearMonth.of(2026, 2)));
            }
        }
        assertRefused(RefusalCode.NOT_FOUND, () -> floats.confirm(checker, vendor, Long.MAX_VALUE));
        assertRefused(RefusalCode.NOT_FOUND, () -> floats.record(maker, movement("nobody", MovementKind.DEPOSIT, 1)));
    }

    @Test
    void database_refusesAConfirmationByTheRecorder_andAnyChangeAfterwards() {
        String vendor = vendor(0);
        FloatMovement recorded = floats.record(maker, movement(vendor, MovementKind.DEPOSIT, 500));
        UtilityTransactions work = new UtilityTransactions(desk.pool);
        assertThatThrownBy(() -> work.in(
                        desk.utility, sql -> sql.sql("""
                                UPDATE float_movement SET decision = 'CONFIRMED', decided_by = recorded_by,
                                    decided_at = now(), entry_id = gen_random_uuid() WHERE id = ?
                                """).param(recorded.id()).update()))
                .rootCause()
                .hasMessageContaining("second_person");
        floats.confirm(checker, vendor, recorded.id());
        for (String change : List.of("amount = 1", "decision = NULL", "decided_by = 'x'", "vendor_code = 'office'")) {
            assertThatThrownBy(() -> TestDatabase.superuser(desk.url)
                            .sql("UPDATE float_movement SET " + change + " WHERE id = " + recorded.id())
                            .update())
                    .as(change)
                    .rootCause()
                    .hasMessageContaining("correct by a new row");
        }
    }

    @Test
    void withdrawal_neverTakesWhatIsNotThere_norTheCreditLine() {
        String vendor = vendor(10_000);
        deposit(vendor, 700);
        FloatMovement tooMuch = floats.record(maker, movement(vendor, MovementKind.WITHDRAWAL, 701));
        assertRefused(RefusalCode.FLOAT_EXHAUSTED, () -> floats.confirm(checker, vendor, tooMuch.id()));
        assertThat(floats.find(desk.utility, vendor, tooMuch.id()).orElseThrow().decision())
                .isEmpty();
        FloatMovement all = floats.record(maker, movement(vendor, MovementKind.WITHDRAWAL, 700));
        floats.confirm(checker, vendor, all.id());
        assertThat(balance(vendor)).isZero();
        assertThat(account("float/" + vendor)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " x", "x ", "tab\tin", "ä"})
    void reference_ofAnotherForm_isRefused(String reference) {
        assertThatThrownBy(() ->
                        new NewMovement("v", MovementKind.DEPOSIT, 1, "main", reference, LocalDate.parse("2026-03-09")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reference");
    }

    @Test
    void commission_earnedGross_isPaidOnceForAMonth_withItsFixedAmount() {
        String vendor = vendor(1_000_000);
        CommissionPlan plan = new CommissionPlan(
                "gross-" + vendor,
                1,
                Instant.parse("2026-01-01T00:00:00Z"),
                new BigDecimal("2.5"),
                BigDecimal.ZERO,
                0,
                5_000,
                Settlement.GROSS);
        desk.vending.vendors().addPlan(desk.utility, plan);
        desk.vending.vendors().setCommissionPlan(desk.utility, vendor, Optional.of(plan.code()));
        assertThat(till(vendor).sell(id(), desk.clock.instant(), "CASH", 10_000, Optional.of(plan)))
                .isPresent();
        assertThat(balance(vendor)).isEqualTo(-10_000);
        assertThat(account("commission/" + vendor)).isEqualTo(-250);

        assertRefused(RefusalCode.FIELD_INVALID, () -> floats.recordCommission(maker, vendor, YearMonth.of(2026, 3)));
        FloatMovement owed = floats.recordCommission(maker, vendor, YearMonth.of(2026, 2));
        assertThat(owed.amount()).isEqualTo(5_250);
        assertThat(floats.recordCommission(maker, vendor, YearMonth.of(2026, 2)))
                .isEqualTo(owed);
        FloatMovement twice = floats.recordCommission(maker, vendor, YearMonth.of(2026, 1));
        floats.confirm(checker, vendor, owed.id());
        assertThat(balance(vendor)).isEqualTo(-4_750);
        assertThat(account("commission/" + vendor)).isZero();
        assertRefused(RefusalCode.ALREADY_DECIDED, () -> floats.confirm(checker, vendor, twice.id()));
        assertThat(account("float/" + vendor)).isEqualTo(4_750);
    }

    /** Whatever happens in whatever order: balance, ledger and statement agree, and parts of a statement are the whole. */
    @Test
    void balanceLedgerAndStatementAgree_overRandomMovements() {
        Random random = new Random(20261121);
        String vendor = vendor(20_000);
        CommissionPlan plan = CommissionPlanTest.plan("3.75", "0", 7);
        Till till = till(vendor);
        List<Till.Booked> sold = new ArrayList<>();
        Instant from = desk.clock.instant();
        for (int i = 0; i < 150; i++) {
            long amount = 1 + random.nextLong(9_000);
            switch (random.nextInt(6)) {
                case 0 -> deposit(vendor, amount);
                case 1 -> {
                    FloatMovement out = floats.record(maker, movement(vendor, MovementKind.WITHDRAWAL, amount));
                    try {
                        floats.confirm(checker, vendor, out.id());
                    } catch (RefusedException e) {
                        assertThat(e.refusal().code()).isEqualTo(RefusalCode.FLOAT_EXHAUSTED);
                        assertThat(balance(vendor)).isLessThan(amount);
                    }
                }
                case 2 -> {
                    if (!sold.isEmpty()) {
                        till.undo(sold.remove(random.nextInt(sold.size())), id(), desk.clock.instant());
                    }
                }
                default ->
                    till.sell(
                                    id(),
                                    desk.clock.instant(),
                                    "CASH",
                                    amount,
                                    random.nextBoolean() ? Optional.of(plan) : Optional.empty())
                            .ifPresent(sold::add);
            }
            desk.clock.advance(java.time.Duration.ofMillis(random.nextInt(1, 4_000)));
            assertThat(balance(vendor)).isGreaterThanOrEqualTo(-20_000);
        }
        Instant to = desk.clock.instant().plusSeconds(1);
        assertThat(account("float/" + vendor)).isEqualTo(-balance(vendor));
        Statement whole = floats.statement(desk.utility, vendor, from, to, Optional.empty(), 1_000);
        assertThat(whole.opening()).isZero();
        assertThat(whole.closing()).isEqualTo(balance(vendor));
        assertThat(whole.lines().stream().mapToLong(Statement.Line::change).sum())
                .isEqualTo(balance(vendor));
        assertThat(whole.lines().stream().map(Statement.Line::kind))
                .contains(
                        JournalEntry.Kind.SALE,
                        JournalEntry.Kind.REVERSAL,
                        JournalEntry.Kind.DEPOSIT,
                        JournalEntry.Kind.WITHDRAWAL);
        assertThat(inParts(vendor, from, to, 7)).isEqualTo(whole.lines());

        Instant middle = whole.lines().get(whole.lines().size() / 2).bookedAt();
        Statement before = floats.statement(desk.utility, vendor, from, middle, Optional.empty(), 1_000);
        Statement after = floats.statement(desk.utility, vendor, middle, to, Optional.empty(), 1_000);
        assertThat(after.opening()).isEqualTo(before.closing());
        List<Statement.Line> joined = new ArrayList<>(before.lines());
        joined.addAll(after.lines());
        assertThat(joined).isEqualTo(whole.lines());
    }

    private static List<Statement.Line> inParts(String vendor, Instant from, Instant to, int limit) {
        List<Statement.Line> lines = new ArrayList<>();
        Optional<Statement.Place> place = Optional.empty();
        do {
            Statement part = floats.statement(desk.utility, vendor, from, to, place, limit);
            assertThat(part.lines().size()).isLessThanOrEqualTo(limit);
            lines.addAll(part.lines());
            place = part.next();
        } while (place.isPresent());
        return lines;
    }

    /** Many sell, withdraw and pay in at once: the float never falls below the credit line. */
    @Test
    void float_neverFallsBelowTheCreditLine_withManyThreads() throws Exception {
        String vendor = vendor(3_000);
        deposit(vendor, 20_000);
        Till till = till(vendor);
        AtomicLong sold = new AtomicLong();
        List<Callable<Void>> work = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            work.add(() -> {
                for (int i = 0; i < 40; i++) {
                    long tender = 50 + COUNT.incrementAndGet() % 150;
                    if (till.sell(id(), desk.clock.instant(), "CASH", tender, Optional.empty())
                            .isPresent()) {
                        sold.addAndGet(tender);
                    }
                }
                return null;
            });
        }
        AtomicLong paid = new AtomicLong();
        work.add(() -> {
            for (int i = 0; i < 10; i++) {
                FloatMovement out = floats.record(maker, movement(vendor, MovementKind.WITHDRAWAL, 900));
                try {
                    floats.confirm(checker, vendor, out.id());
                    paid.addAndGet(900);
                } catch (RefusedException e) {
                    assertThat(e.refusal().code()).isEqualTo(RefusalCode.FLOAT_EXHAUSTED);
                }
            }
            return null;
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
        }
        assertThat(balance(vendor)).isEqualTo(20_000 - sold.get() - paid.get()).isGreaterThanOrEqualTo(-3_000);
        assertThat(sold.get() + paid.get()).as("the float was used up").isGreaterThan(20_000);
        assertThat(account("float/" + vendor)).isEqualTo(-balance(vendor));
    }

    /** Two who confirm the same deposit at once: it is booked once. */
    @Test
    void confirmationsAtOnce_bookOnce() throws Exception {
        String vendor = vendor(0);
        FloatMovement recorded = floats.record(maker, movement(vendor, MovementKind.DEPOSIT, 777));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> both = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                ClientIdentity one = new ClientIdentity(desk.utility, "office-" + (i + 2), "office", Role.FINANCE);
                both.add(() -> {
                    try {
                        floats.confirm(one, vendor, recorded.id());
                        return true;
                    } catch (RefusedException e) {
                        return false;
                    }
                });
            }
            int confirmed = 0;
            for (Future<Boolean> done : threads.invokeAll(both)) {
                confirmed += done.get() ? 1 : 0;
            }
            assertThat(confirmed).isEqualTo(1);
        }
        assertThat(balance(vendor)).isEqualTo(777);
    }
}
