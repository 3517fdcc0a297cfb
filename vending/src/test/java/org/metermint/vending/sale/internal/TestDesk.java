package org.metermint.vending.sale.internal;

import java.security.SecureRandom;
import java.time.Duration;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.UtilityTransactions;

/** Desks with a patience and a line of the test's own. */
final class TestDesk {
    private TestDesk() {}

    /**
     * A desk beside that of a fixture.
     *
     * @param patience how long a till waits for its answer
     * @param places how many requests may stand in line
     */
    static BatchingSaleDesk of(SaleFixture fixture, Duration patience, int places) {
        return new BatchingSaleDesk(
                fixture.pool,
                new UtilityTransactions(fixture.pool),
                fixture.vending.utilities(),
                fixture.vending.supplyGroups(),
                fixture.vending.tariffs(),
                fixture.vending.vendors(),
                fixture.vending.ledger(),
                utility -> {},
                fixture.module,
                fixture.clock,
                new SecureRandom(),
                patience,
                Duration.ofMinutes(5),
                places);
    }
}
