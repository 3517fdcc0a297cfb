package org.metermint.vending.entitlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.vending.SaleFixture.GROUP;

import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.tariff.AccountFacts;
import org.metermint.tariff.Block;
import org.metermint.tariff.Continuity;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Tariff;
import org.metermint.token.MeterPan;
import org.metermint.vending.FaultyModule.Fault;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.Vending;
import org.metermint.vending.receipt.Paper;
import org.metermint.vending.receipt.Receipt;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.sale.Reversal;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.sale.SaleDesk;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.sale.SaleState;
import org.metermint.vending.sale.SaleToken;
import org.metermint.vending.sale.TrialAnswer;
import org.metermint.vending.tariff.PublishedTariffs;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;

/** Units that are given for nothing: once a month, alone or along with a sale, which they never keep up. */
@Tag("database")
class FreeUnitsTest {
    private static final YearMonth MARCH = YearMonth.of(2026, 3);
    private static final EntitlementList.Terms AUTOMATIC = new EntitlementList.Terms(
            "Municipality of Mopane", true, Optional.empty(), Optional.of(new BigDecimal("1.55")));
    private static final EntitlementList.Terms ON_REQUEST =
            new EntitlementList.Terms("Municipality of Mopane", false, Optional.empty(), Optional.empty());

    private final SaleFixture desk = new SaleFixture();
    private final ClientIdentity clerk = new ClientIdentity(desk.utility, "clerk", "office", Role.FINANCE);
    private final ClientIdentity chief = new ClientIdentity(desk.utility, "chief", "office", Role.FINANCE);
    private int lists;

    @AfterEach
    void close() {
        desk.close();
    }

    @Test
    void firstSaleOfAMonth_bringsThemAlong_beforeThePaidToken() {
        MeterPan meter = blocks(Continuity.FreeUnits.APART);
        entitle(meter, 500, AUTOMATIC);
        Sale first = sold("r-1", meter, "100");
        assertThat(kinds(first)).containsExactly(SaleToken.Kind.FREE, SaleToken.Kind.CREDIT);
        assertThat(first.assessment().issuedTenths()).as("50 at 1, 25 at 2").isEqualTo(750);
        Sale free = kept(first.free().orElseThrow().sale());
        assertThat(free.credit().amount()).isEqualByComparingTo("50");
        assertThat(free.tender().minor()).isZero();
        assertThat(free.tokens().getFirst().token())
                .isEqualTo(first.tokens().getFirst().token());
        assertThat(free.stamp().orElseThrow().identifier())
                .isLessThan(first.stamp().orElseThrow().identifier());
        assertThat(first.free().orElseThrow().state()).isEqualTo(SaleState.ISSUED);
        assertThat(kept(first.id())).isEqualTo(first);
        assertThat(free.assessment().again()).isEqualTo(free.assessment());
        assertThat(first.assessment().again()).isEqualTo(first.assessment());
        assertThat(sold("r-1", meter, "100")).as("the same answer").isEqualTo(first);
        Receipt receipt = desk.vending.receipts().of(first);
        assertThat(receipt.freeUnits()).contains("50.0");
        assertThat(receipt.units()).contains("75.0");
        assertThat(desk.vending.receipts().text(receipt, Paper.MM_58))
                .contains(first.tokens().get(0).token().grouped())
                .contains(first.tokens().get(1).token().grouped());
        Receipt alone = desk.vending.receipts().reprint(desk.utility, free.id()).orElseThrow();
        assertThat(alone.freeUnits()).contains("50.0");
        assertThat(alone.units()).as("nothing was paid for").isEmpty();
        assertThat(alone.tendered()).isEqualTo("0.00");

        assertThat(kinds(sold("r-2", meter, "20"))).as("once a month").containsExactly(SaleToken.Kind.CREDIT);
        desk.clock.set("2026-04-02T10:00:00Z");
        assertThat(kinds(sold("r-3", meter, "20"))).hasSize(2);
        assertBooks();
    }

