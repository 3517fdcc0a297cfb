/** A payment meter in software. */
@NullMarked
package org.metermint.meter;

import org.jspecify.annotations.NullMarked;
