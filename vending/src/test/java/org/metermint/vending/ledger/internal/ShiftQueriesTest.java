package org.metermint.vending.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.shift.NewBanking;
import org.metermint.vending.shift.NewShift;
import org.metermint.vending.shift.SalesBatch;
import org.metermint.vending.shift.Shift;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.MovementKind;
import org.metermint.vending.vendor.NewMovement;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.Staff;
import org.metermint.vending.vendor.Till;
import org.springframework.jdbc.core.simple.JdbcClient;

class ShiftQueriesTest {
    private static final String VENDOR = "corner-shop";

    private static SaleFixture desk;

    /** A day with a sale that was undone, a count, batches, and a deposit. */
    @BeforeAll
    static void open() {
        desk = new SaleFixture(4);
        desk.vending.vendors().putOperator(desk.utility, VENDOR, new Staff("ann", "Ann", false));
        Shift shift =
                desk.vending.shifts().open(desk.client, "s-1", new NewShift("till-1", Optional.empty(), "ann", 500));
        Till till = new Till(new UtilityTransactions(desk.pool), desk.vending.ledger(), desk.client);
        Instant now = desk.clock.instant();
        till.sell(id(1), now, "CASH", 1_000, Optional.empty()).ifPresent(sale -> till.undo(sale, id(2), now));
        assertThat(till.sell(id(3), now, "CASH", 2_000, Optional.empty())).isPresent();
        desk.vending.shifts().close(desk.client, shift.id());
        desk.vending.shifts().cashUp(desk.client, shift.id(), Map.of(PaymentType.CASH, 2_400L));
        ClientIdentity boss = new ClientIdentity(desk.utility, "boss", VENDOR, Role.SUPERVISOR);
        SalesBatch batch = desk.vending.batches().gather(boss, "b-1", VENDOR, List.of(shift.id()), Optional.empty());
        desk.vending
                .batches()
                .bank(
                        boss,
                        "b-2",
                        new NewBanking(VENDOR, List.of(batch.id()), "main", "slip", 1_900, Optional.empty()));
        var deposit = new NewMovement(VENDOR, MovementKind.DEPOSIT, 700, "main", "ref", LocalDate.parse("2026-03-10"));
        long recorded = desk.vending.floats().record(finance("one"), deposit).id();
        desk.vending.floats().confirm(finance("two"), VENDOR, recorded);
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    private static ClientIdentity finance(String client) {
        return new ClientIdentity(desk.utility, client, "office", Role.FINANCE);
    }

    private static UUID id(int number) {
        return new UUID((desk.clock.instant().toEpochMilli() << 16) | 0x7000 | number, Long.MIN_VALUE | number);
    }

    private static List<String> found(JdbcClient sql) {
        List<String> found = new ArrayList<>();
        for (ShiftQueries query : ShiftQueries.values()) {
            sql.sql(query.query())
                    .param("utility", desk.utility.value())
                    .query()
                    .listOfRows()
                    .forEach(row -> found.add(query.name()));
        }
        return found;
    }

    @Test
    void nothingIsFound_whereNothingIsWrong() {
        assertThat(new UtilityTransactions(desk.pool).<List<String>>in(desk.utility, ShiftQueriesTest::found))
                .isEmpty();
    }

    /** Somebody with the power of the database's superuser changed one row, past all triggers. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UPDATE sale SET shift_id = NULL                                         | SHIFTS_OF_SALES
            UPDATE sale SET vendor_code = 'office'                                  | SHIFTS_OF_SALES
            UPDATE shift_total SET sold = sold + 1 WHERE payment = 'CARD'           | TOTALS_OF_SHIFTS
            UPDATE shift_total SET undone = 0                                       | TOTALS_OF_SHIFTS
            DELETE FROM shift_total WHERE payment = 'OTHER'                         | TOTALS_OF_SHIFTS
            UPDATE shift_count SET expected = expected + 1 WHERE payment = 'CASH'   | COUNTS_OF_SHIFTS
            UPDATE sales_batch_total SET counted = counted - 1                      | TOTALS_OF_BATCHES
            DELETE FROM sales_batch_shift                                           | TOTALS_OF_BATCHES
            UPDATE banking_batch SET cash = cash + 100                              | CASH_OF_BATCHES
            DELETE FROM banking_batch_sales_batch                                   | CASH_OF_BATCHES
            ALTER TABLE float_movement DROP CONSTRAINT second_person; UPDATE float_movement SET decided_by = recorded_by | SECOND_PERSONS
            """)
    void whatSomebodyChangedBehindTheServer_isFound(String change, String query) {
        UtilityTransactions superuser = new UtilityTransactions(TestDatabase.superuserConnections(desk.url));
        List<String> found = superuser.inThenUndo(desk.utility, sql -> {
            sql.sql("SET LOCAL session_replication_role = replica; " + change).update();
            return found(sql);
        });
        assertThat(found).contains(query);
    }
}