    @Test
    void countedUnits_fillTheFirstBlocks_andATrialSaysSo() {
        MeterPan meter = blocks(Continuity.FreeUnits.COUNTED);
        entitle(meter, 500, AUTOMATIC);
        SaleRequest request = SaleFixture.request("r-1", meter, "100");
        TrialAnswer trial = desk.vending.saleDesk().trial(desk.client, request);
        Sale first = sold("r-1", meter, "100");
        assertThat(first.assessment().before().units()).isEqualByComparingTo("50");
        assertThat(first.assessment().issuedTenths()).as("all at 2").isEqualTo(500);
        assertThat(trial).isInstanceOfSatisfying(TrialAnswer.Priced.class, priced -> {
            assertThat(priced.assessment()).isEqualTo(first.assessment());
            assertThat(priced.free().orElseThrow().issuedTenths()).isEqualTo(500);
        });
        assertThat(first.assessment().again()).isEqualTo(first.assessment());
        MeterPan other = desk.meter(GROUP, 1, first.assessment().tariff().id());
        entitle(other, 500, AUTOMATIC);
        assertThat(desk.vending
                        .quotes()
                        .quote(desk.client, SaleFixture.request("q", other, "50"), Locale.ENGLISH)
                        .words())
                .startsWith("50 kWh are free this month, and count like units bought: what is bought now begins after"
                        + " them.");
        assertBooks();
    }

