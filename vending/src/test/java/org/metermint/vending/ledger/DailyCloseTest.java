package org.metermint.vending.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.JournalEntry.Kind;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Days end at midnight in Johannesburg, two hours before that of UTC. */
class DailyCloseTest {
    private static final LocalDate FIRST = LocalDate.parse("2026-03-10");

    private static final int DAYS = 20;

    private SaleFixture desk;
    private UtilityTransactions work;

    @BeforeEach
    void open() {
        desk = new SaleFixture();
        work = new UtilityTransactions(desk.pool);
    }

    @AfterEach
    void close() {
        desk.close();
    }

    private List<ClosedDay> closeUntil(String instant) {
        return desk.vending.dailyClose().close(desk.utility, Instant.parse(instant));
    }

    private UUID book(String instant, long amount) {
        return work.in(desk.utility, sql -> {
            UUID id = desk.vending.ledger().nextId(desk.utility, Instant.parse(instant));
            desk.vending.ledger().post(desk.utility, entry(id, Instant.parse(instant), amount));
            return id;
        });
    }

    private static JournalEntry entry(UUID id, Instant at, long amount) {
        return new JournalEntry(
                id,
                Kind.CORRECTION,
                Optional.empty(),
                Optional.of("line 1\n\"2\""),
                Optional.empty(),
                at,
                List.of(new Posting("cash/counter", amount), new Posting("energy", -amount)));
    }

    private long balance(String code) {
        return desk.vending.ledger().balances(desk.utility).stream()
                .filter(account -> account.code().equals(code))
                .mapToLong(AccountBalance::balance)
                .sum();
    }

    @Test
    void close_withoutEntries_hasNothingToClose() {
        assertThat(closeUntil("2030-01-01T00:00:00Z")).isEmpty();
    }

    @Test
    void close_missedDays_closesThemInOrder_andAgainNothing() {
        book("2026-03-10T21:59:59.999Z", 100);
        book("2026-03-10T22:00:00Z", 20);
        book("2026-03-13T10:00:00Z", 3);
        assertThat(closeUntil("2026-03-10T21:59:59.999Z")).isEmpty();
        List<ClosedDay> closed = closeUntil("2026-03-13T22:00:00Z");
        assertThat(closed)
                .extracting(ClosedDay::day)
                .containsExactly(FIRST, FIRST.plusDays(1), FIRST.plusDays(2), FIRST.plusDays(3));
        assertThat(closed).extracting(ClosedDay::entries).containsExactly(1L, 1L, 0L, 1L);
        assertThat(closed).extracting(ClosedDay::postings).containsExactly(2L, 2L, 0L, 2L);
        assertThat(closed.getFirst().previousDigest()).isEqualTo("0".repeat(64));
        for (int i = 1; i < 4; i++) {
            assertThat(closed.get(i).previousDigest())
                    .isEqualTo(closed.get(i - 1).digest());
        }
        assertThat(closeUntil("2026-03-13T22:00:00Z")).isEmpty();
        assertThat(desk.vending.dailyClose().closed(desk.utility, Optional.of(FIRST.plusDays(3)), 2))
                .containsExactly(closed.get(2), closed.get(1));
        book("2026-03-14T10:00:00Z", 4_000);
        assertThat(balance("cash/counter")).isEqualTo(4_123);
        Verification proof = desk.vending.ledger().verify(desk.utility);
        assertThat(proof.faults()).isEmpty();
        assertThat(proof.closedDays()).isEqualTo(4);
        assertThat(proof.digest()).isEqualTo(closed.getLast().digest());
    }

    @Test
    void balances_ofClosedDays_areReadFromTheSnapshotAlone() {
        book("2026-03-10T10:00:00Z", 100);
        closeUntil("2026-03-10T22:00:00Z");
        superuser()
                .sql("SET session_replication_role = replica; UPDATE ledger_balance SET balance = 7 * balance")
                .update();
        assertThat(balance("cash/counter")).isEqualTo(700);
    }

    @Test
    void digest_isThatOfTheDocumentedLines() {
        book("2026-03-10T10:00:00.123456Z", 100);
        desk.sell("one", desk.meter(), "50");
        ClosedDay closed = closeUntil("2026-03-10T22:00:00Z").getFirst();
        String lines = superuser().sql("""
                        SELECT 'close ' || utility_id || ' 2026-03-10 ' || repeat('0', 64) || E'\\n'
                            || (SELECT string_agg(concat_ws(' ', 'entry', e.id, e.kind, coalesce(e.sale_id::text, '-'),
                                    coalesce(to_json(e.reference)::text, '-'), coalesce(e.shift_id::text, '-'),
                                    (extract(epoch FROM e.booked_at) * 1000000)::bigint, p.words) || E'\\n', '' ORDER BY e.id)
                                FROM journal_entry e, LATERAL (
                                    SELECT string_agg(account_id || ':' || amount, ' ' ORDER BY line) AS words
                                    FROM posting WHERE entry_id = e.id) p)
                            || (SELECT string_agg(concat_ws(' ', 'account', account_id, to_json(code), sum) || E'\\n', ''
                                    ORDER BY account_id)
                                FROM (SELECT account_id, sum(amount) FROM posting GROUP BY account_id) s
                                JOIN ledger_account a ON a.id = s.account_id)
                        FROM utility
                        """).query(String.class).single();
        String digest = superuser()
                .sql("SELECT encode(sha256(convert_to(?, 'UTF8')), 'hex')")
                .param(lines)
                .query(String.class)
                .single();
        assertThat(closed.digest()).as(lines).isEqualTo(digest);
    }

