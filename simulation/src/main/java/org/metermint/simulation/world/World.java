package org.metermint.simulation.world;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.sql.DataSource;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.vending.Vending;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.tariff.TariffDrafts;
import org.metermint.vending.vendor.ClientIdentity;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A small town that buys electricity while everything fails. Tills and payers send requests to the real sale desk on a
 * real database, with the real software security module behind a wrapper that has moods; a network loses, doubles,
 * delays and reorders what they say to each other; the server dies at any boundary of database or module and is started
 * again; the clock runs, jumps to the end of a month and over the roll-over, and goes back. After every step an {@link
 * Inspector} holds the invariants against what is there, and {@link Answers} what is said against what was said before.
 *
 * <p><b>What a seed repeats.</b> One thread chooses every event, every message, fault and instant from the seed, and goes
 * on when the server has answered what it was asked. A step with one message at a time repeats exactly. Where several
 * messages are at the desk at once, their threads race as the machine lets them: who is first, and so which of them a
 * death strikes, may differ, and the world may take another course from there. Latencies of the database are not simulated.
 */
public final class World implements AutoCloseable {
    private static final int PAYERS = 3;
    private static final int TILLS = 8;
    /** The vendor of the payers, which pays in before it sells; its credit line in minor units. */
    private static final String FLOAT = "mobile";

    private static final long CREDIT_LINE = 100_000;
    private static final int LONGEST_FUSE = 70;
    private static final int AUDIT_PERIOD = 200;
    /** Rounds in which a healthy world must come to its end: far more than it needs. */
    private static final int LAST_ROUNDS = 100;

    private final long seed;
    private final Ground ground;
    private final Sabotage sabotage;
    private final Random random;
    private final WorldClock clock = new WorldClock(Town.BEGINNING);
    private final SecurityModule module;
    private final DataSource connections;
    private final Vending office;
    private final Town town;
    private final JdbcClient superuser;
    private final Witness witness;
    private final Mood mood = new Mood();
    private final Network network;
    private final Answers answers = new Answers();
    private final Payments payments = new Payments();
    private final List<Till> tills = new ArrayList<>();
    private final Inspector inspector;
    private final Counter counter;
    private final ClientIdentity recorder;
    private final ClientIdentity confirmer;

    private Life life;
    private Instant latest = clock.instant();
    private long step;
    private int deaths;
    private int restarts;
    private int cents;
    private int deposits;

    public World(long seed, Ground ground, Sabotage sabotage) throws SecurityModuleException {
        this.seed = seed;
        this.ground = ground;
        this.sabotage = sabotage;
        this.random = new Random(seed);
        this.network = new Network(new Random(random.nextLong()));
        this.module = ground.openModule(clock);
        this.connections = ground.connections();
        this.office = new Vending(connections, module, clock, new SeededRandom(random.nextLong()));
        this.town = new Town(office);
        this.superuser = JdbcClient.create(ground.superuser());
        this.witness = new Witness(superuser);
        this.inspector = new Inspector(office, town.utility(), ground.superuser(), module, answers, payments);
        town.vendorWithFloat(FLOAT, CREDIT_LINE);
        this.recorder = town.finance("finance1");
        this.confirmer = town.finance("finance2");
        town.entitle(recorder, confirmer, YearMonth.of(2014, 1));
        for (int i = 0; i < TILLS; i++) {
            boolean payer = i < PAYERS;
            tills.add(new Till(
                    i,
                    town.client((payer ? "payer" : "till") + i, payer ? FLOAT : "shop"),
                    payer,
                    town.meterNumbers(),
                    new Random(random.nextLong()),
                    payments));
        }
        this.counter = new Counter(mood, network, answers, tills, random);
        this.life = beBorn();
    }

    /**
     * What a world saw.
     *
     * @param requests that tills made up
     * @param sales in the database, completed and refused by the module
     * @param refunds payments given back
     * @param refusals requests refused for good, by why
     */
    public record Report(
            long seed,
            long steps,
            int requests,
            int sales,
            int completed,
            int refunds,
            long lost,
            long doubled,
            int deaths,
            int restarts,
            Map<RefusalCode, Integer> refusals) {}

    /**
     * Runs until so many sales were made, and then to the end of everything that began.
     *
     * @throws BreachException if something was seen that must never be
     */
    public Report run(int sales) {
        try {
            while (inspector.sales() < sales && step < 100L * sales) {
                step++;
                happen();
                observe();
            }
            settle();
            inspector.judge();
            for (Till till : tills) {
                inspector.compareWithAnswers(till.requests(), till.client().clientId());
            }
        } catch (BreachException e) {
            throw new BreachException("seed " + seed + ", step " + step + ": " + e.getMessage());
        }
        return new Report(
                seed,
                step,
                answers.requests(),
                inspector.sales(),
                inspector.completed(),
                payments.givenBack(),
                network.lost(),
                network.doubled(),
                deaths,
                restarts,
                answers.refusals());
    }

