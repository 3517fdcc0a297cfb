package org.metermint.vending.sale.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.metermint.vending.customer.Account;
import org.metermint.vending.customer.Customer;
import org.metermint.vending.customer.Customers;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.AfterSales;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleDesk;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows beside a sale; the sale itself never changes. */
public final class JdbcAfterSales implements AfterSales {
    private final UtilityTransactions transactions;
    private final SaleDesk desk;
    private final Customers customers;
    private final Utilities utilities;
    private final Clock clock;

    public JdbcAfterSales(
            UtilityTransactions transactions, SaleDesk desk, Customers customers, Utilities utilities, Clock clock) {
        this.transactions = transactions;
        this.desk = desk;
        this.customers = customers;
        this.utilities = utilities;
        this.clock = clock;
    }

    @Override
    public Sale confirm(ClientIdentity client, UUID id) {
        return transactions.in(client.utility(), sql -> {
            Sale sale = withTokens(client, id);
            int confirmed = sql.sql("""
                            INSERT INTO sale_delivery (utility_id, sale_id, channel, at, client_id)
                            VALUES (?, ?, 'CONFIRMED', ?, ?) ON CONFLICT DO NOTHING
                            """)
                    .params(client.utility().value(), id, now().atOffset(ZoneOffset.UTC), client.clientId())
                    .update();
            if (confirmed == 1) {
                tell(sql, sale, "SALE_DELIVERED");
            }
            return desk.sale(client.utility(), id).orElseThrow();
        });
    }

    @Override
    public Sale resend(ClientIdentity client, UUID id) {
        return transactions.in(client.utility(), sql -> {
            Sale sale = withTokens(client, id);
            requirePhone(sale);
            Instant midnight = now().atZone(
                            utilities.get(sale.utility()).settings().zone())
                    .truncatedTo(ChronoUnit.DAYS)
                    .toInstant();
            // one at a time for each sale, so that the count holds
            sql.sql("SELECT pg_advisory_xact_lock(hashtextextended('resend ' || ?::text, ?))")
                    .params(id, client.utility().value())
                    .query()
                    .listOfRows();
            int sent = sql.sql("SELECT count(*) FROM sale_resend WHERE utility_id = ? AND sale_id = ? AND at >= ?")
                    .params(client.utility().value(), id, midnight.atOffset(ZoneOffset.UTC))
                    .query(Integer.class)
                    .single();
            if (sent >= RESENDS_A_DAY) {
                throw new RefusedException(
                        RefusalCode.RESEND_LIMIT_REACHED,
                        "the tokens were sent again " + sent + " times today, the most is " + RESENDS_A_DAY);
            }
            sql.sql("INSERT INTO sale_resend (utility_id, sale_id, at, client_id) VALUES (?, ?, ?, ?)")
                    .params(client.utility().value(), id, now().atOffset(ZoneOffset.UTC), client.clientId())
                    .update();
            tell(sql, sale, "SALE_RESEND");
            return sale;
        });
    }

    private Sale withTokens(ClientIdentity client, UUID id) {
        Sale sale = desk.sale(client.utility(), id)
                .orElseThrow(() -> new RefusedException(RefusalCode.NOT_FOUND, "there is no sale of that id"));
        if (!sale.state().hasTokens()) {
            throw new RefusedException(
                    RefusalCode.SALE_WITHOUT_TOKENS, "the sale is " + sale.state() + " and has no tokens");
        }
        if (sale.tokens().isEmpty()) {
            throw new RefusedException(
                    RefusalCode.SALE_WITHOUT_TOKENS, "what was due used the payment up, so that there is no token");
        }
        return sale;
    }

    private void requirePhone(Sale sale) {
        boolean registered = customers
                .account(sale.utility(), sale.account())
                .map(Account::customer)
                .flatMap(number -> customers.customer(sale.utility(), number))
                .flatMap(Customer::phone)
                .isPresent();
        if (!registered) {
            throw new RefusedException(
                    RefusalCode.PHONE_MISSING, "no phone is registered for the customer of the account");
        }
    }

    private void tell(JdbcClient sql, Sale sale, String kind) {
        sql.sql("""
                        INSERT INTO outbox (utility_id, at, kind, meter_id, subject)
                        SELECT utility_id, ?, ?, meter_id, id FROM sale WHERE utility_id = ? AND id = ?
                        """)
                .params(now().atOffset(ZoneOffset.UTC), kind, sale.utility().value(), sale.id())
                .update();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
