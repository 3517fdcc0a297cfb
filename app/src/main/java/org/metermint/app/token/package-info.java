/** The commands {@code metermint token ...}: the token engine on the command line, without a server. */
@NullMarked
package org.metermint.app.token;

import org.jspecify.annotations.NullMarked;
