/** How receipts are made. */
@NullMarked
package org.metermint.vending.receipt.internal;

import org.jspecify.annotations.NullMarked;
