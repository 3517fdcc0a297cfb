/** Credentials in PostgreSQL. */
@NullMarked
package org.metermint.vending.vendor.internal;

import org.jspecify.annotations.NullMarked;
