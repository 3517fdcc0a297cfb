/** The books in PostgreSQL. */
@NullMarked
package org.metermint.vending.ledger.internal;

import org.jspecify.annotations.NullMarked;
