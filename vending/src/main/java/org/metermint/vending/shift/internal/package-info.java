/** Shifts and batches in PostgreSQL. */
@NullMarked
package org.metermint.vending.shift.internal;

import org.jspecify.annotations.NullMarked;
