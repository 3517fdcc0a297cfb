/** The commands of the program, and what they have in common. */
@NullMarked
package org.metermint.app.command;

import org.jspecify.annotations.NullMarked;
