/** The demonstration: a utility on public test keys, from nothing to light on a meter. TEST ONLY, all of it. */
@NullMarked
package org.metermint.app.demo;

import org.jspecify.annotations.NullMarked;
