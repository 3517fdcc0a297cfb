package org.metermint.vending.effect.internal;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Consumer;
import org.metermint.tariff.RateVersion;
import org.metermint.tariff.Tariff;
import org.metermint.tariff.TariffPlan;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.effect.CustomerEffect;
import org.metermint.vending.effect.Effect;
import org.metermint.vending.effect.Question;
import org.metermint.vending.effect.TariffEffects;
import org.metermint.vending.ledger.Progress;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.PastSales;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.UtilitySettings;

/** Past sales by the database, priced again. */
public final class SalesEffects implements TariffEffects {
    private final PastSales sales;
    private final Tariffs tariffs;
    private final Utilities utilities;

    public SalesEffects(PastSales sales, Tariffs tariffs, Utilities utilities) {
        this.sales = sales;
        this.tariffs = tariffs;
        this.utilities = utilities;
    }

    @Override
    public Effect of(UtilityId utility, Question question, Consumer<CustomerEffect> each, Progress progress) {
        UtilitySettings settings = utilities.get(utility).settings();
        Tariff draft = question.draft();
        if (!draft.currency().equals(settings.currency()) || draft.minorDigits() != settings.minorDigits()) {
            throw new RefusedException(
                    RefusalCode.CURRENCY_MISMATCH,
                    "tariff " + draft.id() + " is in " + draft.currency() + " with " + draft.minorDigits()
                            + " decimals, the sales are in " + settings.currency() + " with "
                            + settings.minorDigits());
        }
        ZoneId zone = settings.zone();
        Instant from = question.from().atStartOfDay(zone).toInstant();
        Instant to = question.to().plusDays(1).atStartOfDay(zone).toInstant();
        TariffPlan plan = TariffPlan.of(begunBy(draft, from));
        progress.begin("counting sales", 0);
        long atMost = sales.atMost(utility, question.tariff(), from, to);
        if (atMost == 0) {
            throw new RefusedException(
                    RefusalCode.NOT_FOUND,
                    "tariff " + question.tariff() + " sold nothing from " + question.from() + " to " + question.to()
                            + "; name a period with sales, or the tariff that has them");
        }
        List<RateVersion> rates = tariffs.rates(utility);
        try (Chunks chunks =
                new Chunks(() -> new Replay(plan, settings.currency(), rates, question.figures()), each, progress)) {
            progress.begin("sorting sales", 0);
            sales.each(utility, question.tariff(), from, to, sale -> {
                if (chunks.isEmpty()) {
                    progress.begin("pricing sales", atMost);
                }
                chunks.add(sale);
            });
            return chunks.effect(question, Replay.isInCurrency(draft, settings.currency()));
        }
    }

    /** The version as if it had begun at an instant, unless it began before. */
    private static Tariff begunBy(Tariff draft, Instant instant) {
        return draft.effectiveFrom().isBefore(instant)
                ? draft
                : new Tariff(
                        draft.id(),
                        draft.version(),
                        draft.name(),
                        draft.currency(),
                        draft.minorDigits(),
                        draft.unit(),
                        instant,
                        draft.energy(),
                        draft.levies(),
                        draft.charges(),
                        draft.deductions(),
                        draft.continuity(),
                        draft.rounding(),
                        draft.limits());
    }
}