    @Test
    void claim_isASaleOfNothing_onceAMonth() {
        MeterPan meter = desk.meter();
        assertThat(code(claim("c-0", meter))).isEqualTo(RefusalCode.NOT_ENTITLED);
        entitle(meter, 123, ON_REQUEST);
        assertThat(kinds(sold("r-1", meter, "50"))).containsExactly(SaleToken.Kind.CREDIT);
        Sale claimed = ((Sold) claim("c-1", meter)).sale();
        assertThat(kinds(claimed)).containsExactly(SaleToken.Kind.FREE);
        assertThat(claimed.credit().steps()).isEqualTo(123);
        assertThat(((Sold) claim("c-1", meter)).sale()).as("the same request").isEqualTo(claimed);
        assertThat(kept(claimed.id())).isEqualTo(claimed);
        assertThat(code(claim("c-2", meter))).isEqualTo(RefusalCode.FREE_UNITS_TAKEN);
        desk.clock.set("2026-04-02T10:00:00Z");
        assertThat(claim("c-3", meter)).isInstanceOf(Sold.class);
        assertThatThrownBy(
                        () -> desk.vending.reversals().request(clerk, claimed.id(), Reversal.Basis.METER_UNUSED, "no"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("nothing was paid");
        assertBooks();
    }

    @Test
    void list_holdsFromTheSecondPersonOn_monthByMonth_upToItsAverage() {
        MeterPan meter = desk.meter();
        Entitlements entitlements = desk.vending.entitlements();
        entitlements.record(clerk, "list-a", AUTOMATIC);
        assertThat(code(() -> entitlements.approve(chief, "list-a"))).isEqualTo(RefusalCode.FIELD_INVALID);
        assertThat(entitlements.add(
                        desk.utility,
                        "list-a",
                        number(meter),
                        500,
                        MARCH.plusMonths(1),
                        Optional.of(MARCH.plusMonths(2))))
                .isTrue();
        assertThat(entitlements.add(
                        desk.utility,
                        "list-a",
                        number(meter),
                        500,
                        MARCH.plusMonths(1),
                        Optional.of(MARCH.plusMonths(2))))
                .isFalse();
        assertThat(code(() -> entitlements.add(desk.utility, "list-a", number(meter), 499, MARCH, Optional.empty())))
                .isEqualTo(RefusalCode.ALREADY_EXISTS);
        assertThat(code(() -> entitlements.add(desk.utility, "list-a", "A-none", 500, MARCH, Optional.empty())))
                .isEqualTo(RefusalCode.NOT_FOUND);
        assertThat(code(() -> entitlements.add(desk.utility, "list-a", number(meter), 16_384, MARCH, Optional.empty())))
                .isEqualTo(RefusalCode.FIELD_INVALID);
        assertThat(code(claim("c-1", meter))).as("not approved").isEqualTo(RefusalCode.NOT_ENTITLED);
        assertThat(code(() -> entitlements.approve(clerk, "list-a"))).isEqualTo(RefusalCode.SECOND_PERSON_NEEDED);
        assertThat(code(() -> entitlements.approve(desk.client, "list-a"))).isEqualTo(RefusalCode.ROLE_NOT_ALLOWED);
        EntitlementList approved = entitlements.approve(chief, "list-a");
        assertThat(approved.accounts()).isEqualTo(1);
        assertThat(approved.units()).isEqualByComparingTo("50");
        assertThat(entitlements.approve(chief, "list-a")).as("again").isEqualTo(approved);
        assertThat(code(() -> entitlements.reject(chief, "list-a"))).isEqualTo(RefusalCode.ALREADY_DECIDED);
        assertThat(code(() ->
                        entitlements.add(desk.utility, "list-a", number(desk.meter()), 1, MARCH, Optional.empty())))
                .isEqualTo(RefusalCode.ALREADY_DECIDED);

        assertThat(code(claim("c-2", meter))).as("not yet").isEqualTo(RefusalCode.NOT_ENTITLED);
        desk.clock.set("2026-05-31T21:59:00Z");
        assertThat(claim("c-3", meter))
                .as("the last minute of May in Johannesburg")
                .isInstanceOf(Sold.class);
        desk.clock.set("2026-05-31T22:01:00Z");
        assertThat(code(claim("c-4", meter))).as("no more").isEqualTo(RefusalCode.NOT_ENTITLED);

        MeterPan heavy = desk.meter();
        entitle(
                heavy,
                500,
                new EntitlementList.Terms("City", true, Optional.of(new BigDecimal("450")), Optional.empty()));
        desk.vending
                .customers()
                .change(
                        desk.utility,
                        number(heavy),
                        new AccountFacts(null, new BigDecimal("450.1"), BigDecimal.ZERO, 1, null));
        assertThat(code(claim("c-5", heavy))).isEqualTo(RefusalCode.NOT_ENTITLED);
        assertThat(kinds(sold("r-9", heavy, "50"))).containsExactly(SaleToken.Kind.CREDIT);
        assertBooks();
    }

    @Test
    void laterList_takesTheirPlace_andNoUnitsEndThem() {
        MeterPan meter = desk.meter();
        entitle(meter, 500, AUTOMATIC);
        entitle(meter, 250, ON_REQUEST);
        assertThat(desk.vending
                        .entitlements()
                        .of(desk.utility, number(meter))
                        .orElseThrow()
                        .tenths())
                .isEqualTo(250);
        assertThat(((Sold) claim("c-1", meter)).sale().credit().steps()).isEqualTo(250);
        entitle(meter, 0, ON_REQUEST);
        desk.clock.set("2026-04-02T10:00:00Z");
        assertThat(code(claim("c-2", meter))).isEqualTo(RefusalCode.NOT_ENTITLED);
    }

    @Test
    void tokenThatTheModuleRefuses_neverFailsTheSale_andCanBeAskedForAgain() {
        MeterPan meter = blocks(Continuity.FreeUnits.COUNTED);
        entitle(meter, 400, AUTOMATIC);
        desk.module.refuse(Kind.LIMIT_REACHED, request -> isFree(request, 400));
        Sale sale = sold("r-1", meter, "100");
        assertThat(kinds(sale)).containsExactly(SaleToken.Kind.CREDIT);
        assertThat(ended(sale.free().orElseThrow().sale()).state()).isEqualTo(SaleState.REFUSED);
        assertThat(kept(sale.id()).free().orElseThrow().state()).isEqualTo(SaleState.REFUSED);
        assertThat(position(meter)).as("what was counted is no more").isEqualByComparingTo("55");
        assertBooks();
        assertThat(code(claim("c-1", meter))).as("while it says no").isEqualTo(RefusalCode.SECURITY_MODULE_REFUSED);
        desk.module.refuse(Kind.LIMIT_REACHED, request -> false);
        assertThat(claim("c-2", meter)).isInstanceOf(Sold.class);
        assertThat(position(meter)).isEqualByComparingTo("95");
        assertBooks();
    }

    @Test
    void lostAnswers_areFound_eachTokenOnce() {
        MeterPan meter = desk.meter();
        entitle(meter, 500, AUTOMATIC);
        desk.module.fail(Fault.AFTER);
        assertThat(code(desk.sell("r-1", meter, "100"))).isEqualTo(RefusalCode.SECURITY_MODULE_UNAVAILABLE);
        desk.module.fail(Fault.NONE);
        desk.restart();
        endAll();
        Sale sale = sold("r-1", meter, "100");
        assertThat(kinds(sale)).containsExactly(SaleToken.Kind.FREE, SaleToken.Kind.CREDIT);
        assertThat(code(claim("c-1", meter))).isEqualTo(RefusalCode.FREE_UNITS_TAKEN);
        assertBooks();
    }

    @Test
    void keyChange_comesFirst_onceForBothTokens() {
        MeterPan meter = desk.meter(SaleFixture.ROLLED_OVER, 1, PublishedTariffs.INCLINING);
        entitle(meter, 500, AUTOMATIC);
        Sale sale = sold("r-1", meter, "100");
        assertThat(kinds(sale).subList(sale.tokens().size() - 3, sale.tokens().size()))
                .containsExactly(SaleToken.Kind.KEY_CHANGE, SaleToken.Kind.FREE, SaleToken.Kind.CREDIT);
        Sale free = kept(sale.free().orElseThrow().sale());
        assertThat(free.tokens()).hasSize(1);
        assertThat(free.revision()).isEqualTo(sale.revision());
        assertThat(sale.revision().value()).isEqualTo(4);

        MeterPan alone = desk.meter(SaleFixture.ROLLED_OVER, 1, PublishedTariffs.INCLINING);
        entitle(alone, 500, AUTOMATIC);
        assertThat(kinds(((Sold) claim("c-1", alone)).sale()))
                .startsWith(SaleToken.Kind.KEY_CHANGE)
                .endsWith(SaleToken.Kind.FREE);
        assertBooks();
    }

    @Test
    void manyTillsOverTwoDesks_giveThemOnce() throws Exception {
        MeterPan meter = desk.meter();
        entitle(meter, 500, AUTOMATIC);
        try (var other = new Vending(desk.pool, desk.module, desk.clock, new SecureRandom());
                ExecutorService tills = Executors.newFixedThreadPool(8)) {
            List<Callable<SaleAnswer>> tasks = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                SaleDesk one = (i % 2 == 0 ? desk.vending : other).saleDesk();
                SaleRequest request = i % 3 == 0 ? free("c-" + i, meter) : SaleFixture.request("r-" + i, meter, "20");
                tasks.add(() -> one.sell(desk.client, request));
            }
            List<SaleAnswer> answers = new ArrayList<>();
            for (Future<SaleAnswer> each : tills.invokeAll(tasks)) {
                answers.add(each.get());
            }
            assertThat(answers.stream()
                            .filter(Sold.class::isInstance)
                            .map(answer -> ((Sold) answer).sale())
                            .filter(sale -> sale.isFree() || sale.free().isPresent()))
                    .hasSize(1);
        }
        assertThat(desk.vending.entitlements().claims(desk.utility, MARCH))
                .singleElement()
                .satisfies(claim -> assertThat(claim.accounts()).isEqualTo(1));
        assertBooks();
    }

    @Test
    void claims_areCountedByList_atItsRate() {
        List<MeterPan> meters = List.of(desk.meter(), desk.meter(), desk.meter());
        meters.forEach(meter -> entitle(meter, 501, AUTOMATIC));
        sold("r-1", meters.get(0), "20");
        claim("c-1", meters.get(1));
        desk.clock.set("2026-04-02T10:00:00Z");
        claim("c-2", meters.get(2));
        assertThat(desk.vending.entitlements().claims(desk.utility, MARCH))
                .hasSize(2)
                .allSatisfy(claim -> {
                    assertThat(claim.accounts()).isEqualTo(1);
                    assertThat(claim.tenths()).isEqualTo(501);
                    assertThat(claim.amount().orElseThrow().decimal())
                            .as("50.1 at 1.55 is 77.655")
                            .isEqualTo("77.66");
                });
        assertThat(desk.vending.entitlements().claims(desk.utility, MARCH.plusMonths(1)))
                .hasSize(1);
        assertThat(desk.vending.entitlements().claims(desk.utility, MARCH.minusMonths(1)))
                .isEmpty();
    }

    private static boolean isFree(IssueRequest request, long tenths) {
        return request instanceof IssueCredit credit && credit.amount().tenths() == tenths;
    }

    /** 50 at 1, more at 2. */
    private MeterPan blocks(Continuity.FreeUnits free) {
        Tariff tariff = SaleFixture.tariff(
                "blocks-" + free.name().toLowerCase(Locale.ROOT),
                Energy.blocks(List.of(Block.of("0", "1"), Block.of("50", "2"))),
                List.of(),
                List.of(),
                Deductions.STANDARD,
                new Continuity(Continuity.OnChange.KEEP, Continuity.NewAccount.FULL, free));
        desk.vending.tariffs().add(desk.utility, tariff);
        return desk.meter(GROUP, 1, tariff.id());
    }

    private void entitle(MeterPan meter, long tenths, EntitlementList.Terms terms) {
        String reference = "list-" + ++lists;
        desk.vending.entitlements().record(clerk, reference, terms);
        desk.vending.entitlements().add(desk.utility, reference, number(meter), tenths, MARCH, Optional.empty());
        desk.vending.entitlements().approve(chief, reference);
    }

    private static SaleRequest free(String id, MeterPan meter) {
        return new SaleRequest(
                id,
                meter.drn().digits(),
                new SaleRequest.FreeUnits(),
                PaymentType.OTHER,
                Optional.empty(),
                Optional.empty());
    }

    private SaleAnswer claim(String id, MeterPan meter) {
        return desk.vending.saleDesk().sell(desk.client, free(id, meter));
    }

    private void endAll() {
        assertThat(desk.vending.saleDesk().recover(desk.utility)).isZero();
    }

    /** The desk ends a sale that the module refuses on a thread of its own. */
    private Sale ended(UUID id) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        Sale sale = kept(id);
        while (sale.state().open() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
            sale = kept(id);
        }
        return sale;
    }

    private BigDecimal position(MeterPan meter) {
        return desk.vending
                .customers()
                .accountOf(desk.utility, meter)
                .orElseThrow()
                .position()
                .units();
    }

    private static List<SaleToken.Kind> kinds(Sale sale) {
        return sale.tokens().stream().map(SaleToken::kind).toList();
    }

    private static RefusalCode code(SaleAnswer answer) {
        return ((SaleAnswer.Refused) answer).refusal().code();
    }

    private static RefusalCode code(Runnable act) {
        List<RefusalCode> code = new ArrayList<>();
        assertThatThrownBy(act::run)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> code.add(e.refusal().code()));
        return code.getFirst();
    }

    private String number(MeterPan meter) {
        return desk.vending
                .customers()
                .accountOf(desk.utility, meter)
                .orElseThrow()
                .number();
    }

    private Sale sold(String id, MeterPan meter, String tender) {
        return ((Sold) desk.sell(id, meter, tender)).sale();
    }

    private Sale kept(UUID id) {
        return desk.vending.saleDesk().sale(desk.utility, id).orElseThrow();
    }

    private void assertBooks() {
        assertThat(desk.vending.ledger().verify(desk.utility).faults()).isEmpty();
    }
}
