package org.metermint.vending.tariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.tariff.Block;
import org.metermint.tariff.ChargeRule;
import org.metermint.tariff.Continuity;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Levy;
import org.metermint.tariff.RateVersion;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;

/** A figure that prices take from a table needs two persons once a tariff in use names the table. */
@Tag("database")
class RateDraftsTest {
    private static final Levy FUEL =
            new Levy("FUEL", "Fuel", Levy.Kind.LEVY, ChargeRule.PER_UNIT, BigDecimal.ZERO, List.of(), "FUEL_COST");

    private final SaleFixture desk = new SaleFixture();
    private final RateDrafts drafts = desk.vending.rateDrafts();
    private final ClientIdentity one = new ClientIdentity(desk.utility, "admin-1", "office", Role.ADMINISTRATOR);
    private final ClientIdentity other = new ClientIdentity(desk.utility, "finance-1", "office", Role.FINANCE);

    @AfterEach
    void close() {
        desk.close();
    }

    @Test
    void figureOfATableInUse_holdsOnceAnotherApproves_andNotBefore() {
        RateVersion first = rate(1, "2026-01-01T00:00:00Z", "0.5");
        assertThat(drafts.propose(one, first)).as("nobody uses it").isEmpty();
        use();
        assertThat(drafts.propose(one, first)).as("it is there").isEmpty();
        RateVersion next = rate(2, "2026-04-01T00:00:00Z", "0.6");
        RateDraft draft = drafts.propose(one, next).orElseThrow();
        assertThat(drafts.propose(one, next)).contains(draft);
        assertThat(rates()).containsExactly(first);
        assertThat(code(() -> desk.vending.tariffs().add(desk.utility, next))).isEqualTo(RefusalCode.TARIFF_IN_USE);
        assertThat(code(() -> drafts.propose(one, rate(2, "2026-04-01T00:00:00Z", "0.7"))))
                .isEqualTo(RefusalCode.ALREADY_EXISTS);
        assertThat(code(() -> drafts.approve(one, "FUEL_COST", 2))).isEqualTo(RefusalCode.SECOND_PERSON_NEEDED);
        assertThat(code(() -> drafts.approve(desk.client, "FUEL_COST", 2))).isEqualTo(RefusalCode.ROLE_NOT_ALLOWED);
        RateDraft approved = drafts.approve(other, "FUEL_COST", 2);
        assertThat(rates()).containsExactly(first, next);
        assertThat(drafts.approve(other, "FUEL_COST", 2)).as("again").isEqualTo(approved);
        assertThat(code(() -> drafts.reject(other, "FUEL_COST", 2, "why"))).isEqualTo(RefusalCode.ALREADY_DECIDED);
        assertThat(drafts.after(desk.utility, 0, 10)).containsExactly(approved);
    }

    @Test
    void figureThatWouldHoldAlready_isRefused_alsoIfItWaitedTooLong() {
        use();
        assertThat(code(() -> drafts.propose(one, rate(1, "2026-03-10T10:01:00Z", "1"))))
                .isEqualTo(RefusalCode.FIELD_INVALID);
        drafts.propose(one, rate(1, "2026-03-11T00:00:00Z", "1"));
        desk.clock.set("2026-03-10T23:59:30Z");
        assertThat(code(() -> drafts.approve(other, "FUEL_COST", 1))).isEqualTo(RefusalCode.FIELD_INVALID);
        assertThat(drafts.reject(one, "FUEL_COST", 1, "too late")
                        .decision()
                        .orElseThrow()
                        .reason())
                .contains("too late");
        assertThat(drafts.propose(one, rate(1, "2026-03-12T00:00:00Z", "1")))
                .as("its number is free")
                .isPresent();
        assertThat(rates()).isEmpty();
        assertThat(code(() -> drafts.approve(other, "FUEL_COST", 9))).isEqualTo(RefusalCode.NOT_FOUND);
    }

    @Test
    void databaseItself_knowsTheSecondPerson() {
        use();
        drafts.propose(one, rate(1, "2026-04-01T00:00:00Z", "1"));
        assertThatThrownBy(() -> TestDatabase.superuser(desk.url)
                        .sql("UPDATE metermint.rate_draft SET decision = 'APPROVED', decided_by = proposed_by,"
                                + " decided_at = now()")
                        .update())
                .hasMessageContaining("second_person");
    }

    private void use() {
        desk.vending
                .tariffs()
                .add(
                        desk.utility,
                        SaleFixture.tariff(
                                "fuel",
                                Energy.blocks(List.of(Block.of("0", "2"))),
                                List.of(FUEL),
                                List.of(),
                                Deductions.STANDARD,
                                Continuity.STANDARD));
        desk.meter(SaleFixture.GROUP, 1, "fuel");
    }

    private List<RateVersion> rates() {
        return desk.vending.tariffs().rates(desk.utility);
    }

    private static RateVersion rate(int version, String from, String figure) {
        return new RateVersion("FUEL_COST", version, Instant.parse(from), new BigDecimal(figure));
    }

    private static RefusalCode code(Runnable act) {
        List<RefusalCode> code = new ArrayList<>();
        assertThatThrownBy(act::run)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> code.add(e.refusal().code()));
        return code.getFirst();
    }
}
