/** Tests of the commands {@code metermint vendor ...}. */
@NullMarked
package org.metermint.app.vendor;

import org.jspecify.annotations.NullMarked;
