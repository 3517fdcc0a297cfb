package org.metermint.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;

/**
 * An assessment for the customer who asks why: what the money bought, at which price and why that one, what else was
 * taken, what the next purchase would buy, and what was different the last time. {@link Assessment#explain} is for whoever
 * checks the sum.
 */
public final class PlainWords {
    private static final int PRICE_DECIMALS = 4;

    private final Locale locale;
    private final ResourceBundle words;

    private PlainWords(Locale locale) {
        this.words = ResourceBundle.getBundle("org.metermint.tariff.words", locale, PlainWords.class.getModule());
        this.locale = words.getLocale().equals(Locale.ROOT) ? Locale.ENGLISH : words.getLocale();
    }

    /** Words of a language; English where there are none of it. */
    public static PlainWords in(Locale locale) {
        return new PlainWords(locale);
    }

    /**
     * Tells of a purchase, one sentence after the other.
     *
     * @param last the purchase before, if there was one
     */
    public List<String> about(Assessment purchase, Optional<Assessment> last) {
        return new Telling(purchase).tell(last);
    }

    private String say(String key, String... values) {
        return new MessageFormat(words.getString(key), locale).format(values);
    }

    private String day(Instant at, ZoneId zone) {
        return DateTimeFormatter.ofPattern(words.getString("date"), locale).format(at.atZone(zone));
    }

    private String month(YearMonth month) {
        return DateTimeFormatter.ofPattern(words.getString("month"), locale).format(month);
    }

    private final class Telling {
        private final Assessment sale;
        private final Tariff tariff;
        private final List<Block> blocks;
        private final List<String> told = new ArrayList<>();

        Telling(Assessment sale) {
            this.sale = sale;
            this.tariff = sale.tariff();
            this.blocks = blocks();
        }

        /** The blocks as published that this account buys by; none if it does not buy by blocks. */
        private List<Block> blocks() {
            return switch (tariff.energy()) {
                case Energy.Blocks(List<Block> all) -> all;
                case Energy.Classes classes ->
                    classes.classes()
                            .get(Math.max(0, classes.place(sale.circumstances().facts())))
                            .blocks();
                case Energy.Lifeline lifeline -> {
                    List<Block> all = new ArrayList<>(List.of(new Block(BigDecimal.ZERO, lifeline.price())));
                    lifeline.blocks().stream()
                            .filter(block -> block.above().compareTo(lifeline.upTo()) > 0)
                            .forEach(all::add);
                    yield all;
                }
                case TimeOfUse times -> List.of();
            };
        }

        List<String> tell(Optional<Assessment> last) {
            if (sale.purchase() instanceof Purchase.Free) {
                boolean counted = sale.after().units().compareTo(sale.before().units()) > 0;
                told.add(say(counted ? "free.counted" : "free.apart", issued()));
                return List.copyOf(told);
            }
            opening();
            steps();
            sale.lines().forEach(this::line);
            outlook();
            last.ifPresent(this::compare);
            hints();
            return List.copyOf(told);
        }

        private void opening() {
            String tender = money(sale.tender());
            if (!sale.hasToken()) {
                told.add(say("nothing", tender));
            } else if (tariff.energy() instanceof TimeOfUse) {
                told.add(say("credit", tender, money(sale.energy())));
            } else if (sale.purchase() instanceof Purchase.Units) {
                told.add(say("units.cost", issued(), tender));
            } else {
                told.add(say("money.buys", tender, issued()));
            }
        }

        private void steps() {
            boolean first = true;
            for (Step step : sale.steps()) {
                told.add(step(step, first));
                first = false;
            }
            if (sale.exactUnits().compareTo(tenths()) != 0) {
                told.add(say("rounding", issued()));
            }
        }

        private String step(Step step, boolean first) {
            String units = units(step.issued());
            String price = price(step.price());
            int place = step.block() - 1;
            if (blocks.size() == 1) {
                return tariff.energy() instanceof Energy.Classes classes
                        ? say("step.class", units, price, className(classes))
                        : say("step.one", units, price);
            }
            if (place == 0) {
                return say("step.first", units, price, units(end(0)));
            }
            return first
                    ? say(
                            "step.because",
                            units,
                            price,
                            units(sale.before().units()),
                            month(sale.before().month()))
                    : say("step.further", units, price, units(end(place - 1)));
        }

