package org.metermint.vending.receipt.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.receipt.CustomerDetails;
import org.metermint.vending.receipt.Letterhead;
import org.metermint.vending.receipt.Letterhead.Version;
import org.metermint.vending.receipt.Letterheads;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcLetterheads implements Letterheads {
    private final UtilityTransactions transactions;
    private final Clock clock;

    public JdbcLetterheads(UtilityTransactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public Letterhead at(UtilityId utility, Instant instant) {
        return transactions.in(
                utility,
                sql -> sql.sql("""
                                SELECT * FROM letterhead WHERE utility_id = ? AND effective_from <= ?
                                ORDER BY version DESC LIMIT 1
                                """)
                        .params(utility.value(), instant.atOffset(ZoneOffset.UTC))
                        .query(JdbcLetterheads::read)
                        .optional()
                        .map(Version::letterhead)
                        .orElse(Letterhead.PLAIN));
    }

    @Override
    public Version add(UtilityId utility, Letterhead letterhead, Optional<Instant> from) {
        return transactions.in(utility, sql -> {
            sql.sql("SELECT pg_advisory_xact_lock(hashtextextended('letterhead', ?))")
                    .param(utility.value())
                    .query()
                    .singleRow();
            List<Version> before = versions(utility);
            if (!before.isEmpty() && isRepeated(before.getLast(), letterhead, from)) {
                return before.getLast();
            }
            Version version = new Version(before.size() + 1, start(before, from), letterhead);
            insert(sql, utility, version);
            return version;
        });
    }

    private static boolean isRepeated(Version last, Letterhead letterhead, Optional<Instant> from) {
        return last.letterhead().equals(letterhead)
                && from.map(instant -> instant.truncatedTo(ChronoUnit.MICROS).equals(last.effectiveFrom()))
                        .orElse(true);
    }

    private Instant start(List<Version> before, Optional<Instant> from) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant start =
                from.map(instant -> instant.truncatedTo(ChronoUnit.MICROS)).orElse(now);
        if (start.isBefore(now)) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "effective_from " + start + " is before now, " + now
                            + "; copies of receipts that were printed would not be the same. Give a later time, or none");
        }
        if (!before.isEmpty() && !start.isAfter(before.getLast().effectiveFrom())) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "effective_from " + start + " is not after that of the version added last, "
                            + before.getLast().effectiveFrom() + ". Give a later time");
        }
        return start;
    }

    private static void insert(JdbcClient sql, UtilityId utility, Version version) {
        Letterhead letterhead = version.letterhead();
        sql.sql("""
                        INSERT INTO letterhead (utility_id, version, effective_from, name, address, tax_number, telephone,
                            invoice_title, message, customer)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)
                .params(Arrays.asList(
                        utility.value(),
                        version.number(),
                        version.effectiveFrom().atOffset(ZoneOffset.UTC),
                        letterhead.name().orElse(null),
                        letterhead.address().toArray(String[]::new),
                        letterhead.taxNumber().orElse(null),
                        letterhead.telephone().orElse(null),
                        letterhead.invoiceTitle().orElse(null),
                        letterhead.message().orElse(null),
                        letterhead.customer().name()))
                .update();
    }

    @Override
    public List<Version> versions(UtilityId utility) {
        return transactions.in(
                utility,
                sql -> sql.sql("SELECT * FROM letterhead WHERE utility_id = ? ORDER BY version")
                        .param(utility.value())
                        .query(JdbcLetterheads::read)
                        .list());
    }

    private static Version read(ResultSet row, int number) throws SQLException {
        return new Version(
                row.getInt("version"),
                row.getObject("effective_from", OffsetDateTime.class).toInstant(),
                new Letterhead(
                        Optional.ofNullable(row.getString("name")),
                        List.of((String[]) row.getArray("address").getArray()),
                        Optional.ofNullable(row.getString("tax_number")),
                        Optional.ofNullable(row.getString("telephone")),
                        Optional.ofNullable(row.getString("invoice_title")),
                        Optional.ofNullable(row.getString("message")),
                        CustomerDetails.valueOf(row.getString("customer"))));
    }
}
