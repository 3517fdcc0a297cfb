/** The software module's own parts: key store, journal of issued tokens, policy, minting. Not for other modules. */
@NullMarked
package org.metermint.secure.internal;

import org.jspecify.annotations.NullMarked;
