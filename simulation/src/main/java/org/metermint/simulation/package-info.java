/** Faults on purpose, for tests: worlds that run from a seed, and connections that break at a chosen octet. */
@NullMarked
package org.metermint.simulation;

import org.jspecify.annotations.NullMarked;
