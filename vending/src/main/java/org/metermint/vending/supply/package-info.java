/** Supply groups and the key that each is on. */
@NullMarked
package org.metermint.vending.supply;

import org.jspecify.annotations.NullMarked;
