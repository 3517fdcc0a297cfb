package org.metermint.vending.customer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.receipt.Paper;
import org.metermint.vending.receipt.Receipt;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.tariff.PublishedTariffs;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A person who is erased: gone from the register, and never was anywhere else. */
@Tag("database")
class ErasureTest {
    private static final List<String> PERSONAL = List.of("Thandi", "Dlamini", "27821234567", "12 Mopane St", "Mopane");

    private SaleFixture fixture;
    private JdbcClient superuser;
    private Sale sale;

    @BeforeEach
    void sell() {
        fixture = new SaleFixture();
        superuser = TestDatabase.superuser(fixture.url);
        MeterPan meter = fixture.meter(SaleFixture.ROLLED_OVER, 1, PublishedTariffs.INCLINING);
        sale = ((SaleAnswer.Sold) fixture.sell("one", meter, "100.00")).sale();
        fixture.sell("small", meter, "0.01");
        assertThat(fixture.vending.receipts().text(fixture.vending.receipts().of(sale), Paper.MM_80))
                .contains("Thandi Dlamini");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void name_phoneAndAddress_areInTheRegisterOnly_andAfterwardsNowhere() {
        assertThat(columnsWithPersonalData()).containsExactly("customer.address", "customer.name", "customer.phone");
        fixture.vending.customers().erase(fixture.utility, "C-1");
        assertThat(columnsWithPersonalData()).isEmpty();
        assertThat(fixture.vending.ledger().verify(fixture.utility).faults()).isEmpty();
    }

    /** Every column of every table as text, and its octets, since a digest is made of nothing else. */
    private List<String> columnsWithPersonalData() {
        return superuser.sql("""
                        SELECT c.relname AS table, a.attname AS column FROM pg_class c
                        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                        WHERE c.relnamespace = 'metermint'::regnamespace AND c.relkind IN ('r', 'p')
                          AND NOT c.relispartition ORDER BY 1, 2
                        """).query((row, number) -> List.of(row.getString(1), row.getString(2))).list().stream()
                .filter(column -> PERSONAL.stream().anyMatch(text -> holds(column.getFirst(), column.getLast(), text)))
                .map(column -> column.getFirst() + "." + column.getLast())
                .toList();
    }

    private boolean holds(String table, String column, String text) {
        return superuser
                .sql("""
                        SELECT EXISTS (SELECT 1 FROM %s WHERE position(lower(:text) IN lower("%s"::text)) > 0
                            OR position(encode(:text::bytea, 'hex') IN "%2$s"::text) > 0)
                        """.formatted(table, column))
                .param("text", text)
                .query(Boolean.class)
                .single();
    }

    @Test
    void receiptOfAnErasedCustomer_hasNoName_andTheSaleStaysAsItIs() {
        Customer erased = fixture.vending.customers().erase(fixture.utility, "C-1");
        assertThat(erased).isEqualTo(Customer.erased("C-1", fixture.clock.instant()));
        Receipt copy =
                fixture.vending.receipts().reprint(fixture.utility, sale.id()).orElseThrow();
        assertThat(copy.customer()).isEmpty();
        assertThat(fixture.vending.receipts().text(copy, Paper.MM_80)).doesNotContain("Thandi", "Dlamini");
        assertThat(fixture.vending.saleDesk().sale(fixture.utility, sale.id())).contains(sale);
        assertThat(fixture.sell("one-more", sale.meter(), "20.00")).isInstanceOf(SaleAnswer.Sold.class);
    }

    @Test
    void erasedCustomer_isFoundByNumbersOnly_andStaysErased() {
        Customers customers = fixture.vending.customers();
        Customer erased = customers.erase(fixture.utility, "C-1");
        assertThat(customers.find(fixture.utility, "Thandi", 10)).isEmpty();
        assertThat(customers.find(fixture.utility, "+27821234567", 10)).isEmpty();
        assertThat(customers.find(fixture.utility, "C-1", 10))
                .singleElement()
                .satisfies(point -> assertThat(point.customer()).isEqualTo(erased));
        fixture.clock.advance(Duration.ofDays(1));
        assertThat(customers.erase(fixture.utility, "C-1"))
                .as("the first time counts")
                .isEqualTo(erased);
        assertThatThrownBy(() -> customers.register(
                        fixture.utility, new Customer("C-1", "Thandi Dlamini", Optional.empty(), Optional.empty())))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> customers.erase(fixture.utility, "C-none"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("no such customer");
    }

    @Test
    void erasedCustomer_cannotHoldPersonalData() {
        assertThatThrownBy(() -> new Customer(
                        "C-1", "Thandi", Optional.empty(), Optional.empty(), Optional.of(fixture.clock.instant())))
                .hasMessageContaining("erased");
        assertThatThrownBy(() -> new Customer("C-1", "", Optional.empty(), Optional.empty()))
                .hasMessageContaining("customer name");
        assertThatThrownBy(() ->
                        superuser.sql("UPDATE customer SET erased_at = now()").update())
                .hasMessageContaining("erased_holds_nothing");
    }
}
