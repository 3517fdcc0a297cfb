package org.metermint.simulation.world;

import java.security.SecureRandom;
import java.util.Random;

/** What the desk takes for a secure source, and is a seed. */
final class SeededRandom extends SecureRandom {
    private static final long serialVersionUID = 1;

    private final Random random;

    SeededRandom(long seed) {
        this.random = new Random(seed);
    }

    @Override
    public synchronized void nextBytes(byte[] octets) {
        random.nextBytes(octets);
    }
}
