/** What other prices would have made of past sales, before they are in force. */
@NullMarked
package org.metermint.vending.effect;

import org.jspecify.annotations.NullMarked;
