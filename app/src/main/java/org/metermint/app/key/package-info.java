/** The commands {@code metermint key}, the store that they work on, and the socket by which they reach a running server. */
@NullMarked
package org.metermint.app.key;

import org.jspecify.annotations.NullMarked;
