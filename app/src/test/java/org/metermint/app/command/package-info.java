@NullMarked
package org.metermint.app.command;

import org.jspecify.annotations.NullMarked;
