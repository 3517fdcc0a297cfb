/** What accounts pay towards their debts beside purchases. */
@NullMarked
package org.metermint.vending.payment;

import org.jspecify.annotations.NullMarked;
