/** Payments in the database. */
@NullMarked
package org.metermint.vending.payment.internal;

import org.jspecify.annotations.NullMarked;
