/** Entitlements in PostgreSQL. */
@NullMarked
package org.metermint.vending.entitlement.internal;

import org.jspecify.annotations.NullMarked;
