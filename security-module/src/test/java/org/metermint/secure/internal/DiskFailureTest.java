package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.TestModules.credit;
import static org.metermint.secure.TestModules.meter;
import static org.metermint.secure.TestModules.minute;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.RecordSettings;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.TestModules;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;
import org.metermint.secure.internal.record.FaultyFile;
import org.metermint.token.cipher.Ea07Tables;

/** What callers are told when the disk under the record fails, and what of it is true afterwards. */
class DiskFailureTest {
    private static final MessageId ID = MessageId.of(new UUID(7, 7));

    @TempDir
    Path parent;

    private final FaultyFile.Disk disk = new FaultyFile.Disk();

    private SoftwareModule open() throws Exception {
        Path directory = parent.resolve("store");
        return SoftwareModule.open(
                directory,
                TestModules.keyFile(directory),
                new TestModules.TestClock().clock(),
                TestModules.RND_5,
                Ea07Tables.sample(),
                new SoftwareModule.Storage(RecordSettings.STANDARD, disk));
    }

    @Test
    void issue_diskFull_bindsNothing_andWorksOnceThereIsRoom() throws Exception {
        IssueCredit request = credit(ID, meter(), minute(5));
        try (SoftwareModule module = open()) {
            module.loadTestOnlyVendingKeys();
            disk.room = 100;
            assertUnavailable(module, request, "is the disk full?");
            assertThat(module.find(ID)).isEmpty();
            assertThat(module.status().ready()).isTrue();
            disk.room = Long.MAX_VALUE;
            IssueCredit earlier = credit(MessageId.of(new UUID(0, 1)), meter(), minute(4));
            assertThat(module.issue(earlier).tokens())
                    .as("the failed identifier is not used up")
                    .hasSize(1);
            assertThat(module.issue(request).tokens()).hasSize(1);
        }
        try (SoftwareModule module = open()) {
            assertThat(module.status().issuedMessages()).isEqualTo(2);
        }
    }

    @Test
    void issue_syncFails_stopsTheModule_andTheFateIsKnownAfterRestart() throws Exception {
        IssueCredit request = credit(ID, meter(), minute(0));
        try (SoftwareModule module = open()) {
            module.loadTestOnlyVendingKeys();
            disk.syncFails = true;
            assertUnavailable(module, request, "opened anew");
            disk.syncFails = false;
            assertUnavailable(module, credit(MessageId.of(new UUID(0, 1)), meter(), minute(1)), "opened anew");
            assertThat(module.status().ready()).isFalse();
        }
        try (SoftwareModule module = open()) {
            IssuedTokens found = module.find(ID).orElseThrow();
            assertThat(module.issue(request)).isEqualTo(found);
        }
    }

    @Test
    void issueAll_manyRequests_shareFewSyncs() throws Exception {
        try (SoftwareModule module = open()) {
            module.loadTestOnlyVendingKeys();
            List<IssueRequest> requests = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                requests.add(credit(MessageId.of(new UUID(1, i)), meter(), minute(i)));
            }
            disk.syncs = 0;
            assertThat(module.issueAll(requests)).hasOnlyElementsOfType(IssueOutcome.Issued.class);
            assertThat(disk.syncs).isEqualTo(1);
        }
    }

    @Test
    void issue_byManyThreads_sharesSyncs_andLosesNone() throws Exception {
        int threads = 8;
        int each = 50;
        try (SoftwareModule module = open();
                ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            module.loadTestOnlyVendingKeys();
            disk.syncs = 0;
            CountDownLatch start = new CountDownLatch(1);
            List<Future<?>> work = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int number = thread;
                work.add(pool.submit(() -> {
                    start.await();
                    for (int i = 0; i < each; i++) {
                        module.issue(credit(MessageId.of(new UUID(number, i)), TestModules.meter(number), minute(i)));
                    }
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> one : work) {
                one.get();
            }
            assertThat(module.status().issuedMessages()).isEqualTo((long) threads * each);
            assertThat(disk.syncs).isBetween(each, threads * each);
        }
    }

    @Test
    void custody_diskOfTheRecordFull_changesNothing() throws Exception {
        try (SoftwareModule module = open()) {
            VendingKeyName name = module.loadTestOnlyVendingKeys().getFirst().name();
            IssuePolicy policy = module.policy();
            disk.room = 50;
            assertThatThrownBy(() -> module.custody().expire(name, "Ada", "lost"))
                    .hasMessageContaining("record");
            assertThatThrownBy(() -> module.setPolicy(stopped(policy), "Ada")).hasMessageContaining("record");
            assertThat(module.vendingKeys()).allMatch(key -> key.expiredAt() == null);
            assertThat(module.policy()).isEqualTo(policy);
            disk.room = Long.MAX_VALUE;
        }
        try (SoftwareModule module = open()) {
            assertThat(module.vendingKeys()).isNotEmpty().allMatch(key -> key.expiredAt() == null);
            assertThat(module.policy()).isEqualTo(IssuePolicy.standard());
            VendingKeyName name = module.vendingKeys().getFirst().name();
            assertThat(module.custody().expire(name, "Ada", "lost").expiredAt()).isNotNull();
            module.setPolicy(stopped(module.policy()), "Ada");
        }
    }

    @Test
    void custody_syncOfTheRecordFails_theFateIsKnownAfterRestart() throws Exception {
        VendingKeyName name;
        try (SoftwareModule module = open()) {
            name = module.loadTestOnlyVendingKeys().getFirst().name();
            disk.syncFails = true;
            assertThatThrownBy(() -> module.custody().expire(name, "Ada", "lost"))
                    .hasMessageContaining("restart");
            disk.syncFails = false;
        }
        try (SoftwareModule module = open()) { // what was written is there, although the sync said otherwise
            assertThat(module.vendingKeys())
                    .filteredOn(key -> key.expiredAt() != null)
                    .extracting(VendingKeyInfo::name)
                    .containsExactly(name);
        }
    }

    private static IssuePolicy stopped(IssuePolicy policy) {
        return new IssuePolicy(policy.clients(), policy.limits(), TestModules.NOW, policy.maxAhead());
    }

    private static void assertUnavailable(SoftwareModule module, IssueRequest request, String message) {
        assertThatThrownBy(() -> module.issue(request))
                .isInstanceOfSatisfying(SecurityModuleException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
                    assertThat(e.kind().retryable()).isTrue();
                })
                .hasMessageContaining(message);
    }
}
