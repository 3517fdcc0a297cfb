/** Customers and accounts in PostgreSQL. */
@NullMarked
package org.metermint.vending.customer.internal;

import org.jspecify.annotations.NullMarked;
