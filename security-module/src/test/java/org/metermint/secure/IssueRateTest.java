package org.metermint.secure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How many credit tokens a second a module issues, every one of them on the disk:
 * {@code ./mvnw -pl security-module -am test -Dtest=IssueRateTest -Dsurefire.failIfNoSpecifiedTests=false -Dmetermint.measure=true}.
 * The store lies where {@code java.io.tmpdir} points.
 */
@EnabledIfSystemProperty(named = "metermint.measure", matches = "true")
class IssueRateTest {
    private static final int SECONDS = 4;

    @TempDir
    Path parent;

    @ParameterizedTest
    @CsvSource({"1, 1", "16, 1", "64, 1", "1, 256", "2, 256"})
    void issue(int threads, int requestsPerCall) throws Exception {
        try (SoftwareSecurityModule module =
                TestModules.open(parent.resolve("store"), new TestModules.TestClock().clock())) {
            module.loadTestOnlyVendingKeys();
            run(module, threads, requestsPerCall, 0);
            long issued = run(module, threads, requestsPerCall, 1);
            System.out.printf(
                    "threads %d, requests per call %d: %,d tokens/s%n", threads, requestsPerCall, issued / SECONDS);
        }
    }

    private static long run(SoftwareSecurityModule module, int threads, int requestsPerCall, int round)
            throws Exception {
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Callable<Long>> work = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                MeterKeyState meter = TestModules.meter(round * 1000 + thread);
                work.add(() -> {
                    long issued = 0;
                    int minutes = 1_000_000;
                    while (System.nanoTime() < end) {
                        List<IssueRequest> requests = new ArrayList<>();
                        while (requests.size() < requestsPerCall) {
                            minutes += minutes % 1440 == 0 ? 2 : 1;
                            requests.add(TestModules.credit(UUID.randomUUID(), meter, minutes));
                        }
                        for (IssueOutcome outcome : module.issueAll(requests)) {
                            issued += outcome instanceof IssueOutcome.Issued ? 1 : 0;
                        }
                    }
                    return issued;
                });
            }
            long issued = 0;
            for (var future : pool.invokeAll(work)) {
                issued += future.get();
            }
            return issued;
        }
    }
}
