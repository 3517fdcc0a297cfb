package org.metermint.vending.tariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.metermint.tariff.Block;
import org.metermint.tariff.Continuity;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Tariff;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Versions of tariffs that accounts use: proposed by one, approved by another, in force from then on and not before. */
@Tag("database")
@Timeout(120)
class TariffDraftsTest {
    private static final String ID = "dwellings";
    private static final Instant JULY = Instant.parse("2026-06-30T22:00:00Z");

    private final SaleFixture desk = new SaleFixture(20);
    private final TariffDrafts drafts = desk.vending.tariffDrafts();
    private final ClientIdentity maker = person("admin-1", Role.ADMINISTRATOR);
    private final ClientIdentity checker = person("finance-1", Role.FINANCE);

    @AfterEach
    void close() {
        desk.close();
    }

    private ClientIdentity person(String id, Role role) {
        return new ClientIdentity(desk.utility, id, "office", role);
    }

    private static Tariff version(int number, Instant from, String price) {
        Tariff like = SaleFixture.tariff(
                ID,
                Energy.blocks(List.of(Block.of("0", price))),
                List.of(),
                List.of(),
                Deductions.STANDARD,
                Continuity.STANDARD);
        return new Tariff(
                ID,
                number,
                "Dwellings",
                like.currency(),
                like.minorDigits(),
                like.unit(),
                from,
                like.energy(),
                like.levies(),
                like.charges(),
                like.deductions(),
                like.continuity(),
                like.rounding(),
                like.limits());
    }

    private MeterPan sellsAt(String price) {
        desk.vending.tariffs().add(desk.utility, version(1, Instant.parse("2025-01-01T00:00:00Z"), price));
        return desk.meter(SaleFixture.GROUP, 1, ID);
    }

