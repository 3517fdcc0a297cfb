/** Refusals: every reason for which vending says no, in one list. */
@NullMarked
package org.metermint.vending.refusal;

import org.jspecify.annotations.NullMarked;
