/** Double entry: immutable postings that sum to zero. */
@NullMarked
package org.metermint.vending.ledger;

import org.jspecify.annotations.NullMarked;
