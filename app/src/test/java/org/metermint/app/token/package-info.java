/** Tests of the commands {@code metermint token ...}. */
@NullMarked
package org.metermint.app.token;

import org.jspecify.annotations.NullMarked;
