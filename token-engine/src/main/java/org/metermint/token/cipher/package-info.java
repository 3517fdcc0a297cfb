/** The block ciphers EA07 (STA), EA09 (DEA) and EA11 (MISTY1). */
@NullMarked
package org.metermint.token.cipher;

import org.jspecify.annotations.NullMarked;
