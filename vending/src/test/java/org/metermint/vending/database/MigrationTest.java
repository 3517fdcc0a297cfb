package org.metermint.vending.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Pricing;
import org.metermint.tariff.Purchase;
import org.metermint.token.Rnd;
import org.metermint.vending.MutableClock;
import org.metermint.vending.Vending;
import org.metermint.vending.ledger.Verification;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleState;
import org.metermint.vending.utility.UtilitySettings;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Books of the first schema under today's program. */
@Tag("database")
class MigrationTest {
    private static final List<UtilityId> UTILITIES = List.of(new UtilityId(1), new UtilityId(2));

    @TempDir
    Path directory;

    @Test
    void booksOfTheFirstSchema_areProvedPricedAndEndedByTodaysProgram() throws Exception {
        String server = TestDatabase.serverUrl();
        String name = OldSchema.withBooks(server);
        JdbcClient before = OldSchema.superuser(server, name);
        Map<String, Object> counted = count(before, "entry_id", "posting");
        Map<String, Object> floats = before.sql("""
                SELECT sum(-p.amount)::bigint AS balance, count(DISTINCT p.account_id) AS accounts
                FROM metermint.posting p JOIN metermint.ledger_account a
                    ON a.utility_id = p.utility_id AND a.id = p.account_id WHERE a.code LIKE 'float/%'
                """).query().singleRow();

        TestDatabase.bootstrap().prepare(name, TestDatabase.PASSWORD);

        JdbcClient after = OldSchema.superuser(server, name);
        assertThat(count(after, "id", "posting")).isEqualTo(counted);
        assertThat(after.sql("SELECT sum(balance)::bigint AS balance, count(*) AS accounts FROM metermint.vendor")
                        .query()
                        .singleRow())
                .isEqualTo(floats);
        assertThat(after.sql("SELECT count(*) FROM metermint.sale_default")
                        .query(Long.class)
                        .single())
                .as("sales whose month has no partition")
                .isZero();
        try (HikariDataSource pool = TestDatabase.pool(TestDatabase.url(name), 6);
                SoftwareSecurityModule module = module();
                Vending vending =
                        new Vending(pool, module, new MutableClock("2026-06-01T00:00:00Z"), new SecureRandom())) {
            for (UtilityId utility : UTILITIES) {
                assertThat(proof(vending, utility).faults()).isEmpty();
                List<UUID> sales = sales(after, utility);
                assertThat(sales.stream()
                                .filter(id -> sale(vending, utility, id).state().open()))
                        .as("open sales")
                        .isNotEmpty();
                sales.forEach(id -> assertPriceReproduces(vending, utility, sale(vending, utility, id)));
                assertThat(vending.saleDesk().recover(utility)).isZero();
                assertThat(sales)
                        .allSatisfy(id -> assertThat(sale(vending, utility, id).state())
                                .isIn(SaleState.ISSUED, SaleState.REFUSED));
                assertThat(proof(vending, utility).faults()).isEmpty();
            }
        }
    }

    private static Verification proof(Vending vending, UtilityId utility) {
        return vending.ledger().verify(utility);
    }

    private static Sale sale(Vending vending, UtilityId utility, UUID id) {
        return vending.saleDesk().sale(utility, id).orElseThrow();
    }

    private static List<UUID> sales(JdbcClient superuser, UtilityId utility) {
        return superuser
                .sql("SELECT id FROM metermint.sale WHERE utility_id = ? ORDER BY receipt_number")
                .param(utility.value())
                .query(UUID.class)
                .list();
    }

    private static void assertPriceReproduces(Vending vending, UtilityId utility, Sale sale) {
        UtilitySettings settings = vending.utilities().get(utility).settings();
        Assessment stored = sale.assessment();
        Assessment again = (Assessment) Pricing.assess(
                stored.tariff(),
                stored.before(),
                new Purchase.Tender(sale.tender().minor(), sale.tender().currency()),
                sale.receivedAt(),
                settings.zone());
        assertThat(again.lines()).isEqualTo(stored.lines());
        assertThat(again.issuedTenths()).isEqualTo(sale.credit().steps());
        assertThat(again.after()).isEqualTo(stored.after());
    }

    private static Map<String, Object> count(JdbcClient sql, String entryId, String postings) {
        return sql.sql("""
                SELECT (SELECT count(*) FROM metermint.sale) AS sales, (SELECT sum(tender) FROM metermint.sale) AS tender,
                    (SELECT sum(hashtext(id::text)) FROM metermint.sale) AS ids,
                    (SELECT count(*) FROM metermint.request) AS requests,
                    (SELECT sum(hashtext(sale_id || coalesce(credit_token, '') || key_change_tokens::text))
                        FROM metermint.sale_outcome) AS tokens,
                    (SELECT count(%s) FROM metermint.journal_entry) AS entries,
                    (SELECT count(*) FROM metermint.%s) AS postings,
                    (SELECT sum(abs(amount)) FROM metermint.%2$s) AS turnover
                """.formatted(entryId, postings)).query().singleRow();
    }

    private SoftwareSecurityModule module() throws IOException, SecurityModuleException {
        Path keyFile = directory.resolve("kek");
        KeyEncryptionKeySource.createKeyFile(keyFile);
        SoftwareSecurityModule module = SoftwareSecurityModule.open(
                directory.resolve("module"),
                KeyEncryptionKeySource.keyFile(keyFile),
                new MutableClock("2026-06-01T00:00:00Z"),
                () -> new Rnd(5));
        module.loadTestOnlyVendingKeys();
        return module;
    }
}
