package org.metermint.app.architecture.breach.channel;

import org.metermint.app.architecture.breach.token.cipher.Cipher;
import org.metermint.app.architecture.breach.vending.sale.internal.Hidden;

/** A channel that calls a cipher and the internals of a module. */
public final class Deciding {
    Cipher cipher;
    Hidden sale;
}
