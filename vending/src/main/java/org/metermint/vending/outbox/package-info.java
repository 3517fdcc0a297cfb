/** What happened, told to those who act on it afterwards: at least once, and in order for each meter. */
@NullMarked
package org.metermint.vending.outbox;

import org.jspecify.annotations.NullMarked;