    @Test
    void entry_ofAClockThatIsBehind_landsInTheNextDay() {
        book("2026-03-10T10:00:00Z", 100);
        closeUntil("2026-03-10T22:00:00Z");
        book("2026-03-10T21:00:00Z", 20);
        assertThat(closeUntil("2026-03-11T22:00:00Z"))
                .extracting(ClosedDay::entries)
                .containsExactly(1L);
        assertThat(desk.vending.ledger().verify(desk.utility).faults()).isEmpty();
    }

    @Test
    void entry_withAnIdOfAClosedDay_isRefused() {
        UUID first = book("2026-03-10T10:00:00Z", 100);
        closeUntil("2026-03-10T22:00:00Z");
        Instant late = Instant.parse("2026-03-10T21:00:00Z");
        assertThatThrownBy(() -> desk.vending.ledger().post(desk.utility, entry(first, late, 5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("closed day")
                .hasMessageContaining("nextId");
        assertThatThrownBy(() -> superuser()
                        .sql("UPDATE utility SET books_closed_before = id_at('2026-03-10T21:00:00Z')")
                        .update())
                .rootCause()
                .hasMessageContaining("only rises");
    }

    @Test
    void close_afterACrashBetweenItsSteps_isCompletedByTheNext() {
        book("2026-03-10T10:00:00Z", 100);
        superuser()
                .sql("UPDATE utility SET books_closed_before = id_at('2026-03-10T22:00:00Z')")
                .update();
        book("2026-03-10T21:59:00Z", 20);
        assertThat(closeUntil("2026-03-10T22:00:00Z"))
                .extracting(ClosedDay::entries)
                .containsExactly(1L);
        assertThat(desk.vending.ledger().verify(desk.utility).faults()).isEmpty();
    }

    @Test
    void day_afterAChangeOfZone_beginsNoEarlierThanTheLastEnded() {
        book("2026-03-10T10:00:00Z", 100);
        superuser().sql("UPDATE utility SET zone = 'Etc/GMT+12'").update();
        closeUntil("2026-03-11T12:00:00Z");
        superuser().sql("UPDATE utility SET zone = 'Pacific/Kiritimati'").update();
        List<ClosedDay> closed = closeUntil("2026-03-12T12:00:00Z");
        assertThat(closed).isNotEmpty();
        assertThat(desk.vending.ledger().verify(desk.utility).faults()).isEmpty();
    }

    /** Whatever is booked while days are closed by two processes belongs to one day, whole, and stays as it was closed. */
    @Test
    void closing_whileMoneyIsBooked_missesNothing() throws Exception {
        long seed = Long.getLong("metermint.seed", System.nanoTime());
        int each = Boolean.getBoolean("metermint.full") ? 5_000 : 150;
        long total = 1;
        book("2026-03-10T10:00:00Z", 1);
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<Long>> writers = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                writers.add(threads.submit(writer(seed + writer, each)));
            }
            Future<Integer> one = threads.submit(this::closeAll);
            Future<Integer> other = threads.submit(this::closeAll);
            for (Future<Long> booked : writers) {
                total += booked.get();
            }
            assertThat(one.get() + other.get()).as("seed " + seed).isEqualTo(DAYS);
        }
        assertThat(balance("cash/counter")).as("seed " + seed).isEqualTo(total);
        closeUntil("2026-05-01T00:00:00Z");
        assertThat(balance("cash/counter")).as("seed " + seed).isEqualTo(total);
        Verification proof = desk.vending.ledger().verify(desk.utility);
        assertThat(proof.faults()).as("seed " + seed).isEmpty();
        assertThat(proof.entries()).isEqualTo(4L * each + 1);
        assertThat(desk.vending.dailyClose().closed(desk.utility, Optional.empty(), 100).stream()
                        .mapToLong(ClosedDay::entries)
                        .sum())
                .isEqualTo(4L * each + 1);
    }

    /** Books on a clock that goes through the days, a day ahead or behind by chance. */
    private Callable<Long> writer(long seed, int entries) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        return () -> {
            long sum = 0;
            for (int i = 0; i < entries; i++) {
                long seconds = Math.max(0, DAYS * 86_400L * i / entries + random.nextLong(-86_400, 86_400));
                long amount = 1 + random.nextLong(1_000);
                book(Instant.parse("2026-03-10T10:00:00Z").plusSeconds(seconds).toString(), amount);
                sum += amount;
            }
            return sum;
        };
    }

    private int closeAll() {
        int closed = 0;
        for (int day = 0; day < DAYS; day++) {
            Instant end = Instant.parse("2026-03-10T22:00:00Z").plusSeconds(86_400L * day);
            closed += desk.vending.dailyClose().close(desk.utility, end).size();
        }
        return closed;
    }

    private JdbcClient superuser() {
        return TestDatabase.superuser(desk.url);
    }
}
