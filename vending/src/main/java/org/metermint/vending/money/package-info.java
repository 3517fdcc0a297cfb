/** Amounts of money: integer minor units of a currency. */
@NullMarked
package org.metermint.vending.money;

import org.jspecify.annotations.NullMarked;
