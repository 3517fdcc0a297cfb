/** Bringing an existing book of customers, meters and accounts in. */
@NullMarked
package org.metermint.vending.imports;

import org.jspecify.annotations.NullMarked;
