package org.metermint.vending.ledger.internal;

import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.ledger.LedgerAccount;
import org.metermint.vending.utility.Utility;

/**
 * Plain-text accounting as beancount reads it. An account's first word is its type, and each further one begins with a
 * capital letter or a digit: {@code float/till-1} becomes {@code Liabilities:Float:Till-1}. Where two codes would become
 * the same, the later one gets the number of its row.
 */
final class BeancountForm implements ExportForm {
    private final Writer out;
    private final Utility utility;
    private final Map<Long, LedgerAccount> accounts;
    private final Map<Long, String> names;

    BeancountForm(Writer out, Utility utility, Map<Long, LedgerAccount> accounts) {
        this.out = out;
        this.utility = utility;
        this.accounts = accounts;
        this.names = names(accounts);
    }

    private static Map<Long, String> names(Map<Long, LedgerAccount> accounts) {
        Map<Long, String> names = new HashMap<>();
        Set<String> taken = new HashSet<>();
        new TreeMap<>(accounts).forEach((id, account) -> {
            String name = name(account);
            names.put(id, taken.add(name) ? name : name + "-" + id);
        });
        return names;
    }

    static String name(LedgerAccount account) {
        List<String> words = new ArrayList<>();
        words.add(
                switch (account.type()) {
                    case ASSET -> "Assets";
                    case LIABILITY -> "Liabilities";
                    case INCOME -> "Income";
                    case EXPENSE -> "Expenses";
                });
        for (String part : account.code().split("/", -1)) {
            String word = part.replaceAll("[^A-Za-z0-9-]", "-");
            boolean fits = !word.isEmpty() && word.charAt(0) != '-';
            String whole = fits ? word : "X" + word;
            words.add(whole.substring(0, 1).toUpperCase(Locale.ROOT) + whole.substring(1));
        }
        return String.join(":", words);
    }

    @Override
    public void begin(LocalDate from, Map<Long, Long> opening) throws IOException {
        out.write("option \"title\" " + quoted(utility.settings().name()) + "\n");
        out.write("option \"operating_currency\" " + quoted(currency()) + "\n\n");
        for (Map.Entry<Long, LedgerAccount> entry : new TreeMap<>(accounts).entrySet()) {
            out.write(from + " open " + name(entry.getKey()) + " " + currency() + "\n");
            metadata("code", entry.getValue().code());
            metadata("name", entry.getValue().name().orElse(null));
            metadata("number", entry.getValue().number().orElse(null));
        }
        Map<Long, Long> standing = new TreeMap<>(opening);
        standing.values().removeIf(balance -> balance == 0);
        if (!standing.isEmpty()) {
            out.write("\n" + from + " * \"Opening balances\"\n");
            for (Map.Entry<Long, Long> balance : standing.entrySet()) {
                posting(balance.getKey(), balance.getValue());
            }
        }
    }

    @Override
    public void entry(LocalDate day, StoredEntry entry) throws IOException {
        out.write("\n" + day + " * "
                + quoted(entry.kind().charAt(0)
                        + entry.kind().substring(1).toLowerCase(Locale.ROOT).replace('_', ' ')) + "\n");
        metadata("entry", entry.id().toString());
        metadata(
                "booked_at",
                Instant.EPOCH.plus(entry.bookedAt(), ChronoUnit.MICROS).toString());
        metadata("sale", entry.sale());
        metadata("reference", entry.reference());
        metadata("shift", entry.shift());
        for (int i = 0; i < entry.accounts().size(); i++) {
            posting(entry.accounts().get(i), entry.amounts().get(i));
        }
    }

    /** An assertion holds at the beginning of its day; without a tolerance of nothing, it would forgive a minor unit. */
    @Override
    public void closed(LocalDate day, Map<Long, Long> balances) throws IOException {
        out.write("\n");
        for (Map.Entry<Long, Long> balance : new TreeMap<>(balances).entrySet()) {
            out.write(day.plusDays(1) + " balance " + name(balance.getKey()) + "  " + decimal(balance.getValue())
                    + " ~ 0 " + currency() + "\n");
        }
    }

    private void posting(long account, long amount) throws IOException {
        out.write("  " + name(account) + "  " + decimal(amount) + " " + currency() + "\n");
    }

    private void metadata(String key, @Nullable String value) throws IOException {
        if (value != null) {
            out.write("  " + key + ": " + quoted(value) + "\n");
        }
    }

    private String name(long account) {
        return names.getOrDefault(account, "Assets:Missing:" + account);
    }

    private String decimal(long amount) {
        return utility.money(amount).decimal();
    }

    private String currency() {
        return utility.settings().currency();
    }

    private static String quoted(String words) {
        return '"' + words.replaceAll("\\p{Cntrl}", " ").replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
