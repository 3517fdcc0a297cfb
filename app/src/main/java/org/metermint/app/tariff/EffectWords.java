package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.metermint.tariff.Line;
import org.metermint.vending.effect.CustomerEffect;
import org.metermint.vending.effect.Effect;
import org.metermint.vending.effect.Effect.Bucket;
import org.metermint.vending.effect.Effect.Change;
import org.metermint.vending.effect.Effect.Count;
import org.metermint.vending.effect.Question;
import org.metermint.vending.utility.Utility;

/** The effect of a tariff for people: a table, a chart of bars, and names. */
final class EffectWords {
    private static final int BAR = 40;
    private static final String COLUMNS = "  %-34s %18s %18s %10s";

    private final Effect effect;
    private final Utility utility;
    private final List<String> lines = new ArrayList<>();

    EffectWords(Effect effect, Utility utility) {
        this.effect = effect;
        this.utility = utility;
    }

    String text() {
        lines.clear();
        Question question = effect.question();
        say("Sales by tariff %s from %s to %s, priced by %s."
                .formatted(question.tariff(), question.from(), question.to(), by()));
        say("%,d sales to %,d customers that both prices sell:".formatted(effect.sales(), effect.customers()));
        say("");
        say(COLUMNS.formatted("paid, in " + utility.settings().currency(), "before", "after", "change"));
        effect.lines()
                .forEach(line -> say(COLUMNS.formatted(
                        line.kind() == Line.Kind.DEBT ? "debts" : line.label(),
                        money(line.amount().before()),
                        money(line.amount().after()),
                        change(line.amount()))));
        row("all", effect.tender());
        if (effect.byUnits().sales() > 0) {
            row(
                    "of it %,d sales by units".formatted(effect.byUnits().sales()),
                    effect.byUnits().cost());
        }
        say(COLUMNS.formatted(
                "credit, in " + unit(),
                credit(effect.credit().before()),
                credit(effect.credit().after()),
                change(effect.credit())));
        leftOut();
        customers();
        return String.join(System.lineSeparator(), lines);
    }

    private void row(String name, Change amount) {
        say(COLUMNS.formatted(name, money(amount.before()), money(amount.after()), change(amount)));
    }

    private void leftOut() {
        say("");
        effect.refused()
                .forEach(refused -> left(
                        refused.count(),
                        refused.code().equals(Effect.WITHOUT_TOKEN)
                                ? "would leave nothing to credit, and be refused"
                                : "would be refused: " + refused.code()));
        left(effect.unlike(), "were for another unit or kind of credit");
        left(effect.reversed(), "were taken back");
        if (effect.restarted() > 0) {
            say("%,d times an account began anew at its stored position, since more than purchases had moved it."
                    .formatted(effect.restarted()));
        }
    }

    private void left(Count count, String why) {
        if (count.sales() > 0) {
            say("Left out: %,d sales of %s that %s.".formatted(count.sales(), utility.money(count.tender()), why));
        }
    }

    private void customers() {
        Effect.Spread spread = effect.spread();
        if (spread.customers() == 0) {
            say("No customer bought for money, so that nobody's credit changes.");
            return;
        }
        say("");
        say("For the same money %,d customers would have got this much more or less %s:"
                .formatted(spread.customers(), unit()));
        say("half of them %s or less, one in twenty %s or less, one in twenty %s or more."
                .formatted(percent(spread.median()), percent(spread.p5()), percent(spread.p95())));
        say("");
        long most = spread.buckets().stream().mapToLong(Bucket::customers).max().orElse(1);
        for (int i = 0; i < spread.buckets().size(); i++) {
            Bucket bucket = spread.buckets().get(i);
            int length = Math.toIntExact(Math.ceilDiv(bucket.customers() * BAR, Math.max(1, most)));
            say("  %-20s |%-40s %,d".formatted(range(i), "#".repeat(length), bucket.customers()));
        }
        named("Least, compared with before:", effect.worst());
        named("Most, compared with before:", effect.best());
    }

    private void named(String title, List<CustomerEffect> named) {
        if (!named.isEmpty()) {
            say("");
            say(title);
            named.forEach(customer -> say("  %-20s %10s  %s for %s, before %s"
                    .formatted(
                            customer.account(),
                            percent(customer.hundredths()),
                            credit(customer.creditAfter()),
                            utility.money(customer.tender()),
                            credit(customer.creditBefore()))));
        }
    }

    private void say(String line) {
        lines.add(line.stripTrailing());
    }

    /** The version, as a title names it. */
    String by() {
        return effect.question().draft().id() + " version "
                + effect.question().draft().version();
    }

    /** The bounds of a bucket, as people read them. */
    String range(int place) {
        List<Bucket> buckets = effect.spread().buckets();
        Bucket bucket = buckets.get(place);
        if (buckets.size() > 1 && place == 0) {
            return "below " + percent(OptionalInt.of(bucket.to()));
        }
        return buckets.size() > 1 && place == buckets.size() - 1
                ? percent(OptionalInt.of(bucket.from())) + " and more"
                : percent(OptionalInt.of(bucket.from())) + " to " + percent(OptionalInt.of(bucket.to()));
    }

    String unit() {
        return effect.inCurrency()
                ? utility.settings().currency()
                : effect.question().draft().unit();
    }

    private String money(long minor) {
        return utility.money(minor).decimal();
    }

    private String credit(long credit) {
        return EffectData.credit(credit, effect.inCurrency(), utility);
    }

    private static String change(Change amount) {
        return amount.before() == 0
                ? ""
                : percent(OptionalInt.of(CustomerEffect.hundredths(amount.before(), amount.after())));
    }

    /** Hundredths of a percent with a sign, without decimals that say nothing. */
    static String percent(OptionalInt hundredths) {
        BigDecimal percent = BigDecimal.valueOf(hundredths.orElse(0), 2).stripTrailingZeros();
        return (percent.signum() > 0 ? "+" : "") + percent.toPlainString() + " %";
    }
}
