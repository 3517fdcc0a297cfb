package org.metermint.vending.ledger.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.metermint.vending.database.TimeOrderedIds;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.ClosedDay;
import org.metermint.vending.ledger.LedgerAccount;
import org.metermint.vending.ledger.LedgerExport;
import org.metermint.vending.ledger.Progress;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.Utility;
import org.springframework.jdbc.core.simple.JdbcClient;

public final class JdbcLedgerExport implements LedgerExport {
    private static final int STRIDE = 10_000;

    private final UtilityTransactions transactions;
    private final Utilities utilities;

    public JdbcLedgerExport(UtilityTransactions transactions, Utilities utilities) {
        this.transactions = transactions;
        this.utilities = utilities;
    }

    @Override
    public long write(UtilityId id, LocalDate from, LocalDate to, Format format, Writer out, Progress progress) {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("the last day " + to + " is before the first, " + from);
        }
        Utility utility = utilities.get(id);
        return transactions.reading(id, sql -> {
            Map<Long, LedgerAccount> accounts =
                    Accounts.all(sql, id).stream().collect(Collectors.toMap(LedgerAccount::id, Function.identity()));
            ExportForm form = switch (format) {
                case CSV -> new CsvForm(out, utility, accounts);
                case BEANCOUNT -> new BeancountForm(out, utility, accounts);
            };
            try {
                long entries = new Run(sql, id, utility.settings().zone(), form, progress).write(from, to);
                out.flush();
                return entries;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** One export: entries in order, and between them the days that end. */
    private static final class Run {
        private final JdbcClient sql;
        private final UtilityId utility;
        private final ZoneId zone;
        private final ExportForm form;
        private final Progress progress;
        private final List<ClosedDay> closes;
        private int passed;
        private long entries;

        Run(JdbcClient sql, UtilityId utility, ZoneId zone, ExportForm form, Progress progress) {
            this.sql = sql;
            this.utility = utility;
            this.zone = zone;
            this.form = form;
            this.progress = progress;
            this.closes = Closes.all(sql, utility);
        }

        long write(LocalDate from, LocalDate to) throws IOException {
            UUID first = beginningOf(from);
            UUID end = beginningOf(to.plusDays(1));
            progress.begin("entries", count(first, end));
            form.begin(from, opening(first));
            passed = (int)
                    closes.stream().filter(close -> close.day().isBefore(from)).count();
            StoredEntry.stream(sql, utility, first, end, entry -> {
                try {
                    passDaysBefore(entry.id());
                    form.entry(dayOf(entry.id()), entry);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                if (++entries % STRIDE == 0) {
                    progress.reach(entries);
                }
            });
            while (passed < closes.size() && !closes.get(passed).day().isAfter(to)) {
                pass();
            }
            return entries;
        }

        private void passDaysBefore(UUID id) throws IOException {
            while (passed < closes.size()
                    && !TimeOrderedIds.isBelow(id, closes.get(passed).boundary())) {
                pass();
            }
        }

        private void pass() throws IOException {
            LocalDate day = closes.get(passed).day();
            form.closed(day, Closes.balances(sql, utility, day));
            passed++;
        }

        /** After the days that have passed comes the one that is closed next, or one that is open. */
        private LocalDate dayOf(UUID id) {
            if (passed < closes.size()) {
                return closes.get(passed).day();
            }
            LocalDate day = LocalDate.ofInstant(TimeOrderedIds.instant(id), zone);
            LocalDate open = closes.isEmpty() ? day : closes.getLast().day().plusDays(1);
            return day.isBefore(open) ? open : day;
        }

        /** The bound between a day and those before it. */
        private UUID beginningOf(LocalDate day) {
            if (closes.isEmpty() || closes.getLast().day().isBefore(day.minusDays(1))) {
                UUID midnight = TimeOrderedIds.lowest(day.atStartOfDay(zone).toInstant());
                UUID closed =
                        closes.isEmpty() ? StoredEntry.FIRST : closes.getLast().boundary();
                return TimeOrderedIds.isBelow(midnight, closed) ? closed : midnight;
            }
            return closes.stream()
                    .filter(close -> close.day().equals(day.minusDays(1)))
                    .map(ClosedDay::boundary)
                    .findFirst()
                    .orElse(StoredEntry.FIRST);
        }

        /** What stands on each account before an entry: the last close before it, and what came since. */
        private Map<Long, Long> opening(UUID first) {
            Map<Long, Long> standing = new HashMap<>();
            UUID since = StoredEntry.FIRST;
            for (ClosedDay close : closes) {
                if (!TimeOrderedIds.isBelow(first, close.boundary())) {
                    standing = Closes.balances(sql, utility, close.day());
                    since = close.boundary();
                }
            }
            Map<Long, Long> balances = standing;
            StoredEntry.stream(sql, utility, since, first, entry -> {
                for (int i = 0; i < entry.accounts().size(); i++) {
                    balances.merge(entry.accounts().get(i), entry.amounts().get(i), Long::sum);
                }
            });
            return balances;
        }

        private long count(UUID first, UUID end) {
            return sql.sql("SELECT count(*) FROM journal_entry WHERE utility_id = ? AND id >= ? AND id < ?")
                    .params(utility.value(), first, end)
                    .query(Long.class)
                    .single();
        }
    }
}
