package org.metermint.vending.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Somebody with power over the database changes rows behind the server; the proof says which, and what is wrong. */
class BooksProofTest {
    /** A change, and the beginning of the fault that it must add. Each has a sale of its own, so that none hides another. */
    private record Tampering(String sql, String fault) {}

    private static final List<Tampering> TAMPERINGS = Stream.of(
                    "UPDATE journal_entry SET amounts[1] = amounts[1] + 1 WHERE id = :sale"
                            + " | journal entry :sale names 3 accounts and its 3 amounts sum to 1 minor units",
                    "UPDATE journal_entry SET accounts[2] = 999 WHERE id = :sale"
                            + " | journal entry :sale names account 999, which is not there",
                    "UPDATE journal_entry SET accounts = accounts[1:2] WHERE id = :sale"
                            + " | journal entry :sale names 2 accounts and its 3 amounts",
                    "DELETE FROM journal_entry WHERE id = :sale | sale :sale is not booked",
                    "UPDATE journal_entry SET amounts = ARRAY(SELECT 2 * unnest(amounts)) WHERE id = :sale"
                            + " | sale :sale is not booked with its tender",
                    "UPDATE sale SET vendor_code = 'nobody' WHERE id = :sale"
                            + " | sale :sale names a vendor that is not there",
                    "DELETE FROM sale WHERE id = :sale | journal entry :sale books a sale that is not there",
                    "DELETE FROM sale WHERE id = :sale | sale :sale has an outcome and is not there",
                    "DELETE FROM sale WHERE id = :sale | sale :sale is named by a request and is not there",
                    "UPDATE sale_outcome SET state = 'REFUSED', credit_token = NULL, refusal_code = 'X',"
                            + " refusal_detail = 'x' WHERE sale_id = :sale | sale :sale was refused and not booked back",
                    "INSERT INTO journal_entry SELECT utility_id, gen_random_uuid(), 'REVERSAL', sale_id, NULL, NULL,"
                            + " booked_at, accounts, amounts FROM journal_entry WHERE id = :sale"
                            + " | sale :sale was booked back and not refused",
                    "UPDATE sale SET account_id = 999 WHERE id = :sale | sale :sale names an account that is not there",
                    "UPDATE sale SET meter_id = 999 WHERE id = :sale | sale :sale names a meter that is not there",
                    "UPDATE sale SET tariff_version = 9 WHERE id = :sale"
                            + " | sale :sale names a tariff version that is not there",
                    "DELETE FROM request WHERE sale_id = :sale | sale :sale does not belong to its request",
                    "UPDATE sale SET previous_sale_id = NULL WHERE id = :sale"
                            + " | sale :sale names another as the one before it of the same meter",
                    "UPDATE sale SET tid = 0 WHERE id = :sale | sale :sale has a token identifier that does not rise",
                    "UPDATE meter SET last_sale_id = NULL WHERE last_sale_id = :sale"
                            + " | sale :sale is the last of its meter, whose register names another",
                    "UPDATE meter SET last_tid_2014 = 1 WHERE last_sale_id = :sale"
                            + " | sale :sale has a meter whose register holds a token identifier below",
                    "UPDATE vendor SET balance = balance + 7" + " | the float of vendor corner-shop is ",
                    "UPDATE journal_entry SET booked_at = booked_at + interval '1 second' WHERE id = :sale"
                            + " | closed day 2026-03-10 has another digest than its entries and balances have",
                    "UPDATE ledger_close SET entries = entries + 1, postings = postings + 2"
                            + " | closed day 2026-03-10 was closed with ",
                    "UPDATE ledger_balance SET balance = balance + 1" + " | closed day 2026-03-10 keeps the balance ",
                    "UPDATE ledger_close SET previous_digest = sha256('x') WHERE day = '2026-03-11'"
                            + " | closed day 2026-03-11 does not continue the digest of the day before it",
                    "UPDATE utility SET books_closed_before = id_at('2026-03-10T00:00:00Z')"
                            + " | the bound below which nothing is booked lies below the last closed day")
            .map(line -> line.split(" \\| ", 2))
            .map(parts -> new Tampering(parts[0], parts[1]))
            .toList();

    @Test
    void everyChangeBehindTheServer_isFoundByItsName() {
        try (SaleFixture desk = new SaleFixture()) {
            List<String> sales = sell(desk);
            Ledger ledger = desk.vending.ledger();
            assertThat(ledger.verify(desk.utility).faults()).isEmpty();
            JdbcClient superuser = TestDatabase.superuser(desk.url);
            for (int i = 0; i < TAMPERINGS.size(); i++) {
                Tampering tampering = TAMPERINGS.get(i);
                String sale = sales.get(i);
                // the constraints of the database are out of the way for one who owns it
                superuser
                        .sql(
                                "ALTER TABLE journal_entry DROP CONSTRAINT IF EXISTS entry_balances, DROP CONSTRAINT IF EXISTS entry_is_whole;"
                                        + " SET session_replication_role = replica; "
                                        + tampering.sql().replace(":sale", "'" + sale + "'"))
                        .update();
                Verification found = ledger.verify(desk.utility);
                String fault = tampering.fault().replace(":sale", sale);
                assertThat(found.proved()).isFalse();
                assertThat(found.faults()).as(tampering.sql()).anyMatch(words -> words.startsWith(fault));
            }
        }
    }

    /** Two sales of each of many meters, of which the second is given back, and two closed days. */
    private static List<String> sell(SaleFixture desk) {
        List<String> second = new ArrayList<>();
        for (int i = 0; i < TAMPERINGS.size(); i++) {
            MeterPan meter = desk.meter();
            desk.sell("first-" + i, meter, "50");
            second.add(
                    ((Sold) desk.sell("second-" + i, meter, "20")).sale().id().toString());
        }
        desk.vending.dailyClose().close(desk.utility, Instant.parse("2026-03-11T22:00:00Z"));
        return second;
    }

    @Test
    void manyFaultsOfAKind_areCounted() {
        try (SaleFixture desk = new SaleFixture()) {
            sell(desk);
            TestDatabase.superuser(desk.url)
                    .sql("SET session_replication_role = replica; DELETE FROM request")
                    .update();
            assertThat(desk.vending.ledger().verify(desk.utility).faults())
                    .hasSize(11)
                    .last()
                    .isEqualTo("and " + (2 * TAMPERINGS.size() - 10) + " more like it");
        }
    }
}
