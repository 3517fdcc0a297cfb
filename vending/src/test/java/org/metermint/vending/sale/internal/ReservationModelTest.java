package org.metermint.vending.sale.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.Rnd;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.sale.internal.ReservationModel.Asked;
import org.metermint.vending.sale.internal.ReservationModel.Rule;
import org.metermint.vending.sale.internal.ReservationModel.Sold;
import org.metermint.vending.utility.KeyChangePolicy;

/** Allotment of identifiers and look-up of requests in every order of concurrent transactions, deaths included. */
class ReservationModelTest {
    private static final Instant NOW = Instant.parse("2026-03-10T10:00:00Z");
    private static final Set<Rule> ALL = EnumSet.allOf(Rule.class);

    private static KeyPlan plan;

    @BeforeAll
    static void makePlan(@TempDir Path directory) throws Exception {
        Path keyFile = directory.resolve("kek");
        KeyEncryptionKeySource.createKeyFile(keyFile);
        MeterKeyState state = new MeterKeyState(
                MeterPan.of(new DecoderReferenceNumber("12345678903")),
                EncryptionAlgorithm.EA11,
                SupplyGroupCode.parse("201457"),
                new TariffIndex(1),
                new KeyRevisionNumber(1),
                KeyType.DUTK);
        try (SoftwareSecurityModule module = SoftwareSecurityModule.open(
                directory.resolve("module"),
                KeyEncryptionKeySource.keyFile(keyFile),
                Clock.fixed(NOW, ZoneOffset.UTC),
                () -> new Rnd(5))) {
            module.loadTestOnlyVendingKeys();
            plan = KeyPlan.of(state, state, 4, KeyChangePolicy.REFUSE, new VendingKeys(module), NOW);
        }
    }

    @Test
    void oneMeter_threeRequestsAtOnce_getRisingIdentifiers() {
        long orders = each(() ->
                world(ALL).with(new Asked("a", 1, 1)).with(new Asked("b", 1, 1)).with(new Asked("c", 1, 1)));
        assertThat(orders).isEqualTo(6);
    }

    @Test
    void sameRequest_threeTimesAtOnce_isOneSale_evenForTwoMeters() {
        long orders = each(() ->
                world(ALL).with(new Asked("a", 1, 1)).with(new Asked("a", 1, 1)).with(new Asked("a", 2, 2)));
        assertThat(orders).isEqualTo(2_990);
    }

    @Test
    void batches_thatShareMetersAndRequests_sellEachOnce_withoutDeadlock() {
        long orders = each(() -> world(ALL)
                .with(new Asked("a", 1, 1), new Asked("b", 1, 2))
                .with(new Asked("c", 1, 2), new Asked("a", 1, 1))
                .with(new Asked("d", 1, 3), new Asked("b", 1, 2)));
        assertThat(orders).isEqualTo(30);
    }

    @Test
    void sameRequest_inBatchesOfOtherMeters_isOneSale() {
        long orders = each(() -> world(ALL)
                .with(new Asked("a", 1, 1), new Asked("b", 1, 1))
                .with(new Asked("a", 2, 2), new Asked("c", 1, 2)));
        assertThat(orders).isEqualTo(42);
    }

    @Test
    void server_dyingAtAnyStep_leavesNoTrace_andItsRepeatSells() {
        for (int step = 0; step < 7; step++) {
            int before = step;
            each(() -> world(ALL)
                    .withOneThatDies(before, new Asked("a", 1, 1), new Asked("b", 1, 2))
                    .with(new Asked("b", 1, 2), new Asked("a", 1, 1))
                    .with(new Asked("c", 1, 1)));
        }
    }

    /** Each rule is needed: without it some order breaks. */
    @ParameterizedTest
    @EnumSource(Rule.class)
    void reservation_withoutARule_breaks(Rule rule) {
        Set<Rule> others = EnumSet.complementOf(EnumSet.of(rule));
        assertThatThrownBy(() -> {
                    each(() -> world(others).with(new Asked("a", 1, 1)).with(new Asked("b", 1, 1)));
                    each(() -> world(others).with(new Asked("a", 1, 1)).with(new Asked("a", 1, 2)));
                    each(() -> world(others)
                            .with(new Asked("a", 1, 1), new Asked("b", 1, 2))
                            .with(new Asked("c", 1, 2), new Asked("d", 1, 1)));
                })
                .isInstanceOfAny(AssertionError.class, IllegalStateException.class);
    }

    private static ReservationModel world(Set<Rule> rules) {
        return new ReservationModel(plan, NOW, rules);
    }

    private static long each(Supplier<ReservationModel> beginning) {
        return Interleavings.each(beginning, ReservationModelTest::isRight);
    }

    private static void isRight(ReservationModel world) {
        Set<String> requests = new HashSet<>();
        Map<Integer, TokenIdentifier> last = new HashMap<>();
        List<Sold> sold = world.sold();
        assertThat(sold).hasSameSizeAs(world.requests().entrySet());
        for (Sold sale : sold) {
            assertThat(requests.add(sale.request())).as("one sale of %s", sale).isTrue();
            assertThat(world.requests()).containsEntry(sale.request(), sale.body());
            TokenIdentifier before = last.put(sale.meter(), sale.tid());
            assertThat(before == null || before.compareTo(sale.tid()) < 0)
                    .as("%s comes after %s", sale, before)
                    .isTrue();
        }
    }
}
