/** Vending keys, decoder keys, and how the second come from the first (IEC 62055-41, DKGA). */
@NullMarked
package org.metermint.token.key;

import org.jspecify.annotations.NullMarked;
