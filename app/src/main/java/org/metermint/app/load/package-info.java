/** Load on a running server over HTTP, with honest latency, and the proof afterwards that every sale is there once. */
@NullMarked
package org.metermint.app.load;

import org.jspecify.annotations.NullMarked;
