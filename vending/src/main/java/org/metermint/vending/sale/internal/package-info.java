/** The three steps of a sale. */
@NullMarked
package org.metermint.vending.sale.internal;

import org.jspecify.annotations.NullMarked;
