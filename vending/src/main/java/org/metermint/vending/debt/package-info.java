/** What accounts owe beside energy, and how purchases recover it. */
@NullMarked
package org.metermint.vending.debt;

import org.jspecify.annotations.NullMarked;
