package org.metermint.vending.ledger.internal;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.database.UtilityId;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * An entry as it lies in the database, unchecked.
 *
 * @param bookedAt microseconds since 1970
 * @param accounts as many as amounts, unless somebody changed the row behind the server
 */
record StoredEntry(
        UUID id,
        String kind,
        @Nullable String sale,
        @Nullable String reference,
        @Nullable String shift,
        long bookedAt,
        List<Long> accounts,
        List<Long> amounts) {
    /** Below and above every id. */
    static final UUID FIRST = new UUID(0, 0);

    static final UUID LAST = new UUID(-1, -1);

    private static final int PORTION = 5_000;

    /** Reads the entries from one id up to another, in the order of their ids, a portion at a time. */
    static void stream(JdbcClient sql, UtilityId utility, UUID from, UUID to, Consumer<StoredEntry> reader) {
        sql.sql("""
                        SELECT id, kind, sale_id::text, reference, shift_id::text,
                            (extract(epoch FROM booked_at) * 1000000)::bigint,
                            array_to_string(accounts, ',', '?'), array_to_string(amounts, ',', '?')
                        FROM journal_entry WHERE utility_id = :utility AND id >= :from AND id < :to
                        ORDER BY id
                        """)
                .param("utility", utility.value())
                .param("from", from)
                .param("to", to)
                .withFetchSize(PORTION)
                .query(row -> {
                    reader.accept(read(row));
                });
    }

    /** What the entry sums to. */
    BigInteger sum() {
        return amounts.stream().map(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add);
    }

    private static StoredEntry read(ResultSet row) throws SQLException {
        return new StoredEntry(
                Objects.requireNonNull(row.getObject(1, UUID.class)),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getLong(6),
                numbers(row.getString(7)),
                numbers(row.getString(8)));
    }

    /** The numbers of a list; one that is missing is 0. */
    private static List<Long> numbers(String list) {
        List<Long> numbers = new ArrayList<>();
        for (int begin = 0; begin < list.length(); ) {
            int comma = list.indexOf(',', begin);
            int end = comma < 0 ? list.length() : comma;
            numbers.add(list.charAt(begin) == '?' ? 0 : Long.parseLong(list, begin, end, 10));
            begin = end + 1;
        }
        return numbers;
    }
}
