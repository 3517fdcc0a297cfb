package org.metermint.vending.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.refusal.RefusedException;

@Tag("database")
class ClientsTest {
    @Test
    void credential_isKnownByItsHash_andWorksUntilRenewedOrDisabled() {
        try (SaleFixture desk = new SaleFixture(2)) {
            Clients clients = desk.vending.clients();
            ClientSecret first = clients.create(desk.utility, "pos.1", "shop-7");
            assertThat(clients.authenticate("pos.1", first.secret()))
                    .contains(new ClientIdentity(desk.utility, "pos.1", "shop-7"));
            assertThat(clients.authenticate("pos.1", "wrong")).isEmpty();
            assertThat(clients.authenticate("nobody", first.secret())).isEmpty();
            assertThat(clients.authenticate("nul\0", first.secret())).isEmpty();
            assertThat(first.toString()).doesNotContain(first.secret());
            assertThat(TestDatabase.superuser(desk.url)
                            .sql("SELECT client::text FROM client WHERE client_id = 'pos.1'")
                            .query(String.class)
                            .single())
                    .doesNotContain(first.secret());

            ClientSecret second = clients.renew(desk.utility, "pos.1");
            assertThat(clients.authenticate("pos.1", first.secret())).isEmpty();
            assertThat(clients.authenticate("pos.1", second.secret())).isPresent();
            clients.disable(desk.utility, "pos.1");
            assertThat(clients.authenticate("pos.1", second.secret())).isEmpty();

            UtilityId other = desk.vending
                    .utilities()
                    .register("elsewhere", SaleFixture.SETTINGS)
                    .id();
            assertThatThrownBy(() -> clients.create(other, "pos.1", "shop-7")).isInstanceOf(RefusedException.class);
            assertThatThrownBy(() -> clients.renew(other, "pos.1")).isInstanceOf(RefusedException.class);
        }
    }
}
