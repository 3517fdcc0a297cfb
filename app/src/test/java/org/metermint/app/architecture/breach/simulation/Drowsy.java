package org.metermint.app.architecture.breach.simulation;

import org.metermint.app.architecture.breach.channel.Deciding;

/** A simulation that goes through a channel. */
public final class Drowsy {
    Deciding channel;
}
