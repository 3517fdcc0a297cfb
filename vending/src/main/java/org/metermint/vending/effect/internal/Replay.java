package org.metermint.vending.effect.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.Assessment;
import org.metermint.tariff.Circumstances;
import org.metermint.tariff.PricingResult;
import org.metermint.tariff.RateVersion;
import org.metermint.tariff.Refusal;
import org.metermint.tariff.Tariff;
import org.metermint.tariff.TariffPlan;
import org.metermint.tariff.TimeOfUse;
import org.metermint.vending.effect.Effect;
import org.metermint.vending.sale.PastSale;

/** Prices the sales of accounts again, one account after the other, each in the order in which it bought. */
final class Replay {
    private final TariffPlan plan;
    private final String unit;
    private final boolean inCurrency;
    private final List<RateVersion> rates;
    private final Set<String> fixed;

    /** By what a sale used, what it is priced with: the same for most sales. */
    private final Map<List<RateVersion>, List<RateVersion>> completed = new HashMap<>();

    /**
     * A replay by a version.
     *
     * @param plan the version, begun before the first sale
     * @param currency the utility's
     * @param rates versions of rate tables, for tables that a sale did not use
     * @param figures by table a figure in place of all versions
     */
    Replay(TariffPlan plan, String currency, List<RateVersion> rates, Map<String, BigDecimal> figures) {
        this.plan = plan;
        this.unit = plan.tariff().unit();
        this.inCurrency = isInCurrency(plan.tariff(), currency);
        this.fixed = Set.copyOf(figures.keySet());
        List<RateVersion> all = new ArrayList<>();
        figures.forEach((table, figure) -> all.add(new RateVersion(table, 1, Instant.EPOCH, figure)));
        rates.stream().filter(rate -> !fixed.contains(rate.table())).forEach(all::add);
        this.rates = List.copyOf(all);
    }

    /** Whether a tariff sells money, to meters that price by themselves. */
    static boolean isInCurrency(Tariff tariff, String currency) {
        return tariff.energy() instanceof TimeOfUse || tariff.unit().equals(currency);
    }

    /** Prices the sales of one account, and tallies them. */
    void account(List<PastSale> sales, Tally tally) {
        AccountPosition position = null;
        AccountPosition left = null;
        Tally.Account account = tally.account(sales.getFirst().account());
        for (PastSale sale : sales) {
            Assessment was = sale.assessment();
            if (position == null || left == null || !continues(left, was.before())) {
                if (left != null) {
                    account.restarted();
                }
                position = was.before();
            }
            left = was.after();
            @Nullable AccountPosition after = price(sale, was, position, account);
            position = after == null ? position : after;
        }
        account.end();
    }

    /** Whether nothing but purchases and the calendar moved a position. */
    private static boolean continues(AccountPosition left, AccountPosition before) {
        return !before.month().isBefore(left.month()) && left.in(before.month()).equals(before);
    }

    /** Prices one sale from a position, and tells where the account stands then; null if it stays. */
    private @Nullable AccountPosition price(
            PastSale sale, Assessment was, AccountPosition position, Tally.Account account) {
        if (sale.inCurrency() != inCurrency || !was.tariff().unit().equals(unit)) {
            account.unlike(was.tender());
            return null;
        }
        Circumstances circumstances = new Circumstances(
                was.circumstances().facts(),
                was.circumstances().debts(),
                was.circumstances().channelFee(),
                completed.computeIfAbsent(was.circumstances().rates(), this::complete));
        PricingResult priced = plan.assess(circumstances, position, was.purchase(), was.at(), was.zone());
        boolean sold = priced instanceof Assessment now && now.hasToken();
        if (sale.reversed()) {
            account.reversed(was.tender());
        } else if (priced instanceof Refusal refusal) {
            account.refused(refusal.code().name(), was.tender());
        } else if (priced instanceof Assessment now) {
            if (sold) {
                account.sold(was, now, inCurrency);
            } else {
                account.refused(Effect.WITHOUT_TOKEN, was.tender());
            }
        }
        return sold ? ((Assessment) priced).after() : null;
    }

    /** The tables that a sale used as it used them, and all others. */
    private List<RateVersion> complete(List<RateVersion> used) {
        Set<String> tables = used.stream().map(RateVersion::table).collect(Collectors.toSet());
        List<RateVersion> all = new ArrayList<>();
        used.stream().filter(rate -> !fixed.contains(rate.table())).forEach(all::add);
        rates.stream()
                .filter(rate -> fixed.contains(rate.table()) || !tables.contains(rate.table()))
                .forEach(all::add);
        return List.copyOf(all);
    }
}
