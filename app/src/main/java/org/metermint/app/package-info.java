/** The program metermint: server assembly and command line. */
@NullMarked
package org.metermint.app;

import org.jspecify.annotations.NullMarked;
