/** Utilities and their settings. */
@NullMarked
package org.metermint.vending.utility;

import org.jspecify.annotations.NullMarked;
