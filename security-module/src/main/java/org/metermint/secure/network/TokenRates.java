package org.metermint.secure.network;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.ClientName;
import org.metermint.secure.ClientPolicy;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/**
 * Holds each client to its tokens a second: a bucket that fills at that rate, holds those of one second (but always a
 * key change set), and is drawn from before the module is asked.
 */
final class TokenRates {
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int LARGEST_SET = 5;

    private final LongSupplier nanoTime;
    /** One for each client that has a bound, so that the policy bounds the table. Guarded by this. */
    private final Map<ClientName, Bucket> buckets = new HashMap<>();

    private record Bucket(double tokens, long filledAt) {}

    TokenRates(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Draws tokens, or refuses and draws none.
     *
     * @throws SecurityModuleException of kind TOO_MANY_REQUESTS that says when to come again
     */
    synchronized void draw(ClientPolicy client, int tokens) throws SecurityModuleException {
        int rate = client.tokensPerSecond();
        if (rate == 0) {
            return;
        }
        long now = nanoTime.getAsLong();
        double capacity = Math.max(rate, LARGEST_SET);
        @Nullable Bucket bucket = buckets.get(client.name());
        double filled = bucket == null
                ? capacity
                : Math.min(capacity, bucket.tokens() + rate * ((now - bucket.filledAt()) / NANOS));
        if (filled < tokens) {
            buckets.put(client.name(), new Bucket(filled, now));
            long millis = (long) Math.ceil((tokens - filled) * 1_000 / rate);
            throw new SecurityModuleException(
                    Kind.TOO_MANY_REQUESTS,
                    "client " + client.name() + " asks for more than its " + rate + " tokens a second; come again in "
                            + millis + " ms");
        }
        buckets.put(client.name(), new Bucket(filled - tokens, now));
    }
}
