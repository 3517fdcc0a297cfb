package org.metermint.secure;

import java.security.SecureRandom;
import org.metermint.token.Rnd;

/** Where the four random bits of a token come from. Thread-safe. */
@FunctionalInterface
public interface RandomSource {
    Rnd next();

    /** The random source of the platform that is fit for keys. */
    static RandomSource secure() {
        SecureRandom random = new SecureRandom();
        return () -> new Rnd(random.nextInt(16));
    }
}
