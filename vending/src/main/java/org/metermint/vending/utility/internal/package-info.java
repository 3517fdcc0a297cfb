/** Utilities in PostgreSQL. */
@NullMarked
package org.metermint.vending.utility.internal;

import org.jspecify.annotations.NullMarked;