        private String className(Energy.Classes classes) {
            return classes.classes()
                    .get(Math.max(0, classes.place(sale.circumstances().facts())))
                    .name();
        }

        /** Where a block ends that is not the last; a lifeline ends where it does, whatever block follows. */
        private BigDecimal end(int place) {
            return tariff.energy() instanceof Energy.Lifeline lifeline && place == 0
                    ? lifeline.upTo()
                    : blocks.get(Math.min(place + 1, blocks.size() - 1)).above();
        }

        private void line(Line line) {
            String amount = money(Math.abs(line.amount()));
            if (line.amount() == 0) {
                return;
            }
            switch (line.rule()) {
                case BLOCKS -> {} // the steps told it
                case PERCENT_INCLUDED -> told.add(say("levy.included", line.label(), amount, figure(line.rate())));
                case PERCENT_ADDED ->
                    told.add(
                            line.kind() == Line.Kind.REBATE
                                    ? say("rebate", line.label(), amount)
                                    : say("levy.added", line.label(), amount, figure(line.rate())));
                case PERCENT_OF_PAYMENT, PERCENT_WITHIN_PAYMENT ->
                    told.add(say("levy.payment", line.label(), amount, figure(line.rate())));
                case PER_UNIT ->
                    told.add(
                            line.kind() == Line.Kind.REBATE
                                    ? say("rebate", line.label(), amount)
                                    : say("levy.unit", line.label(), amount, price(line.rate()), tariff.unit()));
                case LIFELINE_LOSS ->
                    told.add(say(
                            "loss", amount, units(end(0)), month(sale.before().month())));
                case CHARGE_MONTH -> charge("charge.month", line, amount);
                case CHARGE_DAY -> charge("charge.day", line, amount);
                case CHARGE_PURCHASE -> told.add(say("charge.purchase", line.label(), amount));
                case CHANNEL_FEE -> told.add(say("fee", amount));
                case DEBT -> told.add(say("debt", line.label(), amount, money(owed(line.code()))));
            }
        }

        private void charge(String key, Line line, String amount) {
            told.add(
                    line.base().signum() == 0
                            ? say("charge.rest", line.label(), amount)
                            : say(key, line.label(), amount, price(line.rate()), figure(line.base())));
        }

        private long owed(String reference) {
            return sale.debts().stream()
                    .filter(paid -> paid.reference().equals(reference))
                    .mapToLong(DebtPaid::balanceAfter)
                    .sum();
        }

        private void outlook() {
            if (blocks.isEmpty()) {
                return;
            }
            BigDecimal units = sale.after().units();
            told.add(say("position", units(units), month(sale.after().month())));
            if (blocks.size() > 1) {
                int place = place(units);
                if (place + 1 < blocks.size()) {
                    told.add(say(
                            "ahead",
                            units(end(place).subtract(units)),
                            price(blocks.get(place).price()),
                            price(blocks.get(place + 1).price())));
                }
                if (blocks.get(place).price().compareTo(blocks.getFirst().price()) > 0) {
                    Instant begins = sale.after()
                            .month()
                            .plusMonths(1)
                            .atDay(1)
                            .atStartOfDay(sale.zone())
                            .toInstant();
                    told.add(say(
                            "again",
                            day(begins, sale.zone()),
                            units(end(0)),
                            price(blocks.getFirst().price())));
                }
            }
            next();
        }

        private int place(BigDecimal position) {
            int place = blocks.size() - 1;
            while (place > 0 && end(place - 1).compareTo(position) > 0) {
                place--;
            }
            return place;
        }

        /** What the same money would buy now. */
        private void next() {
            String tender = money(sale.tender());
            told.add(
                    switch (Pricing.assess(
                            tariff,
                            sale.circumstances().after(sale.debts()),
                            sale.after(),
                            new Purchase.Tender(sale.tender(), tariff.currency()),
                            sale.at(),
                            sale.zone())) {
                        case Assessment another ->
                            say("next", tender, units(BigDecimal.valueOf(another.issuedTenths(), 1)));
                        case Refusal refused -> say("next.refused", tender, refused.detail());
                    });
        }

