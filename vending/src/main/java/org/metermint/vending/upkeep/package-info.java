/** What an installation does for itself every day. */
@NullMarked
package org.metermint.vending.upkeep;

import org.jspecify.annotations.NullMarked;
