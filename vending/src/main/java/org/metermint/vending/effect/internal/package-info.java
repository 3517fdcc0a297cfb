/** How past sales are priced again. */
@NullMarked
package org.metermint.vending.effect.internal;

import org.jspecify.annotations.NullMarked;
