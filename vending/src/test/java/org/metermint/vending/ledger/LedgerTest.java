package org.metermint.vending.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer.Sold;

@Tag("database")
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
        assertThatThrownBy(() -> entry(new Posting("float/x", 100), new Posting("energy", -99)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sum to 1");
        assertThatThrownBy(() -> entry(new Posting("energy", 0))).isInstanceOf(IllegalArgumentException.class);
    }

    private static JournalEntry entry(Posting... postings) {
        return JournalEntry.ofSale(UUID.randomUUID(), Instant.EPOCH, List.of(postings));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{1,2} | {100,-99}",
                "{1,2} | {0,0}",
                "{1} | {0}",
                "{1,2,3} | {100,-100}",
                "{1,2} | {100,NULL}",
                "{1,NULL} | {100,-100}",
                "{} | {}",
                "{1,2} | [5:6]={100,-99}",
                "{{1},{2}} | {{100},{-99}}",
                "{1,2,1} | {9223372036854775807,9223372036854775807,2}"
            })
    void database_refusesAnUnbalancedEntry(String arrays) {
        String[] parts = arrays.split(" \\| ", 2);
        UtilityTransactions work = new UtilityTransactions(desk.pool);
        assertThatThrownBy(() -> work.in(
                        desk.utility,
                        sql -> sql.sql("""
                                INSERT INTO journal_entry (utility_id, id, kind, booked_at, accounts, amounts)
                                VALUES (?, gen_random_uuid(), 'CORRECTION', now(), ?::bigint[], ?::bigint[])
                                """)
                                .params(desk.utility.value(), parts[0], parts[1])
                                .update()))
                .rootCause()
                .hasMessageMatching("(?s).*(entry_is_whole|entry_balances|bigint out of range).*");
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
                    .sql("SET session_replication_role = replica;"
                            + " UPDATE journal_entry SET amounts = ARRAY(SELECT 2 * unnest(amounts))")
                    .update();
            Verification verification = tampered.vending.ledger().verify(tampered.utility);
            assertThat(verification.proved()).isFalse();
            assertThat(verification.faults())
                    .hasSize(2)
                    .anyMatch(fault -> fault.contains(sale.id().toString()));
        }
    }
}
