package org.metermint.app.architecture.breach.tariff;

import org.metermint.app.architecture.breach.token.Loud;

/** Pricing that looks into tokens. */
public final class Curious {
    Loud token;
}