    private static void assertRefused(RefusalCode code, String detail, ThrowingCallable act) {
        assertThatThrownBy(act)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(code))
                .hasMessageContaining(detail);
    }

    private long tenths(String request, MeterPan meter) {
        return ((Sold) desk.sell(request, meter, "100")).sale().assessment().issuedTenths();
    }

    @Test
    void versionOfATariffThatAccountsUse_pricesFromItsInstant_onceASecondPersonApproved() {
        MeterPan meter = sellsAt("2");
        Tariff next = version(2, JULY, "4");

        TariffDraft draft = drafts.propose(maker, next).orElseThrow();
        assertThat(draft.version()).isEqualTo(next);
        assertThat(draft.decision()).isEmpty();
        assertThat(drafts.propose(maker, next)).as("once more").contains(draft);
        assertThat(desk.vending.tariffs().version(desk.utility, ID, 2)).isEmpty();
        assertRefused(RefusalCode.SECOND_PERSON_NEEDED, "proposed it", () -> drafts.approve(maker, ID, 2));

        TariffDraft approved = drafts.approve(checker, ID, 2);
        assertThat(approved.decision().orElseThrow())
                .isEqualTo(new TariffDraft.Decision(true, "finance-1", desk.clock.instant(), Optional.empty()));
        assertThat(drafts.approve(checker, ID, 2)).as("once more").isEqualTo(approved);
        assertRefused(RefusalCode.ALREADY_DECIDED, "approved", () -> drafts.reject(checker, ID, 2, "too late"));
        assertThat(desk.vending.tariffs().version(desk.utility, ID, 2)).contains(next);
        assertThat(drafts.propose(maker, next)).as("a version now").isEmpty();

        assertThat(tenths("r-1", meter)).as("not yet").isEqualTo(500);
        desk.clock.set("2026-06-30T21:59:59Z");
        assertThat(tenths("r-2", meter)).as("the second before").isEqualTo(500);
        desk.clock.set("2026-06-30T22:00:00Z");
        assertThat(tenths("r-3", meter)).as("from its instant on").isEqualTo(250);
    }

    @Test
    void versionOfATariffThatNobodyUses_isTakenAtOnce() {
        Tariff past = version(1, Instant.parse("2025-01-01T00:00:00Z"), "2");
        assertThat(drafts.propose(maker, past)).isEmpty();
        assertThat(desk.vending.tariffs().add(desk.utility, version(2, Instant.parse("2025-02-01T00:00:00Z"), "3")))
                .isEqualTo(desk.vending.tariffs().version(desk.utility, ID, 2).orElseThrow());
        desk.meter(SaleFixture.GROUP, 1, ID);
        assertRefused(
                RefusalCode.TARIFF_IN_USE,
                "second person",
                () -> desk.vending.tariffs().add(desk.utility, version(3, JULY, "4")));
        assertThat(desk.vending.tariffs().add(desk.utility, past))
                .as("there already")
                .isEqualTo(past);
        assertRefused(
                RefusalCode.ALREADY_EXISTS,
                "other content",
                () -> drafts.propose(maker, version(1, Instant.parse("2025-01-01T00:00:00Z"), "9")));
        assertThat(drafts.after(desk.utility, 0, 10)).isEmpty();
    }

    @Test
    void rejectedDraft_staysAsHistory_andItsNumberIsFreeAgain() {
        sellsAt("2");
        Tariff wrong = version(2, JULY, "40");
        drafts.propose(maker, wrong);
        assertRefused(
                RefusalCode.ALREADY_EXISTS,
                "proposed by admin-1",
                () -> drafts.propose(person("admin-2", Role.ADMINISTRATOR), version(2, JULY, "4")));
        drafts.reject(checker, ID, 2, "a decimal point is missing");
        assertRefused(RefusalCode.ALREADY_DECIDED, "rejected", () -> drafts.approve(checker, ID, 2));

        drafts.propose(maker, version(2, JULY, "5"));
        assertThat(drafts.reject(maker, ID, 2, "mine, taken back")
                        .decision()
                        .orElseThrow()
                        .by())
                .isEqualTo("admin-1");
        Tariff right = version(2, JULY, "4");
        drafts.propose(maker, right);
        drafts.approve(checker, ID, 2);

        assertThat(desk.vending.tariffs().version(desk.utility, ID, 2)).contains(right);
        assertThat(drafts.after(desk.utility, 0, 10))
                .extracting(draft -> draft.decision().orElseThrow().reason())
                .containsExactly(
                        Optional.of("a decimal point is missing"), Optional.of("mine, taken back"), Optional.empty());
        assertThat(drafts.find(desk.utility, ID, 2).orElseThrow().version()).isEqualTo(right);
    }

    @Test
    void versionThatWouldBeginBeforeItIsApproved_isRefused_sinceSalesWerePricedOtherwise() {
        sellsAt("2");
        Instant now = desk.clock.instant();
        assertRefused(RefusalCode.FIELD_INVALID, "effectiveFrom", () -> drafts.propose(maker, version(2, now, "4")));
        Tariff soon = version(2, now.plus(TariffDrafts.LEAD), "4");
        drafts.propose(maker, soon);
        desk.clock.set(now.plusMillis(1).toString());
        assertRefused(RefusalCode.FIELD_INVALID, "effectiveFrom", () -> drafts.approve(checker, ID, 2));
        assertThat(desk.vending.tariffs().version(desk.utility, ID, 2)).isEmpty();
        assertThat(drafts.find(desk.utility, ID, 2).orElseThrow().decision()).isEmpty();
    }

    @Test
    void versionOfThatNumberThatAppearedMeanwhile_isKept_andTheDraftStaysOpen() {
        sellsAt("2");
        drafts.propose(maker, version(2, JULY, "4"));
        JdbcClient superuser = TestDatabase.superuser(desk.url);
        superuser.sql("""
                        INSERT INTO metermint.tariff_version
                        SELECT utility_id, tariff_id, 2, effective_from, jsonb_set(document, '{version}', '2')
                        FROM metermint.tariff_version WHERE tariff_id = ? AND version = 1
                        """).param(ID).update();
        assertRefused(RefusalCode.ALREADY_EXISTS, "other content", () -> drafts.approve(checker, ID, 2));
        assertThat(drafts.find(desk.utility, ID, 2).orElseThrow().decision()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void rolesThatDoNotName_it_mayNot(Role role) {
        sellsAt("2");
        ClientIdentity other = person("other", role);
        Tariff next = version(2, JULY, "4");
        if (role == Role.ADMINISTRATOR) {
            assertThat(drafts.propose(other, next)).isPresent();
        } else {
            assertRefused(RefusalCode.ROLE_NOT_ALLOWED, role.name(), () -> drafts.propose(other, next));
            drafts.propose(maker, next);
        }
        if (role != Role.ADMINISTRATOR && role != Role.FINANCE) {
            assertRefused(RefusalCode.ROLE_NOT_ALLOWED, role.name(), () -> drafts.approve(other, ID, 2));
            assertRefused(RefusalCode.ROLE_NOT_ALLOWED, role.name(), () -> drafts.reject(other, ID, 2, "why"));
        }
        assertRefused(RefusalCode.NOT_FOUND, "no draft", () -> drafts.approve(checker, ID, 3));
        assertRefused(RefusalCode.FIELD_INVALID, "1..200", () -> drafts.reject(checker, ID, 2, " "));
        assertRefused(RefusalCode.CURRENCY_MISMATCH, "USD", () -> drafts.propose(maker, inDollars(next)));
    }

    private static Tariff inDollars(Tariff tariff) {
        return TariffJson.parse(TariffJson.write(tariff).replace("ZAR", "USD"));
    }

    @Test
    void database_letsNobodyApproveHisOwn_norChangeWhatWasDecided() {
        sellsAt("2");
        drafts.propose(maker, version(2, JULY, "4"));
        UtilityTransactions rows = new UtilityTransactions(desk.pool);
        assertThatThrownBy(() -> rows.in(
                        desk.utility,
                        sql -> sql.sql("UPDATE tariff_draft SET decision = 'APPROVED', decided_by = proposed_by,"
                                        + " decided_at = now()")
                                .update()))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("second_person");
        assertThatThrownBy(() -> rows.in(
                        desk.utility,
                        sql -> sql.sql("UPDATE tariff_draft SET document = '{}'")
                                .update()))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("stays as it is");
        drafts.approve(checker, ID, 2);
        assertThatThrownBy(() -> rows.in(
                        desk.utility,
                        sql -> sql.sql("UPDATE tariff_draft SET decided_by = 'other'")
                                .update()))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("stays as it is");
    }

    @Test
    void accountThatIsBeingMade_isWaitedFor_beforeAVersionIsTakenAtOnce() throws Exception {
        desk.vending.tariffs().add(desk.utility, version(1, Instant.parse("2025-01-01T00:00:00Z"), "2"));
        MeterPan meter = desk.bareMeter(SaleFixture.GROUP, 1);
        Optional<TariffDraft> proposed = whileOpen(
                () -> desk.account(meter, SaleFixture.GROUP, ID), () -> drafts.propose(maker, version(2, JULY, "4")));
        assertThat(proposed).as("a draft: the account came first").isPresent();
    }

    @Test
    void versionThatIsBeingTaken_isWaitedFor_beforeAnAccountIsMade() throws Exception {
        Instant past = Instant.parse("2025-01-01T00:00:00Z");
        desk.vending.tariffs().add(desk.utility, version(1, past, "2"));
        MeterPan meter = desk.bareMeter(SaleFixture.GROUP, 1);
        whileOpen(() -> desk.vending.tariffs().add(desk.utility, version(2, past, "4")), () -> {
            desk.account(meter, SaleFixture.GROUP, ID);
            return true;
        });
        assertThat(tenths("r-1", meter)).as("the account sees both versions").isEqualTo(250);
    }

    /** Does one thing in a transaction that stays open until the other thing, begun after it, waits for a lock. */
    private <T> T whileOpen(Runnable first, Callable<T> second) throws Exception {
        UtilityTransactions rows = new UtilityTransactions(desk.pool);
        CountDownLatch done = new CountDownLatch(1);
        JdbcClient superuser = TestDatabase.superuser(desk.url);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> holding = threads.submit(() -> rows.in(desk.utility, sql -> {
                first.run();
                done.countDown();
                while (superuser.sql("""
                                SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                                """).query(Long.class).single() == 0) {
                    Thread.onSpinWait();
                }
                return true;
            }));
            done.await();
            Future<T> waiting = threads.submit(second);
            holding.get();
            return waiting.get();
        }
    }
}