    private void observe() {
        if (life.fuse().isBlown()) {
            deaths++;
            life = reborn();
        }
        sabotage.meddle(superuser, step);
        for (String breach : witness.takeBreaches()) {
            throw new BreachException(breach);
        }
        inspector.look();
        if (step % AUDIT_PERIOD == 0) {
            inspector.audit();
        }
    }

    private void happen() {
        int dice = random.nextInt(1_000);
        if (dice < 560 && !network.isEmpty()) {
            deliver();
        } else if (dice < 840) {
            tillsAct();
        } else if (dice < 870) {
            recover();
        } else if (dice < 920) {
            changeMood();
        } else if (dice < 930) {
            restarts++;
            life = reborn();
        } else if (dice < 945) {
            life.fuse().blowAfter(random.nextInt(LONGEST_FUSE));
        } else if (dice < 980) {
            moveClock();
        } else if (dice < 985) {
            town.block(random.nextInt(100), random.nextInt(6) == 0);
        } else if (dice < 990) {
            town.changeTariff(
                    confirmer,
                    clock.instant().plus(TariffDrafts.LEAD).plusSeconds(1 + random.nextInt(7_200)),
                    ++cents % 100);
        } else if (dice < 992) {
            town.rollOver();
        } else if (dice < 996) {
            deposit();
        } else {
            severConnections();
        }
    }

    private void deliver() {
        int dice = random.nextInt(20);
        int most = dice < 13 ? 1 : dice < 18 ? 2 + random.nextInt(3) : 16;
        counter.deliver(life, network.take(most));
    }

    private void tillsAct() {
        for (int i = random.nextInt(4); i >= 0; i--) {
            tills.get(random.nextInt(TILLS)).act().ifPresent(this::send);
        }
    }

    private void send(Message message) {
        if (message instanceof Message.Sell sell) {
            answers.sent(sell.request());
        }
        network.send(message);
    }

    private void recover() {
        counter.recover(life, town.utility());
    }

    private void changeMood() {
        boolean well = mood.kind() != Mood.Kind.WELL && random.nextInt(3) > 0;
        Mood.Kind[] kinds = Mood.Kind.values();
        mood.become(well ? Mood.Kind.WELL : kinds[random.nextInt(kinds.length)], random.nextInt(4));
    }

    private void moveClock() {
        int dice = random.nextInt(35);
        if (dice < 27) {
            clock.move(Duration.ofSeconds(random.nextInt(dice < 20 ? 200 : 20_000)));
        } else if (dice < 31) {
            clock.move(Duration.ofHours(-1));
        } else if (inspector.openSales() == 0) {
            // not while a sale is open: a module forgets after its retention what no server forgets for so long
            Instant before = Town.ROLL_OVER.minusSeconds(random.nextInt(3_600));
            if (dice < 33 && clock.instant().isBefore(before)) {
                clock.moveTo(before);
            } else {
                clock.moveToMonthEnd(Town.ZONE, Duration.ofSeconds(random.nextInt(300)));
            }
        }
        latest = clock.instant().isAfter(latest) ? clock.instant() : latest;
    }

    private void deposit() {
        long amount = 10_000L + random.nextInt(300_000);
        town.deposit(recorder, confirmer, FLOAT, amount, "deposit-" + ++deposits);
        inspector.deposited(FLOAT, amount);
    }

    /** As an administrator may, or a network: the server is alive, and its connections are not. */
    private void severConnections() {
        superuser
                .sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ANY (?)")
                .param(life.backends().toArray(Integer[]::new))
                .query()
                .listOfRows();
    }

    private Life beBorn() {
        return new Life(ground, module, mood, witness, sabotage, clock, random.nextLong());
    }

    private Life reborn() {
        counter.within("the server does not end", () -> {
            life.close();
            return true;
        });
        return beBorn();
    }

    /** All faults end, and nobody begins anything: then everything that began must end, without help. */
    private void settle() {
        mood.become(Mood.Kind.WELL, 0);
        network.becomeHonest();
        clock.moveTo(latest);
        life.fuse().blowAfter(Long.MAX_VALUE);
        for (int round = 0; round < LAST_ROUNDS && !isSettled(); round++) {
            tills.forEach(till -> till.insist().ifPresent(this::send));
            while (!network.isEmpty()) {
                step++;
                counter.deliver(life, network.take(4));
                observe();
            }
        }
        recover();
        if (!isSettled()) {
            throw new BreachException(payments.open() + " payments and "
                    + tills.stream().filter(Till::isWaiting).count()
                    + " tills still wait, although nothing fails any more");
        }
    }

    private boolean isSettled() {
        return payments.open() == 0 && tills.stream().noneMatch(Till::isWaiting);
    }

    @Override
    public void close() {
        mood.become(Mood.Kind.WELL, 0);
        counter.close();
        life.close();
        office.close();
        Life.closeIfItCanBe(connections);
        module.close();
    }
}
