package org.metermint.vending.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;

class VendorsTest {
    private static SaleFixture desk;
    private static Vendors vendors;

    @BeforeAll
    static void open() {
        desk = new SaleFixture(4);
        vendors = desk.vending.vendors();
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    private static void assertRefused(RefusalCode code, ThrowingCallable act) {
        assertThatThrownBy(act)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(code));
    }

    private static NewVendor shop(String code, long creditLine) {
        return new NewVendor(code, "Shop " + code, VendorKind.SINGLE_CLIENT, creditLine, Optional.empty());
    }

    private static long revision() {
        return TestDatabase.superuser(desk.url)
                .sql("SELECT revision FROM utility")
                .query(Long.class)
                .single();
    }

    @Test
    void register_demandsTerms_andTheSameAgainChangesNothing() {
        Vendor made = vendors.register(desk.utility, shop("terms", 5_000));
        assertThat(made.balance()).isZero();
        assertThat(made.creditLine()).isEqualTo(OptionalLong.of(5_000));
        assertThat(made.ownCounter()).isFalse();
        assertThat(vendors.register(desk.utility, shop("terms", 5_000))).isEqualTo(made);
        assertRefused(RefusalCode.ALREADY_EXISTS, () -> vendors.register(desk.utility, shop("terms", 5_001)));
        assertRefused(
                RefusalCode.NOT_FOUND,
                () -> vendors.register(
                        desk.utility,
                        new NewVendor("other", "Other", VendorKind.GATEWAY, 0, Optional.of("no-such-plan"))));
        assertThat(vendors.find(desk.utility, "corner-shop").orElseThrow().ownCounter())
                .isTrue();
    }

    @Test
    void singleClientVendor_hasOneClientAtATime() {
        vendors.register(desk.utility, shop("single", 0));
        Clients clients = desk.vending.clients();
        clients.create(desk.utility, "single-1", "single", Role.SELLER, Optional.of("POS-7"));
        assertRefused(RefusalCode.ALREADY_EXISTS, () -> clients.create(desk.utility, "single-2", "single"));
        clients.disable(desk.utility, "single-1");
        clients.create(desk.utility, "single-2", "single", Role.SELLER, Optional.empty());
        assertThat(clients.of(desk.utility, "single"))
                .containsExactly(
                        new Client("single-1", "single", Role.SELLER, Optional.of("POS-7"), true),
                        new Client("single-2", "single", Role.SELLER, Optional.empty(), false));
    }

    @Test
    void credential_tellsTheRole() {
        Clients clients = desk.vending.clients();
        ClientSecret secret = clients.create(desk.utility, "money.1", "office", Role.FINANCE, Optional.empty());
        ClientIdentity identity =
                clients.authenticate("money.1", secret.secret()).orElseThrow();
        assertThat(identity.role()).isEqualTo(Role.FINANCE);
        identity.require(Role.FINANCE, Role.AUDITOR);
        assertRefused(RefusalCode.ROLE_NOT_ALLOWED, () -> identity.require(Role.SUPERVISOR));
        assertRefused(RefusalCode.NOT_FOUND, () -> desk.client.requireSightOf("office"));
        desk.client.requireSightOf("corner-shop");
        identity.requireSightOf("corner-shop");
    }

    @Test
    void plan_versionsFollowEachOther_andNeverChange() {
        CommissionPlan first = plan(1, "2026-01-01T00:00:00Z", "2");
        assertThat(vendors.addPlan(desk.utility, first)).isEqualTo(first);
        assertThat(vendors.addPlan(desk.utility, first)).isEqualTo(first);
        assertRefused(
                RefusalCode.ALREADY_EXISTS, () -> vendors.addPlan(desk.utility, plan(1, "2026-01-01T00:00:00Z", "3")));
        assertRefused(
                RefusalCode.FIELD_INVALID, () -> vendors.addPlan(desk.utility, plan(3, "2026-02-01T00:00:00Z", "3")));
        assertRefused(
                RefusalCode.FIELD_INVALID, () -> vendors.addPlan(desk.utility, plan(2, "2026-01-01T00:00:00Z", "3")));
        CommissionPlan second = plan(2, "2026-02-01T00:00:00Z", "2.75");
        vendors.addPlan(desk.utility, second);

        vendors.register(desk.utility, shop("earner", 0));
        vendors.setCommissionPlan(desk.utility, "earner", Optional.of("agents"));
        assertThat(vendors.terms(desk.utility, "earner").orElseThrow().plan()).containsExactly(first, second);
        assertThatThrownBy(() -> TestDatabase.superuser(desk.url)
                        .sql("UPDATE commission_plan SET percent = 99")
                        .update())
                .rootCause()
                .hasMessageContaining("append-only");
    }

    private static CommissionPlan plan(int version, String from, String percent) {
        return new CommissionPlan(
                "agents",
                version,
                Instant.parse(from),
                new BigDecimal(percent),
                BigDecimal.ZERO,
                0,
                0,
                Settlement.GROSS);
    }

    @Test
    void terms_areCurrentForOneRevision_whichSalesDoNotRaise() {
        vendors.register(desk.utility, new NewVendor("gate", "Gate", VendorKind.GATEWAY, 0, Optional.empty()));
        long before = revision();
        vendors.putOperator(desk.utility, "gate", new Staff("op-1", "Sipho", false));
        long withOperator = revision();
        assertThat(withOperator).isGreaterThan(before);
        vendors.putTerminal(desk.utility, "gate", new Staff("T1", "Kiosk", false));
        vendors.putTerminal(desk.utility, "gate", new Staff("T2", "Kiosk", true));
        long withTerminals = revision();
        assertThat(withTerminals).isGreaterThan(withOperator);
        VendorTerms terms = vendors.terms(desk.utility, "gate").orElseThrow();
        assertThat(terms.operators()).containsExactly("op-1");
        assertThat(terms.terminals()).containsExactly("T1");
        vendors.setStatus(desk.utility, "gate", VendorStatus.SUSPENDED);
        assertThat(revision()).isGreaterThan(withTerminals);
        assertThat(vendors.terms(desk.utility, "gate").orElseThrow().status()).isEqualTo(VendorStatus.SUSPENDED);

        long quiet = revision();
        desk.sell("revision", desk.meter(), "50");
        assertThat(revision()).isEqualTo(quiet);
        assertThat(vendors.terms(desk.utility, "nobody")).isEmpty();
        assertRefused(
                RefusalCode.FIELD_INVALID,
                () -> vendors.putTerminal(desk.utility, "corner-shop", new Staff("T1", "Kiosk", false)));
    }

    @Test
    void creditLine_isNeverSetAboveWhatIsOwed() {
        desk.sell("owes", desk.meter(), "70");
        long owed = -vendors.find(desk.utility, "corner-shop").orElseThrow().balance();
        assertThat(owed).isPositive();
        assertRefused(RefusalCode.FLOAT_EXHAUSTED, () -> vendors.setCreditLine(desk.utility, "corner-shop", owed - 1));
        assertRefused(RefusalCode.FIELD_INVALID, () -> vendors.setCreditLine(desk.utility, "corner-shop", -1));
        assertRefused(RefusalCode.NOT_FOUND, () -> vendors.setCreditLine(desk.utility, "nobody", 1));
    }
}
