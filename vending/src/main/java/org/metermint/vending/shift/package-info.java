/** Shifts at tills, their count, and the batches in which they go to the bank. */
@NullMarked
package org.metermint.vending.shift;

import org.jspecify.annotations.NullMarked;
