package org.metermint.app.architecture.breach.vending.sale.internal;

import org.metermint.app.architecture.breach.token.key.Key;

/** Vending that holds a key. */
public final class Hidden {
    Key key;
}
