package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.metermint.tariff.Tariff;
import org.metermint.tariff.TimeOfUse;
import org.metermint.vending.effect.CustomerEffect;
import org.metermint.vending.effect.Effect;
import org.metermint.vending.effect.Effect.Change;
import org.metermint.vending.effect.Effect.Count;
import org.metermint.vending.effect.Question;
import org.metermint.vending.utility.Utility;

/** The effect of a tariff for programs: as JSON, and a line of CSV for each customer. */
final class EffectData {
    static final String CSV_HEAD =
            "account,sales,tender,credit_before,credit_after,change_percent,cost_before,cost_after,refused\n";

    private EffectData() {}

    static Map<String, Object> of(Effect effect, Utility utility) {
        Question question = effect.question();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("tariff", question.tariff());
        data.put("by", question.draft().id());
        data.put("version", question.draft().version());
        data.put("from", question.from().toString());
        data.put("to", question.to().toString());
        data.put("currency", utility.settings().currency());
        data.put("sales", effect.sales());
        data.put("customers", effect.customers());
        data.put("tender", money(effect.tender(), utility));
        List<Object> lines = new ArrayList<>();
        for (Effect.LineTotal line : effect.lines()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("kind", line.kind().name());
            one.put("code", line.code());
            one.putAll(money(line.amount(), utility));
            lines.add(one);
        }
        data.put("lines", lines);
        Map<String, Object> credit = new LinkedHashMap<>();
        credit.put(
                "unit",
                effect.inCurrency()
                        ? utility.settings().currency()
                        : question.draft().unit());
        credit.put("before", credit(effect.credit().before(), effect.inCurrency(), utility));
        credit.put("after", credit(effect.credit().after(), effect.inCurrency(), utility));
        data.put("credit", credit);
        Map<String, Object> byUnits = new LinkedHashMap<>();
        byUnits.put("sales", effect.byUnits().sales());
        byUnits.putAll(money(effect.byUnits().cost(), utility));
        data.put("by_units", byUnits);
        Map<String, Object> refused = new LinkedHashMap<>();
        effect.refused().forEach(one -> refused.put(one.code(), count(one.count(), utility)));
        data.put("refused", refused);
        data.put("unlike", count(effect.unlike(), utility));
        data.put("reversed", count(effect.reversed(), utility));
        data.put("restarted", effect.restarted());
        data.put("spread", spread(effect.spread()));
        data.put("worst", customers(effect.worst(), effect, utility));
        data.put("best", customers(effect.best(), effect, utility));
        return data;
    }

    private static Map<String, Object> spread(Effect.Spread spread) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("customers", spread.customers());
        data.put("p5", percent(spread.p5()));
        data.put("median", percent(spread.median()));
        data.put("p95", percent(spread.p95()));
        data.put(
                "buckets",
                spread.buckets().stream()
                        .map(bucket -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("from", percent(OptionalInt.of(bucket.from())));
                            one.put("to", percent(OptionalInt.of(bucket.to())));
                            one.put("customers", bucket.customers());
                            return one;
                        })
                        .toList());
        return data;
    }

    private static List<Map<String, Object>> customers(List<CustomerEffect> customers, Effect effect, Utility utility) {
        return customers.stream()
                .map(customer -> {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("account", customer.account());
                    one.put("tender", utility.money(customer.tender()).decimal());
                    one.put("before", credit(customer.creditBefore(), effect.inCurrency(), utility));
                    one.put("after", credit(customer.creditAfter(), effect.inCurrency(), utility));
                    one.put("change_percent", percent(customer.hundredths()));
                    return one;
                })
                .toList();
    }

    private static Map<String, Object> money(Change change, Utility utility) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("before", utility.money(change.before()).decimal());
        data.put("after", utility.money(change.after()).decimal());
        return data;
    }

    private static Map<String, Object> count(Count count, Utility utility) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("sales", count.sales());
        data.put("tender", utility.money(count.tender()).decimal());
        return data;
    }

    /** Credit in units, or in major units of the currency. */
    static String credit(long credit, boolean inCurrency, Utility utility) {
        return inCurrency
                ? utility.money(credit).decimal()
                : BigDecimal.valueOf(credit, 1).toPlainString();
    }

    /** Hundredths of a percent as a percentage; null if there is none. */
    private static @Nullable String percent(OptionalInt hundredths) {
        return hundredths.isEmpty()
                ? null
                : BigDecimal.valueOf(hundredths.getAsInt(), 2).toPlainString();
    }

    /** A customer's line. */
    static String csv(CustomerEffect customer, Utility utility, Question question) {
        Tariff draft = question.draft();
        boolean inCurrency = draft.energy() instanceof TimeOfUse || draft.unit().equals(draft.currency());
        String change = percent(customer.hundredths());
        return String.join(
                        ",",
                        quoted(customer.account()),
                        Long.toString(customer.sales()),
                        utility.money(customer.tender()).decimal(),
                        credit(customer.creditBefore(), inCurrency, utility),
                        credit(customer.creditAfter(), inCurrency, utility),
                        change == null ? "" : change,
                        utility.money(customer.costBefore()).decimal(),
                        utility.money(customer.costAfter()).decimal(),
                        Long.toString(customer.refused()))
                + "\n";
    }

    private static String quoted(String text) {
        return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
