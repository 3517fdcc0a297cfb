/** Supply groups in PostgreSQL. */
@NullMarked
package org.metermint.vending.supply.internal;

import org.jspecify.annotations.NullMarked;
