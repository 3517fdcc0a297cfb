/** What a payment meter's decoder does with 20 digits, as pure functions. */
@NullMarked
package org.metermint.token.decode;

import org.jspecify.annotations.NullMarked;
