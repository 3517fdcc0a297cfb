/** The sale desk: one request, one sale, through any crash. */
@NullMarked
package org.metermint.vending.sale;

import org.jspecify.annotations.NullMarked;
