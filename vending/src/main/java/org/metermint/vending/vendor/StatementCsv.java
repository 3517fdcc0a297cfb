package org.metermint.vending.vendor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.utility.Utility;

/**
 * A statement as comma-separated values (RFC 4180): a line of names, the opening balance, a line for each movement, the
 * closing balance. Amounts are in major units, times RFC 3339 in UTC.
 */
public final class StatementCsv {
    private static final int PART = 1_000;
    private static final String END = "\r\n";

    private StatementCsv() {}

    /**
     * Writes a statement, part by part.
     *
     * @param most how many movements it may have
     * @throws RefusedException if it has more, or there is no such vendor
     */
    public static void write(
            Floats floats, Utility utility, String vendor, Instant from, Instant to, long most, Appendable out) {
        try {
            out.append("time,kind,sale,reference,change,balance").append(END);
            Optional<Statement.Place> place = Optional.empty();
            long lines = 0;
            boolean first = true;
            Statement part;
            do {
                part = floats.statement(utility.id(), vendor, from, to, place, PART);
                lines += part.lines().size();
                if (lines > most) {
                    throw new RefusedException(
                            RefusalCode.FIELD_INVALID, "there are more than " + most + " movements: shorten the span");
                }
                if (first) {
                    out.append(balance(utility, from, "OPENING", part.opening()));
                    first = false;
                }
                for (Statement.Line line : part.lines()) {
                    out.append(line(utility, line));
                }
                place = part.next();
            } while (place.isPresent());
            out.append(balance(utility, to, "CLOSING", part.closing()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String balance(Utility utility, Instant at, String kind, long balance) {
        return joined(
                List.of(at.toString(), kind, "", "", "", utility.money(balance).decimal()));
    }

    private static String line(Utility utility, Statement.Line line) {
        return joined(List.of(
                line.bookedAt().toString(),
                line.kind().name(),
                line.sale().map(UUID::toString).orElse(""),
                line.reference().orElse(""),
                utility.money(line.change()).decimal(),
                utility.money(line.balance()).decimal()));
    }

    private static String joined(List<String> fields) {
        return fields.stream().map(StatementCsv::quoted).collect(Collectors.joining(",")) + END;
    }

    private static String quoted(String field) {
        return field.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n')
                ? '"' + field.replace("\"", "\"\"") + '"'
                : field;
    }
}
