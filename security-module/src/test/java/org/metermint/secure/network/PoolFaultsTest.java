package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.TestModules;

/** Many threads sell through a pool whose members fail at random; a life ends, and the next one recovers. */
class PoolFaultsTest {
    private static final boolean FULL = Boolean.getBoolean("metermint.full");
    private static final int LIVES = FULL ? 100 : 4;
    private static final int THREADS = 8;
    private static final int REQUESTS = 60;
    private static final Duration TIMEOUT = Duration.ofMillis(50);
    /** When nothing is wrong any more, whatever else the machine does. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path parent;

    private final long seed = System.nanoTime();
    private final Map<MessageId, IssuedTokens> answers = new ConcurrentHashMap<>();
    private final AtomicInteger answered = new AtomicInteger();

    @Test
    void anyMessageId_hasOneResult_atOneMember() throws Exception {
        Random random = new Random(seed);
        List<ScriptedModule> modules = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SoftwareSecurityModule software =
                    TestModules.open(parent.resolve("module-" + i), new TestModules.TestClock().clock());
            software.loadTestOnlyVendingKeys();
            modules.add(new ScriptedModule(software));
            modules.getLast().keepOpen = true;
        }
        List<IssueRequest> open = new ArrayList<>();
        for (int life = 0; life < LIVES; life++) {
            open = live(modules, life, open, random.nextLong());
        }
        modules.forEach(module -> module.keepOpen = false);
        try (SecurityModulePool last = pool(modules, new ManualTimer(), PATIENCE)) {
            for (IssueRequest request : open) {
                remember(request, last.recover(request));
            }
            for (MessageId id : answers.keySet()) {
                assertThat(last.find(id)).as("seed %d", seed).contains(answers.get(id));
            }
        }
        for (ScriptedModule one : modules) {
            for (ScriptedModule other : modules) {
                if (one != other) {
                    assertThat(one.issued).as("seed %d", seed).doesNotContainAnyElementsOf(other.issued);
                }
            }
        }
        int issued = modules.stream().mapToInt(module -> module.issued.size()).sum();
        assertThat(issued).as("seed %d", seed).isEqualTo(LIVES * THREADS * REQUESTS);
        assertThat(answered.get()).isGreaterThan(LIVES * THREADS * REQUESTS / 2);
    }

    private static SecurityModulePool pool(List<ScriptedModule> modules, ManualTimer timer, Duration timeout) {
        PoolSettings settings = new PoolSettings(
                timeout, Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(5), 3, 200, 5_000, Map.of());
        List<SecurityModulePool.Member> members = new ArrayList<>();
        for (ScriptedModule module : modules) {
            members.add(new SecurityModulePool.Member("member " + members.size(), module));
        }
        return SecurityModulePool.open(members, settings, new TestModules.TestClock().clock(), timer);
    }

    /** One life of the process; gives back what it leaves without an answer. */
    private List<IssueRequest> live(List<ScriptedModule> modules, int life, List<IssueRequest> left, long lifeSeed)
            throws Exception {
        ManualTimer timer = new ManualTimer();
        List<IssueRequest> open = new ArrayList<>();
        try (SecurityModulePool pool = pool(modules, timer, TIMEOUT)) {
            List<Thread> threads = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(lifeSeed + thread);
                int number = thread;
                List<IssueRequest> mine = new ArrayList<>(
                        left.subList(left.size() * thread / THREADS, left.size() * (thread + 1) / THREADS));
                threads.add(Thread.startVirtualThread(() -> {
                    List<IssueRequest> undone = sell(pool, life, number, mine, random);
                    synchronized (open) {
                        open.addAll(undone);
                    }
                }));
            }
            Thread chaos = Thread.startVirtualThread(() -> disturb(modules, timer, new Random(lifeSeed - 1)));
            for (Thread thread : threads) {
                thread.join();
            }
            chaos.interrupt();
            chaos.join();
            for (ScriptedModule module : modules) { // what still hangs ends before the process does
                module.fault = ScriptedModule.Fault.NONE;
                module.release();
                module.awaitIdle();
            }
        }
        return open;
    }

    private static void disturb(List<ScriptedModule> modules, ManualTimer timer, Random random) {
        ScriptedModule.Fault[] faults = ScriptedModule.Fault.values();
        while (!Thread.currentThread().isInterrupted()) {
            ScriptedModule module = modules.get(random.nextInt(modules.size()));
            boolean healthy = random.nextBoolean();
            module.fault = healthy ? ScriptedModule.Fault.NONE : faults[random.nextInt(faults.length)];
            module.release();
            timer.advance(Duration.ofMillis(500));
            try {
                Thread.sleep(random.nextInt(20)); // the pace of the disturbance, and nothing waits for it
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private List<IssueRequest> sell(
            SecurityModulePool pool, int life, int thread, List<IssueRequest> recovering, Random random) {
        List<IssueRequest> open = new ArrayList<>(recovering);
        for (int i = 0; i < REQUESTS; i++) {
            int number = (life * THREADS + thread) * REQUESTS + i;
            IssueCredit fresh =
                    TestModules.credit(new MessageId("id-" + number), TestModules.meter(number), TestModules.minute(1));
            if (!ask(pool, fresh, false)) {
                open.add(fresh);
            }
            if (!open.isEmpty()) {
                int place = random.nextInt(open.size());
                if (ask(pool, open.get(place), true)) {
                    open.remove(place);
                }
            }
            if (!open.isEmpty() && random.nextInt(10) == 0) {
                List<IssueRequest> batch =
                        open.stream().filter(one -> ofThisLife(one, life)).toList();
                List<IssueOutcome> outcomes = pool.issueAll(batch);
                for (int k = 0; k < batch.size(); k++) {
                    if (outcomes.get(k) instanceof IssueOutcome.Issued issued) {
                        remember(batch.get(k), issued.tokens());
                        open.remove(batch.get(k));
                    }
                }
            }
        }
        return open;
    }

    /** Only these may be asked for by issue; the others are for recover. */
    private static boolean ofThisLife(IssueRequest request, int life) {
        int number = Integer.parseInt(request.messageId().text().substring(3));
        return number / (THREADS * REQUESTS) == life;
    }

    private boolean ask(SecurityModulePool pool, IssueRequest request, boolean again) {
        long start = System.nanoTime();
        try {
            remember(request, again ? pool.recover(request) : pool.issue(request));
            return true;
        } catch (SecurityModuleException e) {
            assertThat(e.kind().retryable())
                    .as("seed %d: %s", seed, e.getMessage())
                    .isTrue();
            return false;
        } finally {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("seed %d", seed)
                    .isLessThan(TIMEOUT.plusSeconds(5));
        }
    }

    private void remember(IssueRequest request, IssuedTokens tokens) {
        answered.incrementAndGet();
        IssuedTokens before = answers.putIfAbsent(request.messageId(), tokens);
        assertThat(before == null || before.equals(tokens)).as("seed %d", seed).isTrue();
    }
}
