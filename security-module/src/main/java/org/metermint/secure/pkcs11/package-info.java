/** Keys in a PKCS#11 token: they go in, they compute inside, and they do not come out. */
@NullMarked
package org.metermint.secure.pkcs11;

import org.jspecify.annotations.NullMarked;
