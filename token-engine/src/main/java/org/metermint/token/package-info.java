/** The tokens of IEC 62055-41: what a 20-digit token says, bit by bit. */
@NullMarked
package org.metermint.token;

import org.jspecify.annotations.NullMarked;
