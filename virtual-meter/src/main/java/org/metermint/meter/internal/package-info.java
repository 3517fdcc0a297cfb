/** The virtual meter's inside: what it does as pure functions, and the file that it keeps its state in. */
@NullMarked
package org.metermint.meter.internal;

import org.jspecify.annotations.NullMarked;
