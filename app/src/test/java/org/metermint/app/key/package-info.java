/** Tests of the commands {@code metermint key ...} and of the socket by which they reach a running process. */
@NullMarked
package org.metermint.app.key;

import org.jspecify.annotations.NullMarked;
