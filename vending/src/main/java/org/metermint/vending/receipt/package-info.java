/** Receipts, as data and as text. */
@NullMarked
package org.metermint.vending.receipt;

import org.jspecify.annotations.NullMarked;
