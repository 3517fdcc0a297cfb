/** Those who sell: vendors and the machine credentials of their clients. */
@NullMarked
package org.metermint.vending.vendor;

import org.jspecify.annotations.NullMarked;
