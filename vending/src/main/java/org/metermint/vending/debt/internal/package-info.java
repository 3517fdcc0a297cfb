/** Debts in PostgreSQL. */
@NullMarked
package org.metermint.vending.debt.internal;

import org.jspecify.annotations.NullMarked;
