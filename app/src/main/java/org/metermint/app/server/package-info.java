/** The server: vending, its security module and its channels, assembled and started. */
@NullMarked
package org.metermint.app.server;

import org.jspecify.annotations.NullMarked;
