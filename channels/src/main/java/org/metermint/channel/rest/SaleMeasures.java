package org.metermint.channel.rest;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleAnswer;

/** Counts and times what the desk answers, by outcome: {@code SOLD} or the code of the refusal. */
final class SaleMeasures {
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();
    private final MeterRegistry registry;

    SaleMeasures(MeterRegistry registry) {
        this.registry = registry;
    }

    SaleAnswer timed(Supplier<SaleAnswer> sale) {
        long start = System.nanoTime();
        String outcome = "FAILED";
        try {
            SaleAnswer answer = sale.get();
            outcome = switch (answer) {
                case SaleAnswer.Sold sold -> "SOLD";
                case SaleAnswer.Refused refused -> refused.refusal().code().name();
            };
            return answer;
        } catch (RefusedException e) {
            outcome = e.refusal().code().name();
            throw e;
        } finally {
            timers.computeIfAbsent(outcome, this::timer).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        }
    }

    private Timer timer(String outcome) {
        return Timer.builder("metermint.sales")
                .description("Sales by outcome, from the body read to the answer of the desk")
                .tag("outcome", outcome)
                .register(registry);
    }
}
