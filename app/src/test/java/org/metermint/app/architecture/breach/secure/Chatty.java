package org.metermint.app.architecture.breach.secure;

import org.metermint.app.architecture.breach.vending.sale.internal.Hidden;

/** A security module that asks the vending server. */
public final class Chatty {
    Hidden sale;
}
