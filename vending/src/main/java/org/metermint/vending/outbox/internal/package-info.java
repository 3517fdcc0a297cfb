/** The outbox in PostgreSQL. */
@NullMarked
package org.metermint.vending.outbox.internal;

import org.jspecify.annotations.NullMarked;
