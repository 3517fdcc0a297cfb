package org.metermint.app.load;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** A run in words and in figures: a line a second while it goes, a table when it is over. */
final class Report {

    private static final double[] PERCENTILES = {50, 90, 99, 99.9};
    private static final int SHOWN_FAULTS = 20;

    static final String HEADING = "  second    orders      sold   refused  no answer    p50 ms    p99 ms";

    private final SaleTraffic sales;
    private final Duration measured;

    Report(SaleTraffic sales, Duration measured) {
        this.sales = sales;
        this.measured = measured;
    }

    /** The line of one second. */
    static String line(long second, boolean warm, Tally tally) {
        Histogram sold = tally.sold();
        long unanswered = unanswered(tally);
        String refusals = tally.outcomes().entrySet().stream()
                .filter(outcome -> !outcome.getKey().equals(Tally.SOLD))
                .map(outcome -> outcome.getKey() + " " + outcome.getValue().getTotalCount())
                .collect(Collectors.joining(", "));
        return String.format(
                        Locale.ROOT,
                        "%8d %9d %9d %9d %10d %9s %9s  %s%s",
                        second,
                        tally.orders(),
                        tally.count(Tally.SOLD),
                        tally.ended() - tally.count(Tally.SOLD) - unanswered,
                        unanswered,
                        millis(sold.getValueAtPercentile(50)),
                        millis(sold.getValueAtPercentile(99)),
                        warm ? "warm-up " : "",
                        refusals)
                .stripTrailing();
    }

    /** Orders that ended without an answer that decides them, and without one that says why. */
    private static long unanswered(Tally tally) {
        long count = tally.count(SaleTraffic.NOT_SENT) + tally.count("UNREADABLE");
        for (Traffic.Failure failure : Traffic.Failure.values()) {
            count += tally.count(failure.name());
        }
        return count;
    }

    /** Sales a second. */
    long rate() {
        return Math.round(sales.soldInTime() / (measured.toNanos() / 1e9));
    }

    /** Everything, for programs. Times are milliseconds. */
    Map<String, Object> facts() {
        Tally tally = sales.total();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("seconds", measured.toMillis() / 1_000);
        facts.put("orders", tally.orders());
        facts.put("requests", tally.attempts());
        facts.put("repeated", sales.repeated());
        facts.put("same_answers", sales.sameAnswers());
        facts.put("sold_per_second", rate());
        Map<String, Object> outcomes = new LinkedHashMap<>();
        tally.outcomes().forEach((name, times) -> outcomes.put(name, times(times)));
        facts.put("outcomes", outcomes);
        facts.put("sold_from_sending", times(tally.soldFromSending()));
        facts.put(
                "generator_microseconds_per_request",
                BigDecimal.valueOf(sales.cpuNanosPerRequest()).movePointLeft(3).setScale(1, RoundingMode.HALF_UP));
        return facts;
    }

    private static Map<String, Object> times(Histogram histogram) {
        Map<String, Object> times = new LinkedHashMap<>();
        times.put("count", histogram.getTotalCount());
        for (double percentile : PERCENTILES) {
            times.put("p" + name(percentile), inMillis(histogram.getValueAtPercentile(percentile)));
        }
        times.put("max", inMillis(histogram.getMaxValue()));
        return times;
    }

    /** The table, for people. */
    String words() {
        Tally tally = sales.total();
        StringBuilder words = new StringBuilder(String.format(
                Locale.ROOT,
                "%n%d s measured: %d orders, %d requests, %d sold, %d sold a second%n%n",
                measured.toSeconds(),
                tally.orders(),
                tally.attempts(),
                tally.count(Tally.SOLD),
                rate()));
        words.append(String.format(Locale.ROOT, "  %-32s %9s", "from when it was due, ms", "count"));
        for (double percentile : PERCENTILES) {
            words.append(String.format(Locale.ROOT, " %9s", "p" + name(percentile)));
        }
        words.append(String.format(Locale.ROOT, " %9s%n", "max"));
        tally.outcomes().forEach((name, times) -> words.append(row(name, times)));
        words.append(row("SOLD, from when it was sent", tally.soldFromSending()));
        if (sales.repeated() + sales.sameAnswers() > 0) {
            words.append(String.format(
                    Locale.ROOT,
                    "%n%d requests were repeated; %d copies and repetitions got the identical answer.%n",
                    sales.repeated(),
                    sales.sameAnswers()));
        }
        words.append(String.format(
                Locale.ROOT,
                "%nThis program took %.1f microseconds of processor time a request.",
                sales.cpuNanosPerRequest() / 1e3));
        return words.toString();
    }

    private static String row(String name, Histogram times) {
        StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "  %-32s %9d", name, times.getTotalCount()));
        for (double percentile : PERCENTILES) {
            row.append(String.format(Locale.ROOT, " %9s", millis(times.getValueAtPercentile(percentile))));
        }
        return row.append(String.format(Locale.ROOT, " %9s%n", millis(times.getMaxValue())))
                .toString();
    }

    /** What the proof found, for people. */
    static String words(Map<String, Object> found, Faults faults) {
        StringBuilder words = new StringBuilder(String.format(
                Locale.ROOT,
                "%nAsked for %s requests: %s sales and %s refusals stand as they were answered; of those without an"
                        + " answer that decides, %s were sold, %s refused, %s never taken.%n",
                found.get("requests_asked_for"),
                found.get("sales_confirmed"),
                found.get("refusals_confirmed"),
                found.get("sold_unacknowledged"),
                found.get("refused_unacknowledged"),
                found.get("absent")));
        if (faults.count() == 0) {
            return words.append("Nothing is wrong: ")
                    .append(found.get("sales"))
                    .append(" sales for ")
                    .append(found.get("tenders"))
                    .append(", none lost, none twice.")
                    .toString();
        }
        words.append("WRONG: ").append(faults.count()).append(" faults");
        List<String> known = faults.words();
        known.stream().limit(SHOWN_FAULTS).forEach(fault -> words.append("\n  ").append(fault));
        if (faults.count() > SHOWN_FAULTS) {
            words.append("\n  and ")
                    .append(faults.count() - SHOWN_FAULTS)
                    .append(" more; --json tells ")
                    .append(Faults.KEPT);
        }
        return words.toString();
    }

    private static String name(double percentile) {
        return BigDecimal.valueOf(percentile).stripTrailingZeros().toPlainString();
    }

    private static BigDecimal inMillis(long micros) {
        return BigDecimal.valueOf(micros, 3).setScale(2, RoundingMode.HALF_UP);
    }

    private static String millis(long micros) {
        return inMillis(micros).toPlainString();
    }
}
