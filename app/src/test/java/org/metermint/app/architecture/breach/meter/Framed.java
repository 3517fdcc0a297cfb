package org.metermint.app.architecture.breach.meter;

import org.springframework.context.ApplicationContext;

/** A meter on a framework. */
public final class Framed {
    ApplicationContext framework;
}
