/** The sale desk and everything that belongs to a sale. */
@NullMarked
package org.metermint.vending;

import org.jspecify.annotations.NullMarked;
