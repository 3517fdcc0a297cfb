package org.metermint.vending.ledger.internal;

import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.ledger.LedgerAccount;
import org.metermint.vending.utility.Utility;

/** Comma-separated values after RFC 4180: lines end with CR LF, and a field is quoted if it must be. */
final class CsvForm implements ExportForm {
    private static final String COLUMNS = "day,entry,kind,booked_at,sale,reference,shift,line,account,account_number,"
            + "account_name,debit,credit,currency";

    private final Writer out;
    private final Utility utility;
    private final Map<Long, LedgerAccount> accounts;

    CsvForm(Writer out, Utility utility, Map<Long, LedgerAccount> accounts) {
        this.out = out;
        this.utility = utility;
        this.accounts = accounts;
    }

    @Override
    public void begin(LocalDate from, Map<Long, Long> opening) throws IOException {
        out.write(COLUMNS + "\r\n");
    }

    @Override
    public void entry(LocalDate day, StoredEntry entry) throws IOException {
        for (int i = 0; i < entry.accounts().size(); i++) {
            LedgerAccount account = accounts.get(entry.accounts().get(i));
            long amount = entry.amounts().get(i);
            write(
                    day.toString(),
                    entry.id().toString(),
                    entry.kind(),
                    Instant.EPOCH.plus(entry.bookedAt(), ChronoUnit.MICROS).toString(),
                    entry.sale(),
                    entry.reference(),
                    entry.shift(),
                    Integer.toString(i + 1),
                    account == null ? entry.accounts().get(i).toString() : account.code(),
                    account == null ? null : account.number().orElse(null),
                    account == null ? null : account.name().orElse(null),
                    amount > 0 ? utility.money(amount).decimal() : null,
                    amount < 0 ? utility.money(-amount).decimal() : null,
                    utility.settings().currency());
        }
    }

    @Override
    public void closed(LocalDate day, Map<Long, Long> balances) {
        // entries alone
    }

    private void write(@Nullable String... fields) throws IOException {
        for (int i = 0; i < fields.length; i++) {
            out.write(i == 0 ? "" : ",");
            out.write(quoted(fields[i]));
        }
        out.write("\r\n");
    }

    private static String quoted(@Nullable String field) {
        if (field == null) {
            return "";
        }
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
