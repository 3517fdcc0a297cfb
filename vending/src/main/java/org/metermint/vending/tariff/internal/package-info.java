/** Tariff versions in PostgreSQL. */
@NullMarked
package org.metermint.vending.tariff.internal;

import org.jspecify.annotations.NullMarked;
