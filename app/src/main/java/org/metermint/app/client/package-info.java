/** The program as a client of a server's REST interface. */
@NullMarked
package org.metermint.app.client;

import org.jspecify.annotations.NullMarked;
