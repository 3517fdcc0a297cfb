package org.metermint.app.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.outbox.ConsumerStatus;
import org.metermint.vending.outbox.Outbox;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.utility.Utilities;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the consumers of the outbox are, measured every ten seconds: {@code metermint.outbox.lag}, the age in seconds
 * of the oldest event that a consumer was not handed, and {@code metermint.outbox.parked}, the events that lie aside.
 */
final class OutboxMeasures implements MeterBinder, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxMeasures.class);
    private static final int PERIOD_SECONDS = 10;

    private final Utilities utilities;
    private final Outbox outbox;
    private final ScheduledExecutorService clockwork = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("outbox-measures").factory());

    OutboxMeasures(Utilities utilities, Outbox outbox) {
        this.utilities = utilities;
        this.outbox = outbox;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // each round reports its own failures, and close ends it
    public void bindTo(MeterRegistry registry) {
        MultiGauge lag = MultiGauge.builder("metermint.outbox.lag")
                .baseUnit("seconds")
                .description("Age of the oldest event that a consumer was not handed yet.")
                .register(registry);
        MultiGauge parked = MultiGauge.builder("metermint.outbox.parked")
                .description("Events that a consumer could not take, and those that wait behind them.")
                .register(registry);
        clockwork.scheduleWithFixedDelay(() -> measure(lag, parked), 0, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    private void measure(MultiGauge lag, MultiGauge parked) {
        try {
            List<MultiGauge.Row<?>> lags = new ArrayList<>();
            List<MultiGauge.Row<?>> counts = new ArrayList<>();
            for (UtilityId utility : utilities.all()) {
                for (ConsumerStatus status : outbox.status(utility)) {
                    Tags tags = Tags.of("utility", Long.toString(utility.value()), "consumer", status.consumer());
                    lags.add(MultiGauge.Row.of(tags, status.lag().toMillis() / 1_000.0));
                    counts.add(MultiGauge.Row.of(tags, status.parked()));
                }
            }
            lag.register(lags, true);
            parked.register(counts, true);
        } catch (RefusedException e) {
            LOG.warn("the outbox is not measured: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("measuring the outbox failed and is tried again", e);
        }
    }

    @Override
    public void close() {
        clockwork.close();
    }
}
