package org.metermint.simulation.world;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.ModuleStatus;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.TokenVerification;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.token.TokenNumber;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleAnswer.Refused;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.sale.SaleDesk;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.sale.TrialAnswer;
import org.metermint.vending.vendor.ClientIdentity;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Each way to break an invariant is seen by the world that looks for it, and in the words that belong to it. */
class SabotageTest {
    private static final int SALES = 150;
    private static final long SEED = 20_241_124;

    @TempDir
    Path parent;

    private record Case(String name, String seenAs, Sabotage sabotage) {}

    @TestFactory
    Stream<DynamicTest> sabotage_ofAnInvariant_isSeen() {
        return Stream.of(
                        desk("a desk that sells a repeat again", "nobody sent request", SellsRepeats::new),
                        desk("a desk that answers with another's sale", "is answered with the sale of", MixesUp::new),
                        desk(
                                "a desk that sells and says no",
                                "was given back, and sells|was given back for a token|got two answers",
                                SaysNo::new),
                        desk("a desk that forgets what it sold", "was known, and is not any more", Forgets::new),
                        desk("a desk that says in progress for ever", "still wait", NeverDecides::new),
                        desk(
                                "a desk that says sold before it is",
                                "was told another sale|two answers",
                                SoldTooSoon::new),
                        desk(
                                "a desk that voids in words only",
                                "and sells|given back for a token|two answers|is not any more",
                                VoidsInWords::new),
                        meddling(
                                "a float changed",
                                "the float of",
                                "UPDATE metermint.vendor SET balance = balance + 1 WHERE code = 'mobile'"),
                        new Case("a desk that issues before the row", "which no row names", new Sabotage() {
                            @Override
                            public SaleDesk desk(SaleDesk honest, SecurityModule module) {
                                return new IssuesFirst(honest, module);
                            }
                        }),
                        new Case("a module asked anew under another id", "which no row names", new Sabotage() {
                            @Override
                            public SecurityModule module(SecurityModule honest) {
                                return new AskedAnew(honest);
                            }
                        }),
                        meddling(
                                "a tender changed",
                                "the books are wrong|priced for another tender|the desk throws|the float of",
                                "UPDATE metermint.sale SET tender = tender + 1 WHERE receipt_number % 5 = 0"),
                        meddling(
                                "a position changed",
                                "does not reproduce its price",
                                "UPDATE metermint.sale SET position_units = position_units + 1000"
                                        + " WHERE receipt_number % 5 = 0 AND position_units < 1000"),
                        meddling("a sale deleted", "the books|is not found|is not any more|the desk throws", """
                                DELETE FROM metermint.sale WHERE receipt_number % 7 = 0
                                """),
                        meddling(
                                "identifiers set back",
                                "did not rise|of the same meter|the desk throws|below one that was used",
                                "UPDATE metermint.meter SET last_tid_2014 = last_tid_2014 - 3 WHERE last_tid_2014 > 3"))
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> assertSeen(each)));
    }

    private void assertSeen(Case sabotaged) throws Exception {
        try (TestGround ground = new TestGround(parent);
                World world = new World(SEED, ground, sabotaged.sabotage())) {
            assertThatExceptionOfType(BreachException.class)
                    .isThrownBy(() -> world.run(SALES))
                    .withMessageStartingWith("seed " + SEED + ", step ")
                    .satisfies(breach -> org.assertj.core.api.Assertions.assertThat(breach.getMessage())
                            .containsPattern(sabotaged.seenAs()));
        }
    }

    private interface Maker {
        SaleDesk make(SaleDesk honest);
    }

    private static Case desk(String name, String seenAs, Maker maker) {
        return new Case(name, seenAs, new Sabotage() {
            @Override
            public SaleDesk desk(SaleDesk honest, SecurityModule module) {
                return maker.make(honest);
            }
        });
    }

    /** Somebody with all power, from whom no trigger keeps the history. */
    private static Case meddling(String name, String seenAs, String statement) {
        return new Case(name, seenAs, new Sabotage() {
            @Override
            public void meddle(JdbcClient superuser, long step) {
                if (step % 20 == 0) {
                    superuser
                            .sql("SET session_replication_role = replica; " + statement
                                    + "; SET session_replication_role = DEFAULT")
                            .update();
                }
            }
        });
    }

    /** A desk that is honest until told otherwise. */
    private static class Honest implements SaleDesk {
        final SaleDesk desk;

        Honest(SaleDesk desk) {
            this.desk = desk;
        }

        @Override
        public SaleAnswer sell(ClientIdentity client, SaleRequest request) {
            return desk.sell(client, request);
        }

        @Override
        public TrialAnswer trial(ClientIdentity client, SaleRequest request) {
            return desk.trial(client, request);
        }

        @Override
        public SaleAnswer advise(ClientIdentity client, String requestId) {
            return desk.advise(client, requestId);
        }

        @Override
        public Optional<SaleAnswer> byRequest(ClientIdentity client, String requestId) {
            return desk.byRequest(client, requestId);
        }

        @Override
        public Optional<Sale> sale(UtilityId utility, UUID id) {
            return desk.sale(utility, id);
        }

        @Override
        public int recover(UtilityId utility) {
            return desk.recover(utility);
        }
    }

    private static final class SellsRepeats extends Honest {
        private final Map<String, Integer> times = new ConcurrentHashMap<>();

        SellsRepeats(SaleDesk desk) {
            super(desk);
        }

        @Override
        public SaleAnswer sell(ClientIdentity client, SaleRequest request) {
            int time = times.merge(request.requestId(), 1, Integer::sum);
            if (time == 2) {
                String again = request.requestId() + "again";
                super.sell(
                        client,
                        new SaleRequest(
                                again,
                                request.meterNumber(),
                                request.amount(),
                                request.payment(),
                                request.operator(),
                                request.terminal()));
            }
            return super.sell(client, request);
        }
    }

    private static final class MixesUp extends Honest {
        private volatile SaleAnswer last;

        MixesUp(SaleDesk desk) {
            super(desk);
        }

        @Override
        public SaleAnswer sell(ClientIdentity client, SaleRequest request) {
            SaleAnswer answer = super.sell(client, request);
            SaleAnswer before = last;
            if (answer instanceof Sold) {
                last = answer;
            }
            return answer instanceof Sold && before != null ? before : answer;
        }
    }

    private static final class SaysNo extends Honest {
        SaysNo(SaleDesk desk) {
            super(desk);
        }

        @Override
        public SaleAnswer sell(ClientIdentity client, SaleRequest request) {
            SaleAnswer answer = super.sell(client, request);
            return answer instanceof Sold && client.clientId().startsWith("payer")
                    ? new Refused(new Refusal(RefusalCode.METER_BLOCKED, "it is not"), Optional.empty())
                    : answer;
        }
    }

    private static final class Forgets extends Honest {
        Forgets(SaleDesk desk) {
            super(desk);
        }

        @Override
        public Optional<SaleAnswer> byRequest(ClientIdentity client, String requestId) {
            return Optional.empty();
        }
    }

    private static final class VoidsInWords extends Honest {
        VoidsInWords(SaleDesk desk) {
            super(desk);
        }

        @Override
        public SaleAnswer advise(ClientIdentity client, String requestId) {
            try {
                return byRequest(client, requestId)
                        .orElseGet(() -> new Refused(
                                new Refusal(RefusalCode.REQUEST_VOIDED, "it is not written down"), Optional.empty()));
            } catch (RefusedException e) {
                return new Refused(e.refusal(), Optional.empty()); // the database is away, as an honest desk says
            }
        }
    }

    private static final class NeverDecides extends Honest {
        NeverDecides(SaleDesk desk) {
            super(desk);
        }

        @Override
        public SaleAnswer sell(ClientIdentity client, SaleRequest request) {
            SaleAnswer answer = super.sell(client, request);
            return request.requestId().equals("payer1-3")
                    ? new Refused(new Refusal(RefusalCode.SALE_IN_PROGRESS, "for ever"), Optional.empty())
                    : answer;
        }

        @Override
        public SaleAnswer advise(ClientIdentity client, String requestId) {
            return requestId.equals("payer1-3")
                    ? new Refused(new Refusal(RefusalCode.SALE_IN_PROGRESS, "for ever"), Optional.empty())
                    : super.advise(client, requestId);
        }

        @Override
        public Optional<SaleAnswer> byRequest(ClientIdentity client, String requestId) {
            return requestId.equals("payer1-3") ? Optional.empty() : super.byRequest(client, requestId);
        }
    }

    /** Answers without the tokens: what was told is not what the database holds. */
    private static final class SoldTooSoon extends Honest {
        SoldTooSoon(SaleDesk desk) {
            super(desk);
        }

        @Override
        public SaleAnswer sell(ClientIdentity client, SaleRequest request) {
            SaleAnswer answer = super.sell(client, request);
            return answer instanceof Sold(Sale sale) ? new Sold(withoutTokens(sale)) : answer;
        }

        private static Sale withoutTokens(Sale sale) {
            return new Sale(
                    sale.id(),
                    sale.utility(),
                    sale.receiptNumber(),
                    sale.clientId(),
                    sale.vendorCode(),
                    sale.requestId(),
                    sale.operator(),
                    sale.terminal(),
                    sale.receivedAt(),
                    sale.state(),
                    sale.meter(),
                    sale.algorithm(),
                    sale.account(),
                    sale.payment(),
                    sale.tender(),
                    sale.service(),
                    sale.assessment(),
                    sale.credit(),
                    sale.supplyGroup(),
                    sale.revision(),
                    sale.tariffIndex(),
                    sale.stamp(),
                    List.of(),
                    sale.free(),
                    sale.testOnly(),
                    sale.decidedAt(),
                    sale.refusal());
        }
    }

    private static final class IssuesFirst extends Honest {
        private final SecurityModule module;

        IssuesFirst(SaleDesk desk, SecurityModule module) {
            super(desk);
            this.module = module;
        }

        @Override
        public SaleAnswer sell(ClientIdentity client, SaleRequest request) {
            SaleAnswer answer = super.sell(client, request);
            if (answer instanceof Sold(Sale sale)) {
                try {
                    module.issue(new IssueCredit(
                            MessageId.of(UUID.randomUUID()),
                            new MeterKeyState(
                                    sale.meter(),
                                    sale.algorithm(),
                                    sale.supplyGroup(),
                                    sale.tariffIndex(),
                                    sale.revision(),
                                    org.metermint.token.KeyType.DUTK),
                            org.metermint.token.CreditType.ELECTRICITY,
                            new org.metermint.token.CreditAmount(10),
                            sale.stamp().orElseThrow().identifier().next()));
                } catch (SecurityModuleException e) {
                    return answer; // the module was not well just then
                }
            }
            return answer;
        }
    }

    /** A module that is asked for a lost answer under a new id. */
    private static final class AskedAnew implements SecurityModule {
        private final SecurityModule module;
        private final Map<MessageId, Integer> asked = new HashMap<>();

        AskedAnew(SecurityModule module) {
            this.module = module;
        }

        @Override
        public synchronized IssuedTokens issue(IssueRequest request) throws SecurityModuleException {
            return module.issue(
                    request instanceof IssueCredit credit && asked.merge(request.messageId(), 1, Integer::sum) > 1
                            ? new IssueCredit(
                                    MessageId.of(UUID.randomUUID()),
                                    credit.meter(),
                                    credit.type(),
                                    credit.amount(),
                                    credit.tid())
                            : request);
        }

        @Override
        public List<IssueOutcome> issueAll(List<IssueRequest> requests) {
            return requests.stream()
                    .<IssueOutcome>map(request -> {
                        try {
                            return new IssueOutcome.Issued(issue(request));
                        } catch (SecurityModuleException e) {
                            return new IssueOutcome.Refused(request.messageId(), e);
                        }
                    })
                    .toList();
        }

        @Override
        public List<VendingKeyInfo> vendingKeys() throws SecurityModuleException {
            return module.vendingKeys();
        }

        @Override
        public Optional<IssuedTokens> find(MessageId messageId) throws SecurityModuleException {
            return module.find(messageId);
        }

        @Override
        public TokenVerification verify(MeterKeyState meter, TokenNumber token) throws SecurityModuleException {
            return module.verify(meter, token);
        }

        @Override
        public ModuleStatus status() {
            return module.status();
        }

        @Override
        public void close() {
            module.close();
        }
    }
}
