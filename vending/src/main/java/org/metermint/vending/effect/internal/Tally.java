package org.metermint.vending.effect.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Line;
import org.metermint.tariff.Purchase;
import org.metermint.vending.effect.CustomerEffect;
import org.metermint.vending.effect.Effect;
import org.metermint.vending.effect.Effect.Change;
import org.metermint.vending.effect.Effect.Count;
import org.metermint.vending.effect.Effect.LineTotal;

/** What the sales of some accounts came to, exactly. */
final class Tally {
    /** Lines that are told apart: kind, and within it code; debts, whose codes are theirs alone, are one. */
    private record Sort(Line.Kind kind, String code) implements Comparable<Sort> {
        private static final Comparator<Sort> ORDER =
                Comparator.comparing(Sort::kind).thenComparing(Sort::code);

        static Sort of(Line line) {
            return new Sort(line.kind(), line.kind() == Line.Kind.DEBT ? "" : line.code());
        }

        @Override
        public int compareTo(Sort other) {
            return ORDER.compare(this, other);
        }
    }

    /** Two amounts that grow. */
    private static final class Sum {
        private long before;
        private long after;

        void add(long more, long moreAfter) {
            before = Math.addExact(before, more);
            after = Math.addExact(after, moreAfter);
        }

        Change change() {
            return new Change(before, after);
        }

        Count count() {
            return new Count(before, after);
        }
    }

    private final Map<Sort, Sum> lines = new TreeMap<>();
    private final Map<Sort, String> labels = new TreeMap<>();
    private final Map<String, Sum> refused = new TreeMap<>();
    private final Sum credit = new Sum();
    private final Sum tender = new Sum();
    private final Sum cost = new Sum();
    private final Sum unlike = new Sum();
    private final Sum reversed = new Sum();
    private final List<CustomerEffect> customers = new ArrayList<>();
    private long sales;
    private long byUnits;
    private long restarted;
    private long seen;

    Account account(String number) {
        return new Account(number);
    }

    /** One account while its sales are priced. */
    final class Account {
        private final String number;
        private final Sum own = new Sum();
        private final Sum ownCost = new Sum();
        private long ownSales;
        private long ownTender;
        private long ownRefused;

        private Account(String number) {
            this.number = number;
        }

        void sold(Assessment was, Assessment now, boolean inCurrency) {
            seen++;
            sales++;
            ownSales++;
            long before = inCurrency ? was.energy() : was.issuedTenths();
            long after = inCurrency ? now.energy() : now.issuedTenths();
            credit.add(before, after);
            tender.add(was.tender(), now.tender());
            if (was.purchase() instanceof Purchase.Units) {
                byUnits++;
                cost.add(was.tender(), now.tender());
                ownCost.add(was.tender(), now.tender());
            } else {
                own.add(before, after);
                ownTender = Math.addExact(ownTender, was.tender());
            }
            was.lines().forEach(line -> sum(line).add(line.amount(), 0));
            now.lines().forEach(line -> sum(line).add(0, line.amount()));
        }

        void refused(String code, long paid) {
            seen++;
            ownRefused++;
            refused.computeIfAbsent(code, none -> new Sum()).add(1, paid);
        }

        void unlike(long paid) {
            seen++;
            unlike.add(1, paid);
        }

        void reversed(long paid) {
            seen++;
            reversed.add(1, paid);
        }

        void restarted() {
            restarted++;
        }

        void end() {
            if (ownSales + ownRefused > 0) {
                customers.add(new CustomerEffect(
                        number, ownSales, ownTender, own.before, own.after, ownCost.before, ownCost.after, ownRefused));
            }
        }
    }

    private Sum sum(Line line) {
        Sort sort = Sort.of(line);
        labels.putIfAbsent(sort, line.kind() == Line.Kind.DEBT ? "" : line.label());
        return lines.computeIfAbsent(sort, none -> new Sum());
    }

    /** Adds what other accounts came to. */
    void add(Tally other) {
        other.lines.forEach(
                (sort, sum) -> lines.computeIfAbsent(sort, none -> new Sum()).add(sum.before, sum.after));
        other.labels.forEach(labels::putIfAbsent);
        other.refused.forEach(
                (code, sum) -> refused.computeIfAbsent(code, none -> new Sum()).add(sum.before, sum.after));
        credit.add(other.credit.before, other.credit.after);
        tender.add(other.tender.before, other.tender.after);
        cost.add(other.cost.before, other.cost.after);
        unlike.add(other.unlike.before, other.unlike.after);
        reversed.add(other.reversed.before, other.reversed.after);
        sales += other.sales;
        byUnits += other.byUnits;
        restarted += other.restarted;
        seen += other.seen;
    }

    /** The accounts of this tally alone, not of those added. */
    List<CustomerEffect> customers() {
        return customers;
    }

    /** All sales that were looked at. */
    long seen() {
        return seen;
    }

    long sales() {
        return sales;
    }

    long restarted() {
        return restarted;
    }

    List<LineTotal> lineTotals() {
        List<LineTotal> totals = new ArrayList<>();
        lines.forEach((sort, sum) ->
                totals.add(new LineTotal(sort.kind(), sort.code(), labels.getOrDefault(sort, ""), sum.change())));
        return totals;
    }

    Change credit() {
        return credit.change();
    }

    Change tender() {
        return tender.change();
    }

    Effect.Units byUnits() {
        return new Effect.Units(byUnits, cost.change());
    }

    List<Effect.Refused> refused() {
        List<Effect.Refused> all = new ArrayList<>();
        refused.forEach((code, sum) -> all.add(new Effect.Refused(code, sum.count())));
        return all;
    }

    Count unlike() {
        return unlike.count();
    }

    Count reversed() {
        return reversed.count();
    }
}
