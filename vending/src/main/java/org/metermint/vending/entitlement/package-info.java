/** Units that accounts are given each month for nothing, by the lists of those who pay for them. */
@NullMarked
package org.metermint.vending.entitlement;

import org.jspecify.annotations.NullMarked;