        private void compare(Assessment last) {
            told.add(say(
                    "last",
                    money(last.tender()),
                    day(last.at(), last.zone()),
                    units(BigDecimal.valueOf(last.issuedTenths(), 1))));
            if (last.issuedTenths() == 0
                    || sale.issuedTenths() == 0
                    || !last.tariff().currency().equals(tariff.currency())) {
                return;
            }
            BigDecimal then = mean(last);
            BigDecimal now = mean(sale);
            int dearer = now.compareTo(then);
            told.add(say(
                    dearer > 0 ? "last.dearer" : dearer < 0 ? "last.cheaper" : "last.equal", price(then), price(now)));
            if (dearer != 0) {
                reasons(last);
            }
        }

        private BigDecimal mean(Assessment one) {
            return tariff.major(one.tender())
                    .divide(BigDecimal.valueOf(one.issuedTenths(), 1), PRICE_DECIMALS, RoundingMode.HALF_UP);
        }

        private void reasons(Assessment last) {
            if (!last.tariff().equals(tariff)) {
                told.add(say("reason.version", day(tariff.effectiveFrom(), sale.zone())));
            }
            for (RateVersion rate : sale.circumstances().rates()) {
                last.circumstances().rates().stream()
                        .filter(other -> other.table().equals(rate.table())
                                && other.rate().compareTo(rate.rate()) != 0)
                        .forEach(other ->
                                told.add(say("reason.rate", rate.table(), figure(other.rate()), figure(rate.rate()))));
            }
            if (blocks.size() > 1
                    && last.before().units().compareTo(sale.before().units()) != 0) {
                told.add(say(
                        "reason.position",
                        units(last.before().units()),
                        units(sale.before().units())));
            }
            differ("reason.charges", Line.Kind.CHARGE, last);
            differ("reason.debts", Line.Kind.DEBT, last);
        }

        private void differ(String key, Line.Kind kind, Assessment last) {
            if (last.total(kind) != sale.total(kind)) {
                told.add(say(key, money(last.total(kind)), money(sale.total(kind))));
            }
        }

        /** Where the tariff's own rules make several purchases, or more money, buy less. */
        private void hints() {
            for (Charge charge : tariff.charges()) {
                String amount = price(charge.amount(sale.circumstances().facts()));
                if (charge.aboveTender() > 0 && sale.tender() > charge.aboveTender()) {
                    told.add(say("hint.stamp", money(charge.aboveTender()), amount));
                } else if (charge.period() == Charge.Period.PURCHASE && charge.aboveTender() == 0) {
                    told.add(say("hint.purchase", amount));
                }
            }
            for (Debt debt : sale.circumstances().debts()) {
                if (debt.method().isPerPurchase() && owed(debt.reference()) > 0) {
                    told.add(say("hint.debt", debt.label()));
                }
            }
            if (tariff.energy() instanceof Energy.Lifeline lifeline
                    && sale.after().units().compareTo(lifeline.upTo()) <= 0) {
                told.add(say("hint.lifeline", units(lifeline.upTo())));
            }
        }

        private BigDecimal tenths() {
            return BigDecimal.valueOf(sale.issuedTenths(), 1);
        }

        private String issued() {
            return units(tenths());
        }

        private String units(BigDecimal units) {
            return figure(units) + " " + tariff.unit();
        }

        private String price(BigDecimal amount) {
            BigDecimal plain = amount.stripTrailingZeros();
            return tariff.currency() + " "
                    + plain.setScale(Math.max(plain.scale(), tariff.minorDigits()))
                            .toPlainString();
        }

        private String money(long minorUnits) {
            return tariff.currency() + " " + tariff.major(minorUnits).toPlainString();
        }

        private static String figure(BigDecimal figure) {
            return figure.stripTrailingZeros().toPlainString();
        }
    }
}
