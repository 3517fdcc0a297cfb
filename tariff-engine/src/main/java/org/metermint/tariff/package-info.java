/** Tariffs as data, and pricing as a pure function of tariff, position and tender. */
@NullMarked
package org.metermint.tariff;

import org.jspecify.annotations.NullMarked;
