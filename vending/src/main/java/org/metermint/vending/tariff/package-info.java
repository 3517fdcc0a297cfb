/** Tariffs on the shelf: published versions, and which one is in force. */
@NullMarked
package org.metermint.vending.tariff;

import org.jspecify.annotations.NullMarked;
