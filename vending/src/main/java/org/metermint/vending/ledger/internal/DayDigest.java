package org.metermint.vending.ledger.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.database.UtilityId;
import tools.jackson.databind.json.JsonMapper;

/**
 * The seal of a day: SHA-256 over lines of text in UTF-8, each ended by a line feed, its words parted by blanks.
 *
 * <pre>
 * close UTILITY DAY PREVIOUS-DIGEST
 * entry ID KIND SALE REFERENCE SHIFT MICROSECONDS ACCOUNT:AMOUNT ...     in the order of their ids
 * account ID CODE BALANCE                                                in the order of their ids
 * </pre>
 *
 * What is absent is {@code -}; reference and code are JSON strings. An account stands in the first close after its first
 * posting and in every later one.
 */
final class DayDigest {
    static final String FIRST = "0".repeat(64);

    private final MessageDigest sha256;
    private final SortedMap<Long, Long> balances;
    private final StringBuilder line = new StringBuilder();
    private long entries;
    private long postings;

    /** @param before what stood on each account at the end of the day before */
    DayDigest(UtilityId utility, LocalDate day, String previous, Map<Long, Long> before) {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        this.balances = new TreeMap<>(before);
        line.append("close ").append(utility.value()).append(' ').append(day).append(' ');
        line.append(previous);
        endLine();
    }

    void add(StoredEntry entry) {
        line.append("entry ").append(entry.id()).append(' ').append(entry.kind());
        line.append(' ').append(orNothing(entry.sale())).append(' ');
        line.append(entry.reference() == null ? "-" : quoted(entry.reference()));
        line.append(' ').append(orNothing(entry.shift())).append(' ').append(entry.bookedAt());
        for (int i = 0; i < entry.accounts().size(); i++) {
            long amount = i < entry.amounts().size() ? entry.amounts().get(i) : 0;
            line.append(' ').append(entry.accounts().get(i)).append(':').append(amount);
            balances.merge(entry.accounts().get(i), amount, Long::sum);
        }
        endLine();
        entries++;
        postings += entry.accounts().size();
    }

    long entries() {
        return entries;
    }

    long postings() {
        return postings;
    }

    /** What stands on each account, by its number. */
    SortedMap<Long, Long> balances() {
        return balances;
    }

    /** The digest, in hexadecimal digits; afterwards this is spent. */
    String end(Map<Long, String> codes) {
        balances.forEach((account, balance) -> {
            line.append("account ").append(account).append(' ');
            line.append(quoted(codes.getOrDefault(account, "")));
            line.append(' ').append(balance);
            endLine();
        });
        return HexFormat.of().formatHex(sha256.digest());
    }

    private void endLine() {
        line.append('\n');
        sha256.update(line.toString().getBytes(StandardCharsets.UTF_8));
        line.setLength(0);
    }

    private static String orNothing(@Nullable String word) {
        return word == null ? "-" : word;
    }

    private static String quoted(String words) {
        return JsonMapper.shared().writeValueAsString(words);
    }
}
