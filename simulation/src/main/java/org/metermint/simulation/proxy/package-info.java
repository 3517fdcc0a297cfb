/** A connection that is cut, stalled or slowed where a test says. */
@NullMarked
package org.metermint.simulation.proxy;

import org.jspecify.annotations.NullMarked;
