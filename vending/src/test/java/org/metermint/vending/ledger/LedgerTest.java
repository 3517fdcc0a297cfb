package org.metermint.vending.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer.Sold;

class LedgerTest {
    private static SaleFixture desk;

    @BeforeAll
    static void open() {
        desk = new SaleFixture();
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    @Test
    void entry_thatDoesNotBalance_cannotBeMade() {
        assertThatThrownBy(() -> new JournalEntry(
                        UUID.randomUUID(),
                        Instant.EPOCH,
                        List.of(new Posting("float/x", 100), new Posting("energy", -99))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sum to 1");
        assertThatThrownBy(() -> new JournalEntry(UUID.randomUUID(), Instant.EPOCH, List.of(new Posting("energy", 0))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void database_refusesAnUnbalancedEntry_whenItCommits() {
        Sale sale = ((Sold) desk.sell("unbalanced", desk.meter(), "50")).sale();
        UtilityTransactions work = new UtilityTransactions(desk.pool);
        assertThatThrownBy(() -> work.in(
                        desk.utility, sql -> sql.sql("""
                                INSERT INTO posting (utility_id, entry_id, line, account_id, amount)
                                SELECT utility_id, entry_id, 99,
                                    (SELECT id FROM ledger_account WHERE code = 'energy'), -1
                                FROM journal_entry WHERE sale_id = ?
                                """).param(sale.id()).update()))
                .rootCause()
                .hasMessageContaining("does not balance");
        assertThatThrownBy(() -> work.in(
                        desk.utility,
                        sql -> sql.sql("""
                                INSERT INTO journal_entry (utility_id, sale_id, kind, booked_at)
                                VALUES (?, ?, 'REVERSAL', now())
                                """)
                                .params(desk.utility.value(), sale.id())
                                .update()))
                .rootCause()
                .hasMessageContaining("does not balance");
        assertThat(desk.vending.ledger().verify(desk.utility).proved()).isTrue();
    }

    @Test
    void balances_sumToZero_andSplitTaxFromEnergy() {
        Sale sale = ((Sold) desk.sell("balances", desk.meter(), "115")).sale();
        List<AccountBalance> balances = desk.vending.ledger().balances(desk.utility);
        assertThat(balances.stream().mapToLong(AccountBalance::balance).sum()).isZero();
        assertThat(balances.stream().map(AccountBalance::code))
                .containsExactly("energy", "float/corner-shop", "tax/VAT");
        assertThat(sale.assessment().taxes()).isEqualTo(1_500);
    }

    @Test
    void verify_findsWhatSomeoneChangedBehindTheServer() {
        try (SaleFixture tampered = new SaleFixture(2)) {
            Sale sale = ((Sold) tampered.sell("tampered", tampered.meter(), "50")).sale();
            var superuser = TestDatabase.superuser(tampered.url);
            superuser
                    .sql(
                            "SET session_replication_role = replica; UPDATE posting SET amount = amount + 1 WHERE line = 1")
                    .update();
            Verification verification = tampered.vending.ledger().verify(tampered.utility);
            assertThat(verification.proved()).isFalse();
            assertThat(verification.faults())
                    .hasSize(2)
                    .anyMatch(fault -> fault.contains(sale.id().toString()));
        }
    }
}
