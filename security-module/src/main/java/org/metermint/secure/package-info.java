/** Vending keys that never leave, and tokens that are all accounted for. */
@NullMarked
package org.metermint.secure;

import org.jspecify.annotations.NullMarked;
