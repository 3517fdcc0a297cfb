/** Meters in PostgreSQL. */
@NullMarked
package org.metermint.vending.meter.internal;

import org.jspecify.annotations.NullMarked;
