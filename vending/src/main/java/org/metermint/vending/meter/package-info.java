/** The register of meters. */
@NullMarked
package org.metermint.vending.meter;

import org.jspecify.annotations.NullMarked;
