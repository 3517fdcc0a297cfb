package org.metermint.vending.database;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The monthly partitions of the tables that grow: what there is, and what must be there before its month begins. Months
 * are those of UTC. A row whose month has no partition goes into the default one, where it is as good as elsewhere, but
 * can no longer be archived or dropped with its month.
 */
public final class Partitions {
    private static final Pattern OF_A_MONTH = Pattern.compile(".*_([0-9]{6})");
    private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("yyyyMM");

    private final UtilityTransactions transactions;

    public Partitions(UtilityTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * A partition.
     *
     * @param table what it is a part of
     * @param month the month whose rows it takes; empty for the default one, which takes what no other does
     * @param rows as last counted by PostgreSQL's own statistics, for all utilities together
     * @param octets on the disk, with indexes
     * @param used whether a row was ever in it
     */
    public record Partition(
            String table, String name, Optional<YearMonth> month, long rows, long octets, boolean used) {}

    /** All partitions, by table and month; the default one of a table comes last. */
    public List<Partition> all() {
        return transactions.inNone(sql -> sql.sql("""
                        SELECT p.relname, c.relname, greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid),
                            pg_relation_size(c.oid) > 0
                        FROM pg_inherits i
                        JOIN pg_class c ON c.oid = i.inhrelid
                        JOIN pg_class p ON p.oid = i.inhparent
                        WHERE p.relnamespace = 'metermint'::regnamespace AND p.relkind = 'p'
                        ORDER BY p.relname, c.relname
                        """).query(Partitions::read).list());
    }

    private static Partition read(ResultSet row, int number) throws SQLException {
        String name = row.getString(2);
        Matcher matcher = OF_A_MONTH.matcher(name);
        Optional<YearMonth> month =
                matcher.matches() ? Optional.of(YearMonth.parse(matcher.group(1), MONTH)) : Optional.empty();
        return new Partition(row.getString(1), name, month, row.getLong(3), row.getLong(4), row.getBoolean(5));
    }

    /** The last month that every table has a partition for; empty if a table has none but the default one. */
    public static Optional<YearMonth> furthest(List<Partition> all) {
        Map<String, Optional<YearMonth>> last = new HashMap<>();
        for (Partition partition : all) {
            last.merge(
                    partition.table(),
                    partition.month(),
                    (one, other) -> Stream.concat(one.stream(), other.stream()).max(Comparator.naturalOrder()));
        }
        return last.values().stream().anyMatch(Optional::isEmpty)
                ? Optional.empty()
                : last.values().stream().flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    /**
     * Makes what is missing of some months.
     *
     * @param months 1..120
     * @return how many partitions were made
     * @throws org.metermint.vending.refusal.RefusedException {@code DATABASE_UNAVAILABLE} if somebody held a lock that
     *     is needed; nothing was made then
     */
    public int make(YearMonth first, int months) {
        return transactions.inNone(sql -> sql.sql("SELECT make_partitions(?::date, ?)")
                .params(first.atDay(1), months)
                .query(Integer.class)
                .single());
    }

    /**
     * Drops the months of events that every consumer has read.
     *
     * @param before the first month that is kept whatever was read; the last month and this one are kept anyway
     * @return the names of what was dropped
     * @throws org.metermint.vending.refusal.RefusedException {@code DATABASE_UNAVAILABLE} if somebody held a lock that
     *     is needed; nothing was dropped then
     */
    public List<String> dropConsumedEvents(YearMonth before) {
        return transactions.inNone(sql -> sql.sql("SELECT drop_consumed_events(?::date)")
                .param(before.atDay(1))
                .query((row, number) -> names(row.getArray(1)))
                .single());
    }

    private static List<String> names(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
