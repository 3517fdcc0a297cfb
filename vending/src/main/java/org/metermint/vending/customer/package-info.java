/** Customers, their accounts, and the look-up that finds either. */
@NullMarked
package org.metermint.vending.customer;

import org.jspecify.annotations.NullMarked;
