package org.metermint.app.architecture.breach.token;

import org.assertj.core.api.Assertions;

/** A library that knows more than the JDK. */
public final class Loud {
    Assertions more;
}
